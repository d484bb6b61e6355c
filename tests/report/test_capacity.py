"""What is said of a search for capacity."""

import json
import re

from rich.console import Console

from slogate.analyzer.capacity import Step
from slogate.analyzer.result import State
from slogate.report.capacity import build, render, render_html, render_json


def step(rate: float, state: State, p95_ms: float | None, broke: str = "") -> Step:
    return Step(rate, state, 30.0, 1234, 5.0, p95_ms, 20.0, 0.001, 0.3, broke, "20260101T000000Z-x")


STEPS = [
    step(10, State.PASS, 10.0),
    step(20, State.PASS, 12.0),
    step(40, State.FAIL, 95.0, "p95 latency: p95 is 95 ms <b>"),
    step(28, State.INCONCLUSIVE, 31.0, "p95 latency: too few"),
]


def printed(steps: list[Step], stopped: str = "", most: float = 100) -> str:
    console = Console(width=160, force_terminal=False)
    with console.capture() as capture:
        console.print(render(build(steps, stopped, most_per_s=most)))
    return capture.get()


def test_the_table_says_the_answer_the_knee_and_what_broke() -> None:
    text = printed(STEPS)
    assert "it holds 20/s within its objectives; 28/s is undecided" in text
    assert "the knee is at 28/s" in text
    assert "what broke first, at 28/s: p95 latency: too few" in text
    assert [line.split()[1] for line in text.splitlines() if "/s  1,234" in re.sub(" +", "  ", line)] == [
        "10/s",
        "20/s",
        "28/s",
        "40/s",
    ]


def test_what_was_not_found_is_not_claimed() -> None:
    assert "no rate passed" in printed([step(10, State.FAIL, 50.0, "p95")])
    assert "no rate could be decided" in printed([step(10, State.INCONCLUSIVE, 50.0, "p95")])
    assert "no rate could be decided" in printed([step(10, State.ERROR, 50.0, "late")])
    assert "no higher rate was shown to be too much" in printed(STEPS[:2], stopped="the time is used up")
    assert "the highest that was asked for" in printed(STEPS[:2], most=20)
    assert "nothing was measured" in printed([])
    assert "40/s is not judgeable" in printed([STEPS[0], step(40, State.ERROR, None, "late")])


def test_a_rate_that_was_held_again_is_told_by_its_last_time() -> None:
    again = [step(10, State.INCONCLUSIVE, 10.0, "too few"), step(10, State.PASS, 11.0)]
    text = printed(again, most=10)
    assert "it holds 10/s within its objectives, the highest that was asked for" in text
    assert "what broke first" not in text
    assert text.count("10/s ") == 3  # the headline, and a row for each time


def test_the_page_is_one_file_with_the_curves() -> None:
    html = render_html(build(STEPS, "", most_per_s=100))
    assert "<b>" not in html
    assert not re.search(r'(?:src|href)="(?!20260101)', html)
    assert html.count("<svg") == 4
    assert html.count("<circle") == 4 * 4
    assert render_html(build([], "", most_per_s=1)).count("<svg") == 0


def test_json_has_it_all() -> None:
    found = json.loads(render_json(build(STEPS, "", most_per_s=100)))
    assert found["highest_per_s"] == 20
    assert [item["rate_per_s"] for item in found["steps"]] == [10, 20, 28, 40]
