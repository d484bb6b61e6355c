"""The pages of the shop that a visitor waits for. Relative addresses belong to the target.

`ready` names something that exists only once the page shows what it was opened for: a page that answers 200 and stays
empty is then not mistaken for a fast one.
"""

import os

from playwright.sync_api import Page

from slogate import page, session

EMAIL = "shopper41@example.com"  # not one that the load test uses: its orders would empty this cart
PASSWORD = os.environ.get("SHOP_PASSWORD", "harbour-lantern-42")


@session
def shopper(page: Page) -> None:
    """Signed in, with something in the cart."""
    page.goto("/login")
    page.fill("#email", EMAIL)
    page.fill("#password", PASSWORD)
    page.click("#sign-in:enabled")
    page.wait_for_url("/")
    page.goto("/product/7")
    page.click(".buy button")
    page.wait_for_selector("#added a")


@page("home", ready="#products .product-card")
def home(page: Page) -> None:
    page.goto("/")


@page("product", ready="#product .price")
def product(page: Page) -> None:
    page.goto("/product/7")


@page("cart", login=shopper, ready="#total")
def cart(page: Page) -> None:
    page.goto("/cart")


@page("login", ready="#sign-in:enabled")
def login(page: Page) -> None:
    page.goto("/login")
