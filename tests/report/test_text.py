"""Text from outside is made fit to print."""

import pytest

from slogate.report.text import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET /api/products", "GET /api/products"),
        ("상품 목록", "상품 목록"),
        ("a\x1b[31mb", "a [31mb"),
        ("two\nlines\ttab", "two lines tab"),
        ("right\u202eleft", "right left"),
        ("half \ud800 surrogate", "half   surrogate"),
    ],
)
def test_control_characters_become_spaces(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_long_text_is_cut() -> None:
    assert len(printable("x" * 10_000)) == 400
    assert printable("x" * 10_000).endswith("...")
