"""The order of page loads, without a browser and without a parent."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from slogate.vitals.hold import Hold
from slogate.vitals.journeys import PageJourney
from slogate.vitals.lifetime import Lifetime
from slogate.vitals.plan import PagesPlan
from slogate.vitals.rounds import Rounds
from slogate.vitals.site import Site
from slogate.vitals.visit import Visit

SITE = Site(base_url="http://127.0.0.1", allowed_hosts=frozenset())


def visit_nothing(_page: Page) -> None:
    """Never run here."""


PAGES = [PageJourney(name, visit_nothing) for name in "ab"]
NOBODY = Lifetime(None, last_words=lambda _error: None)


def rounds(told: list[str], **plan: object) -> Rounds:
    known: dict[str, object] = {
        "journeys": [],
        "base_url": SITE.base_url,
        "allowed_hosts": [],
        "page_loads": 2,
        "output": Path("pages.jsonl"),
        "wall_offset_us": 0,
    }
    return Rounds(
        PagesPlan.model_validate(known | plan), PAGES, SITE, NOBODY, lambda kind, **_fields: told.append(kind)
    )


def shown(visit: Visit) -> str:
    return f"{visit.journey.name}{visit.index}"


def test_pages_take_turns() -> None:
    visits = list(rounds([]).idle())
    assert list(map(shown, visits)) == ["a1", "b1", "a2", "b2"]
    assert {(visit.when, visit.warmup, visit.pace.quiet_ms) for visit in visits} == {("idle", False, 5000.0)}


def test_warm_up_visits_are_not_judged_and_wait_for_no_quiet() -> None:
    visits = list(rounds([], warmup_loads=1).warm_up())
    assert list(map(shown, visits)) == ["a1", "b1"]
    assert {(visit.when, visit.warmup, visit.pace.quiet_ms) for visit in visits} == {("idle", True, 0.0)}


def test_who_has_no_parent_makes_no_further_rounds() -> None:
    told: list[str] = []
    assert len(list(rounds(told, max_page_loads=9).idle())) == 4
    assert told == ["round"]


@pytest.mark.parametrize(
    ("until_s", "made"), [(0.0, []), (6.0, ["a1"]), (8.0, ["a1", "b1", "a2"]), (99.0, ["a1", "b1", "a2", "b2"])]
)
def test_under_load_there_are_as_many_as_there_is_time_for(until_s: float, made: list[str]) -> None:
    """Each load takes a second here, and none is begun with less than five left."""
    told: list[str] = []
    now_s = [0.0]
    seen = []
    for visit in rounds(told, max_page_loads=9).loaded(Hold(NOBODY, until_s, lambda: now_s[0])):
        seen.append(shown(visit))
        assert visit.when == "loaded"
        now_s[0] += 1.0
    assert seen == made
    assert told == (["round"] if until_s == 99.0 else [])  # where the time is over nobody is asked
