import re
from collections.abc import Callable

import httpx
import pytest

Ask = Callable[..., httpx.Response]
OpenShop = Callable[..., Ask]

DOCUMENTS = ["/", "/product/1", "/cart", "/login"]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_everything_that_a_document_names_is_there(ask: Ask, path: str) -> None:
    document = ask("GET", path)
    assert (document.status_code, document.headers["content-type"]) == (200, "text/html; charset=utf-8")
    named = set(re.findall(r'(?:src|href)="(/[^"?]*)', document.text))
    assert {"/static/favicon.svg", "/static/shop.css"} <= named
    for address in named:
        assert ask("GET", address).status_code == 200, address


def test_every_product_image_is_there_and_of_its_own_colour(ask: Ask) -> None:
    images = {
        item["image"]
        for page in range(1, 7)
        for item in ask("GET", f"/api/products?page={page}&size=100").json()["items"]
    }
    assert len(images) == 72
    bodies = {ask("GET", image).content for image in images}
    assert len(bodies) == 72


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/static/shop.css", "text/css; charset=utf-8"),
        ("/static/js/home.js", "text/javascript; charset=utf-8"),
        ("/static/hero.jpg", "image/jpeg"),
        ("/static/favicon.svg", "image/svg+xml; charset=utf-8"),
    ],
)
def test_assets_say_what_they_are_and_how_long_they_keep(ask: Ask, path: str, media_type: str) -> None:
    answer = ask("GET", path)
    assert answer.headers["content-type"] == media_type
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert int(answer.headers["content-length"]) == len(answer.content)


@pytest.mark.parametrize("path", ["/", "/static/shop.css", "/images/mugs-oak.svg"])
def test_a_known_etag_is_answered_without_the_content(ask: Ask, path: str) -> None:
    first = ask("GET", path)
    for known in (first.headers["etag"], f'"other", W/{first.headers["etag"]}'):
        again = ask("GET", path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    assert ask("GET", path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/product/99999", "/product/x", "/static/nothing.js", "/static/../app.py", "/images/x.svg"]
)
def test_what_is_not_there_is_a_page_that_says_so(ask: Ask, path: str) -> None:
    answer = ask("GET", path)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


def test_web_faults_change_the_home_page_only_when_they_are_on(open_shop: OpenShop, ask: Ask) -> None:
    assert "faults" not in ask("GET", "/").text
    assert "faults/blank.js" in open_shop("blank-page")("GET", "/").text
    assert "faults/long-task.js" in open_shop("long-task")("GET", "/").text
