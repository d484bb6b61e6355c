"""Two pages that people open: all loans with a count for each branch, and a search for books."""

from playwright.sync_api import Page

from slogate import page


@page("loans", ready="#facet-branch_id li")
def loans(page: Page) -> None:
    page.goto("/library/loans?_facet=branch_id")


@page("search", ready="table.rows-and-columns tbody tr")
def search(page: Page) -> None:
    page.goto("/library/books?_search=lantern")
