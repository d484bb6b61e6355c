"""What the traffic of pages shows of an item, and what it does not."""

import pytest
from lists import load_of, request
from synthetic import evidence

from slogate.analyzer.web.facts import LoadOutcome, PageLoad, SoftNavigation
from slogate.checklists import page_facts
from slogate.checklists.proof import Mark, Proof

HSTS, CSP = "strict-transport-security", "content-security-policy"
BOTH = {HSTS: "max-age=1", CSP: "default-src 'self'"}


def headers(*loads: PageLoad) -> list[tuple[Mark, str]]:
    return [(proof.mark, proof.code) for proof in page_facts.headers([HSTS, CSP], evidence(pages=loads))]


def test_a_header_is_shown_where_every_document_has_it() -> None:
    assert headers(load_of(request(headers=BOTH)), load_of(request("cart", headers=BOTH), name="cart")) == [
        (Mark.TICKED, "headers.present")
    ]


def test_one_page_without_it_crosses_and_is_named() -> None:
    loads = (load_of(request(headers=BOTH)), load_of(request("cart", headers={HSTS: "max-age=1"}), name="cart"))
    [proof] = page_facts.headers([HSTS, CSP], evidence(pages=loads))
    assert (proof.mark, proof.values) == (Mark.CROSSED, {"page": "cart", "headers": CSP})


def test_one_load_without_it_crosses() -> None:
    assert headers(load_of(request(headers=BOTH)), load_of(request(headers={HSTS: "x"}))) == [
        (Mark.CROSSED, "headers.missing")
    ]


def test_hsts_decides_nothing_over_http() -> None:
    plain = request("http://shop.example/", headers={CSP: "x"})
    assert headers(load_of(plain)) == [(Mark.UNDECIDED, "headers.over_http")]
    assert headers(load_of(request("http://shop.example/"))) == [(Mark.CROSSED, "headers.missing")]


@pytest.mark.parametrize(
    "load",
    [
        load_of(request(headers=None)),
        load_of(request("app.js", "Script", headers=BOTH)),
        load_of(request(headers=BOTH, main_frame=False)),
        load_of(request(headers=BOTH), warmup=True),
        load_of(request(headers=BOTH), outcome=LoadOutcome.HTTP_ERROR),
        load_of(request(headers=BOTH), soft=SoftNavigation(step_ms=1.0, told=True)),
    ],
    ids=["not recorded", "no document", "a frame", "warm-up", "an error page", "a soft navigation"],
)
def test_where_nobody_saw_the_document_nothing_is_shown(load: PageLoad) -> None:
    assert headers(load) == [(Mark.OPEN, "headers.unseen")]


def test_the_headers_of_a_redirect_are_not_those_of_the_page() -> None:
    assert headers(load_of(request(headers=BOTH, status=301), request("home"))) == [(Mark.CROSSED, "headers.missing")]


def script(path: str, size: int = 5_000, encoding: str = "", **facts: object) -> PageLoad:
    named = {"content-type": "text/javascript; charset=utf-8"} | ({"content-encoding": encoding} if encoding else {})
    return load_of(request(path, "Script", size=size, headers=named, **facts))


def one(proofs: list[Proof]) -> tuple[Mark, str]:
    [proof] = proofs
    return proof.mark, proof.code


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "GZIP", "gzip, br"])
def test_texts_that_are_compressed_are_shown(encoding: str) -> None:
    assert one(page_facts.compressed(evidence(pages=(script("a.js", encoding=encoding),)))) == (
        Mark.TICKED,
        "compressed.all",
    )


def test_of_plain_texts_the_largest_is_named() -> None:
    loads = (script("a.js", 2_000), script("b.js", 9_000), script("b.js", 9_000), script("c.js", 3_000, "br"))
    [proof] = page_facts.compressed(evidence(pages=loads))
    assert (proof.mark, proof.code) == (Mark.CROSSED, "compressed.some")
    assert proof.values == {"failing": 2, "files": 3, "url": "https://shop.example/b.js", "bytes": 9_000}


@pytest.mark.parametrize(
    "load",
    [
        script("a.js", 1_399),
        script("https://cdn.example.com/a.js"),
        script("a.js", status=404),
        script("a.js", from_cache=True),
        load_of(request("a.js", "Script", headers=None)),
        load_of(request("hero.jpg", "Image", headers={"content-type": "image/jpeg"})),
    ],
    ids=["small", "third party", "an error", "cached", "not recorded", "no text"],
)
def test_what_need_not_be_compressed_shows_nothing(load: PageLoad) -> None:
    assert one(page_facts.compressed(evidence(pages=(load,)))) == (Mark.OPEN, "compressed.unseen")


@pytest.mark.parametrize(
    ("kind", "size", "shown"),
    [
        ("image/webp", 20_000, (Mark.TICKED, "modern_images.all")),
        ("image/svg+xml", 20_000, (Mark.TICKED, "modern_images.all")),
        ("image/jpeg", 20_000, (Mark.CROSSED, "modern_images.some")),
        ("image/png", 8_192, (Mark.CROSSED, "modern_images.some")),
        ("image/png", 8_191, (Mark.OPEN, "modern_images.unseen")),
        ("text/html", 20_000, (Mark.OPEN, "modern_images.unseen")),
    ],
)
def test_images_are_shown_by_their_media_type(kind: str, size: int, shown: tuple[Mark, str]) -> None:
    load = load_of(request("hero", "Image", size=size, headers={"content-type": kind}))
    assert one(page_facts.modern_images(evidence(pages=(load,)))) == shown


def test_an_answer_to_a_page_may_tell_of_a_limiter() -> None:
    told = load_of(request("api/items", "Fetch", headers={"ratelimit-limit": "100"}))
    assert list(page_facts.limited_pages(evidence(pages=(told,)))) == ["https://shop.example/api/items"]
    assert not list(page_facts.limited_pages(evidence(pages=(load_of(request()),))))
