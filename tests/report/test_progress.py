import io

import pytest
from rich.console import Console

from slogate.report.progress import TerminalProgress

LOADED = {
    "event": "page_load",
    "page": "home",
    "index": 2,
    "of": 5,
    "warmup": False,
    "when": "idle",
    "outcome": "ok",
    "reason": "",
}


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        (
            {"metrics": {"fcp": 640.4, "lcp": 12_500.0, "tti": 99.0, "cls": 0.1}},
            "home 2/5  FCP 640 ms, LCP 12.5 s, TTI 99.0 ms",
        ),
        ({"metrics": {"fcp": 0.0, "lcp": None, "tti": None}}, "home 2/5  FCP 0.0 ms"),
        ({"metrics": {"fcp": 640.4}, "warmup": True}, "home warm-up  FCP 640 ms"),
        ({"metrics": {"fcp": 640.4}, "when": "loaded"}, "home 2/5 under load  FCP 640 ms"),
        ({"metrics": {"fcp": None}, "outcome": "http_error", "reason": "it answered 503"}, "home 2/5  it answered 503"),
    ],
)
def test_a_page_load_is_a_line_with_the_times_that_it_has(facts: dict[str, object], line: str) -> None:
    text = io.StringIO()
    TerminalProgress(Console(file=text, width=200, highlight=False)).page_load(LOADED | facts)
    assert text.getvalue().strip() == line
