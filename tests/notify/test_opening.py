"""What is known of an incident when it begins."""

from dataclasses import replace

from past_runs import FIRST_NIGHT
from told_nights import BROKEN, night, shift

from slogate.analyzer.result import State
from slogate.notify.events import Begun
from slogate.notify.opening import opening_of


def test_a_failure_names_the_first_objective_and_lists_the_others() -> None:
    other = replace(BROKEN, name="error rate", detail="2 %", look_first="")
    known = opening_of(
        Begun("fail", frozenset({"api.latency"})),
        night(5, State.FAIL, broken=(BROKEN, other), last_good="1.4.0 (0000004), 2026-09-05 02:00 UTC"),
        FIRST_NIGHT,
    )
    assert known.headline == f"p95 latency {BROKEN.detail}, and 1 more"
    assert known.details == [f"p95 latency: {BROKEN.detail}", "error rate: 2 %"]
    assert known.since == (
        "2026-09-06 02:00 UTC, with 1.5.0 (0000005); the last good one was 1.4.0 (0000004), 2026-09-05 02:00 UTC"
    )
    assert known.look_first == BROKEN.look_first
    assert (known.service, known.profile, known.release, known.subject) == ("shop", "nightly", "1.5.0", "")


def test_what_is_said_in_the_headline_is_not_said_again() -> None:
    one = opening_of(Begun("fail", frozenset()), night(5, State.FAIL), FIRST_NIGHT)
    assert (one.headline, one.details) == (f"p95 latency {BROKEN.detail}", [])
    late = tuple(replace(BROKEN, name=name, detail="the generator was late") for name in ("p95 latency", "error rate"))
    tonight = night(5, State.ERROR, broken=late, headline="2 of 2 cannot be judged: the generator was late")
    assert opening_of(Begun("not_judgeable", frozenset()), tonight, FIRST_NIGHT).details == []
    others = (*late, replace(BROKEN, name="CPU", detail="no data"))
    known = opening_of(Begun("not_judgeable", frozenset()), replace(tonight, broken=others), FIRST_NIGHT)
    assert known.details == ["p95 latency, error rate: the generator was late", "CPU: no data"]


def test_a_change_point_blames_the_release_that_it_began_with() -> None:
    moved = (shift(18), shift(18, "resources.cpu"))
    known = opening_of(
        Begun("change_point", frozenset({"api.latency", "resources.cpu"}), moved), night(21), FIRST_NIGHT
    )
    assert known.headline == "p95 latency +23 % (18 .. 28 %), and 1 more"
    assert (known.release, known.commit) == ("1.18.0", "0000012")
    assert known.since == "2026-09-19 02:00 UTC, with 1.18.0 (0000012); found in the run of 1.21.0 (0000015)"
    assert "1.18.0 (0000012)" in known.look_first
    assert len(known.details) == 2


def test_nights_without_a_decision_are_counted() -> None:
    tonight = night(3, State.INCONCLUSIVE, undecided=3, cure="make the run longer")
    known = opening_of(Begun("inconclusive", frozenset()), tonight, FIRST_NIGHT)
    assert known.headline == "3 nights running without a decision: it is a inconclusive"
    assert known.look_first == "make the run longer"


def test_what_cannot_be_judged_says_why() -> None:
    known = opening_of(Begun("not_judgeable", frozenset()), night(3, State.ERROR), FIRST_NIGHT)
    assert known.headline == "it is a error"
    assert known.look_first == "the report, and what changed since the last good run"


def test_a_night_of_no_known_release_says_when_it_was_and_no_more() -> None:
    down = replace(night(3, State.ERROR), release="", commit="")
    known = opening_of(Begun("not_judgeable", frozenset()), down, FIRST_NIGHT)
    assert known.since == "2026-09-04 02:00 UTC"
    good = replace(down, last_good="1.4.0 (0000002), 2026-09-03 02:00 UTC")
    known = opening_of(Begun("not_judgeable", frozenset()), good, FIRST_NIGHT)
    assert known.since == "2026-09-04 02:00 UTC; the last good one was 1.4.0 (0000002), 2026-09-03 02:00 UTC"


def test_many_objectives_are_not_all_listed() -> None:
    broken = tuple(replace(BROKEN, name=f"objective {number}", detail=f"{number} %") for number in range(30))
    known = opening_of(Begun("fail", frozenset()), night(5, State.FAIL, broken=broken), FIRST_NIGHT)
    assert len(known.details) == 11
    assert known.details[-1] == "and 20 more"
