from collections.abc import Callable

import pytest

from slogate.analyzer.web.eager_images import eager_images
from slogate.analyzer.web.facts import Image, LoadOutcome, PageLoad
from slogate.analyzer.web.metric import Metric, MissingReason, missing

PageLoadFactory = Callable[..., PageLoad]


@pytest.mark.parametrize(
    ("url", "first_screen", "loading", "count"),
    [
        ("http://shop/below.jpg", False, "eager", 1),
        ("http://shop/below.jpg", False, "auto", 1),
        ("http://shop/below.jpg", False, "lazy", 0),
        ("http://shop/hero.jpg", True, "eager", 0),
        ("http://shop/hero.jpg", True, "lazy", 0),
        ("data:", False, "eager", 0),
        ("", False, "eager", 0),
    ],
)
def test_which_images_are_eager(
    page_load: PageLoadFactory, url: str, first_screen: bool, loading: str, count: int
) -> None:
    image = Image(url=url, first_screen=first_screen, loading=loading)
    assert eager_images(page_load(images=(image,))) == Metric(float(count))
    assert eager_images(page_load(images=(image, image))) == Metric(2.0 * count)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"images": ()}, Metric(0.0)),
        ({"images": None}, missing(MissingReason.UNKNOWN_IMAGES)),
        ({"images": (), "fcp_ms": None}, missing(MissingReason.NO_FCP)),
        ({"images": (), "outcome": LoadOutcome.CRASHED}, missing(MissingReason.NOT_MEASURED)),
    ],
)
def test_a_document_that_was_not_asked_is_not_one_without_images(
    page_load: PageLoadFactory, facts: dict[str, object], expected: Metric
) -> None:
    assert eager_images(page_load(**facts)) == expected
