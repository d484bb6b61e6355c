"""Checklists for tests, and the loads of pages that they are held against."""

from dataclasses import replace

from synthetic import page

from slogate.analyzer.web.facts import PageLoad, Request
from slogate.checklists.file import load
from slogate.checklists.model import Checklist

SITE = "https://shop.example/"


def checklist(*shown_by: str) -> Checklist:
    """A list with an item for each of these; an empty text is an item that only a person can tick."""
    items = "".join(
        f"      - text: item {number}\n" + (f"        shown_by: {text}\n" if text else "")
        for number, text in enumerate(shown_by)
    )
    text = f"version: 1\ntitle: List\nsections:\n  - title: Part\n    items:\n{items}sign_off: [Deployer]\n"
    return load(text.encode(), "checklist.yaml")


def request(path: str = "", kind: str = "Document", *, size: int = 5_000, **facts: object) -> Request:
    """A request of the page's own site that was answered; `headers` as a browser tells them."""
    usual = {"method": "GET", "start_ms": 0.0, "end_ms": 50.0, "status": 200, "headers": {}, "encoded_bytes": size}
    known = usual | {"url": path if "://" in path else f"{SITE}{path}", "type": kind} | facts
    return Request(**known)  # type: ignore[arg-type]  # each test passes the facts it is about


def load_of(*requests: Request, name: str = "home", **facts: object) -> PageLoad:
    """A load that made these requests."""
    return replace(page(name), **{"url": SITE, "requests": requests, **facts})  # type: ignore[arg-type]  # as above
