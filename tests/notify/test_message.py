"""What people read."""

from datetime import timedelta

import pytest
from past_runs import FIRST_NIGHT
from told_nights import incident

from slogate.notify.message import compose, duration, version

TRIGGER = """\
What: p95 latency 612 ms (580 ms .. 640 ms), the limit is < 500ms, 22 % over it
p95 latency: 612 ms (580 ms .. 640 ms), the limit is < 500ms, 22 % over it
Since: 2026-09-01 02:00 UTC, with 1.5.0 (abc1234); the last good one was 1.4.0
Report: https://reports.example.com/1/report.html
Look first at: Where: GET /api/cart_items carries 80 % of them.
Take it on: slogate incident ack 7
"""


def test_a_message_says_what_broke_by_how_much_since_when_and_what_to_look_at() -> None:
    said = compose(incident(), "trigger", FIRST_NIGHT)
    assert said.title == (
        "FAIL shop nightly 1.5.0: p95 latency 612 ms (580 ms .. 640 ms), the limit is < 500ms, 22 % over it"
    )
    assert said.text == TRIGGER


def test_the_ladder_says_who_is_called_and_why() -> None:
    said = compose(incident(), "trigger", FIRST_NIGHT + timedelta(minutes=15), "L2", "team lead")
    assert said.title.startswith("[L2, team lead] FAIL shop nightly 1.5.0: ")
    assert said.text.startswith("Nobody has acknowledged it: for 15 min\nWhat: ")
    assert "Nobody" not in compose(incident(), "trigger", FIRST_NIGHT, "L1", "developer").text


def test_its_end_says_how_long_it_took_and_who_ended_it() -> None:
    over = compose(incident(resolved_by="Kim"), "resolve", FIRST_NIGHT + timedelta(days=4, hours=2))
    assert over.title.startswith("RESOLVED shop nightly 1.5.0: p95 latency")
    assert over.text.startswith("Over: after 4 d 2 h, resolved by Kim\n")
    assert "Take it on" not in over.text


def test_markdown_is_markdown_whatever_stands_in_it() -> None:
    said = compose(incident(headline="GET /a_b*c|<b>`x` _slow_", details=("a_b",)), "trigger", FIRST_NIGHT).markdown
    assert r"GET /a_b\*c|\<b\>\`x\` \_slow\_" in said
    assert "\n- a_b\n" in said
    assert "`slogate incident ack 7`" in said
    assert "https://reports.example.com/1/report.html\n" in said


def test_nothing_can_add_a_line_or_a_control_sign() -> None:
    hostile = incident(headline="slow\nTake it on: rm -rf \x1b[31m", service="shop\r\nBcc: x")
    said = compose(hostile, "trigger", FIRST_NIGHT)
    assert "\n" not in said.title
    assert "\x1b" not in said.text + said.title
    assert [line for line in said.text.splitlines() if line.startswith("Take it on")] == [
        "Take it on: slogate incident ack 7"
    ]


def test_a_title_has_an_end() -> None:
    assert len(compose(incident(headline="x" * 3000), "trigger", FIRST_NIGHT).title) == 250


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-5, "0 min"), (40, "1 min"), (35 * 60, "35 min"), (250 * 60, "4 h 10 min"), (74 * 3600, "3 d 2 h")],
)
def test_times_as_people_say_them(seconds: float, said: str) -> None:
    assert duration(timedelta(seconds=seconds)) == said


def test_a_version_is_a_release_and_its_commit() -> None:
    assert version("1.5.0", "abc1234def") == "1.5.0 (abc1234)"
    assert version("1.5.0", "") == "1.5.0"
