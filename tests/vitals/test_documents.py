"""What observe.js says, gathered by document."""

import pytest
from observed import said
from pydantic import ValidationError

from slogate.vitals.documents import Documents, script


def paint(start_ms: float) -> dict[str, object]:
    return {"name": "first-contentful-paint", "start_ms": start_ms}


def test_entries_add_up_and_the_state_is_the_last_one() -> None:
    documents = Documents()
    assert documents.latest is None
    documents.absorb(said(paints=[paint(10.0)], timing={"dcl_end_ms": 7.0}, untold=["longtask"]))
    batch = documents.absorb(said(paints=[paint(20.0)], timing={"load_end_ms": 9.0}, url="http://shop/#later"))
    assert batch.now_ms == 5.0
    (document,) = documents.in_order
    assert documents.latest is document
    assert [entry.start_ms for entry in document.paints] == [10.0, 20.0]
    assert (document.timing.dcl_end_ms, document.timing.load_end_ms) == (None, 9.0)
    assert (document.url, document.untold) == ("http://shop/", [])


def test_the_latest_document_is_the_one_that_began_last() -> None:
    documents = Documents()
    for origin_ms in (2000.0, 1000.0, 3000.0, 2000.0):
        documents.absorb(said(origin_ms))
    assert [document.origin_ms for document in documents.in_order] == [1000.0, 2000.0, 3000.0]
    assert documents.latest is documents.in_order[-1]


def test_images_stay_once_they_are_told() -> None:
    documents = Documents()
    documents.absorb(said(images=[{"url": "/a.png", "first_screen": True, "loading": "lazy"}]))
    documents.absorb(said())
    assert documents.latest is not None
    assert documents.latest.images is not None


@pytest.mark.parametrize("payload", ["", "null", "{}", '{"origin_ms": 1}', said(paints=[{"name": "x"}])])
def test_what_a_page_says_in_its_place_is_refused(payload: str) -> None:
    documents = Documents()
    with pytest.raises(ValidationError):
        documents.absorb(payload)
    assert documents.latest is None


@pytest.mark.parametrize(
    ("ready", "told"),
    [
        (None, '{"binding": "tell", "ready": null, "readyText": null}'),
        ("#total", '{"binding": "tell", "ready": "#total", "readyText": null}'),
        ("text=Your basket", '{"binding": "tell", "ready": null, "readyText": "Your basket"}'),
    ],
)
def test_the_script_knows_what_the_page_is_ready_with(ready: str | None, told: str) -> None:
    assert script("tell", ready).endswith(f"({told})")
