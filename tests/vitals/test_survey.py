"""A site is looked over by its links, on its own host alone, and each page is known by something that only it has."""

import pytest
from webserver import WebServer

from slogate.errors import TargetError
from slogate.vitals import survey as module
from slogate.vitals.survey import survey


def test_pages_are_found_by_links_each_kind_once(server: WebServer) -> None:
    links = [
        "/item/1",
        "/item/2",
        "/cart",
        "#here",
        "/logout",
        "/price.pdf",
        "http://stranger.invalid/",
        "mailto:a@b.c",
    ]
    server.page("/", "<h1>Home</h1>" + "".join(f"<a href='{link}'>x</a>" for link in links))
    server.page("/item/1", "<main id='root'><p id='price'>1</p></main>")
    server.page("/cart", "<p>empty</p>")
    found = survey(server.url)
    assert [(page.path, page.ready) for page in found.pages] == [("/", "h1"), ("/item/1", "#price"), ("/cart", None)]
    assert {path for _, path, _ in server.seen} <= {"/", "/item/1", "/cart", "/favicon.ico"}


def test_what_pages_ask_for_in_the_background_is_noted(server: WebServer) -> None:
    script = (
        "fetch('/api/a?x=1'); fetch('/api/broken'); fetch('/api/b', {method: 'POST'});"
        "fetch('/api/c?token=s3cret'); new Image().src = '/image'"
    )
    server.page("/", f"<h1>Home</h1><script>{script}</script>")
    for path in ("/api/a", "/api/b", "/api/c", "/image"):
        server.routes[path] = server.reply("{}", content_type="application/json")
    assert sorted(survey(server.url).api_paths) == ["/api/a?x=1", "/api/c"]  # in whatever order they were answered


def test_a_page_that_does_not_answer_is_left_out_and_told(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LOAD_LIMIT_S", 2.0)
    server.page("/", "<h1>Home</h1><a href=/silent>1</a><a href=/cart>2</a>")
    server.routes["/silent"] = server.hang
    server.page("/cart", "<h1 id=cart>Cart</h1>")
    found = survey(server.url)
    assert [page.path for page in found.pages] == ["/", "/cart"]
    assert found.left_out == [f"{server.url}/silent: {server.url}/silent did not answer"]


def test_no_more_pages_than_asked_for(server: WebServer) -> None:
    server.page("/", "<h1>Home</h1><a href='/a'>a</a><a href='/b'>b</a>")
    server.page("/a", "<h1>a</h1>")
    server.page("/b", "<h1>b</h1>")
    assert len(survey(server.url, most_pages=2).pages) == 2


def test_an_error_page_is_not_a_page(server: WebServer) -> None:
    server.page("/", "<h1>sorry</h1>", status=500)
    with pytest.raises(TargetError, match="status 500"):
        survey(server.url)


def test_a_link_that_is_broken_is_left_out(server: WebServer) -> None:
    server.page("/", "<h1>Home</h1><a href='/gone'>a</a><a href='/empty'>a</a>")
    server.page("/empty", "")
    assert [page.path for page in survey(server.url).pages] == ["/"]


def test_a_site_that_sends_its_visitors_to_a_stranger_is_left(server: WebServer) -> None:
    server.routes["/"] = server.reply(status=302, Location="http://stranger.invalid/")
    with pytest.raises(TargetError, match=r"stranger\.invalid"):
        survey(server.url)
