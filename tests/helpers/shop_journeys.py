"""A file of journeys as a team would write it, and how a test writes one down."""

from collections.abc import Callable
from pathlib import Path

JourneyFile = Callable[..., Path]

SHOP = """
    from slogate import page, session

    @session
    def shopper(page):
        page.goto("/login")

    @page("home")
    def home(page):
        page.goto("/")

    @page("checkout", login=shopper, ready="#total", throttle="mobile")
    def checkout(page):
        page.goto("/cart")

    @page("about")
    def home(page):  # the same function name again: both pages count
        page.goto("/about")
"""
