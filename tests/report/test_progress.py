import io
import time

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


def lines_of(text: io.StringIO) -> list[str]:
    return [line.strip() for line in text.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("failed", "line"), [(0, "sign-in: 3 of 50 users are ready"), (2, "sign-in: 3 of 50 users are ready, 2 failed")]
)
def test_users_that_sign_in_are_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch, failed: int, line: str) -> None:
    text, clock_s = io.StringIO(), 100.0
    monkeypatch.setattr(time, "monotonic", lambda: clock_s)
    progress = TerminalProgress(Console(file=text, width=200, highlight=False))
    progress.phase("sign-in", None)
    for _ in range(12):
        clock_s += 1.0
        progress.signing_in({"event": "signing_in", "ready": 3, "failed": failed, "of": 50})
    assert lines_of(text) == ["sign-in ...", line, line]


def test_a_load_that_nobody_answers_goes_on_in_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    text, clock_s = io.StringIO(), 100.0
    monkeypatch.setattr(time, "monotonic", lambda: clock_s)
    monkeypatch.setattr(time, "time", lambda: clock_s)
    progress = TerminalProgress(Console(file=text, width=200, highlight=False))
    progress.phase("load", 130.0)
    for _ in range(12):
        clock_s += 1.0
        progress.tick(None, {"cpu": 0.5})
    assert lines_of(text) == ["load ...", "load  25 s left  CPU 50%", "load  20 s left  CPU 50%"]
