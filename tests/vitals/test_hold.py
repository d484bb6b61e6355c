"""While the load holds page loads under load are begun, and neither before nor after."""

import time
from collections.abc import Callable

import pytest
from page_loader import Loader
from synthetic import page
from webserver import WebServer

from slogate.analyzer.web.facts import LoadOutcome
from slogate.vitals.hold import Hold
from slogate.vitals.lifetime import Lifetime

StartLoader = Callable[..., Loader]
CLOSED = """
@page("home")
def home(page): page.goto("/closed")
"""
QUIET_S = 5.0  # no load is over sooner


@pytest.fixture
def start_closed(start_loader: StartLoader, server: WebServer) -> StartLoader:
    """A loader whose page is an error, so that each load is over at once."""
    server.routes["/closed"] = server.reply("<h1>closed</h1>", status=503)

    def start(**plan: object) -> Loader:
        loader = start_loader(CLOSED, **plan)
        loader.go()
        return loader

    return start


def times_of(loader: Loader) -> list[tuple[str, bool, float]]:
    """Condition, warm-up and beginning of each load, in seconds of the monotonic clock."""
    return [(load.when, load.warmup, load.started_at_us / 1e6) for load in loader.loads]


def test_loads_under_load_wait_for_it_and_warm_up_loads_do_not(start_closed: StartLoader) -> None:
    loader = start_closed(when="loaded", page_loads=2)
    loader.wait_for("waiting")
    assert [(when, warmup) for when, warmup, _ in times_of(loader)] == [("idle", True)]
    from_s = time.monotonic() + 1.5
    loader.command("load_begins", from_s=from_s, until_s=from_s + 60)
    finished = loader.wait_for("finished")
    assert (finished["loads"], finished["loads_under_load"]) == ({"home": 0}, {"home": 2})
    under_load = times_of(loader)[1:]
    assert [(when, warmup) for when, warmup, _ in under_load] == [("loaded", False)] * 2
    assert all(from_s <= at_s < from_s + 3 for _, _, at_s in under_load)
    assert all(load.ended_at_us is not None and load.ended_at_us > load.started_at_us for load in loader.loads)


def test_both_are_made_idle_first_and_counted_apart(start_closed: StartLoader) -> None:
    loader = start_closed(when="both", page_loads=1, max_page_loads=2, warmup_loads=0)
    loader.wait_for("round")
    loader.command("more", pages=["home"])
    loader.wait_for("waiting")
    loader.command("load_begins", from_s=time.monotonic(), until_s=time.monotonic() + 60)
    assert loader.wait_for("round")["loads"] == 1
    loader.command("more", pages=[])
    finished = loader.wait_for("finished")
    assert (finished["loads"], finished["loads_under_load"]) == ({"home": 2}, {"home": 1})
    assert [(load.when, load.index) for load in loader.loads] == [("idle", 1), ("idle", 2), ("loaded", 1)]


def test_no_load_is_begun_that_could_not_be_over_in_time(start_closed: StartLoader) -> None:
    loader = start_closed(when="loaded", page_loads=1000, warmup_loads=0)
    loader.wait_for("waiting")
    from_s = time.monotonic()
    loader.command("load_begins", from_s=from_s, until_s=from_s + QUIET_S + 2)
    made = loader.wait_for("finished")["loads_under_load"]["home"]
    begun_s = [at_s for _, _, at_s in times_of(loader)]
    assert len(begun_s) == made
    assert 1 <= made < 1000
    assert max(begun_s) < from_s + 3  # opening the last one takes a moment
    assert time.monotonic() < from_s + QUIET_S + 2


def test_a_load_that_ends_early_is_heard_of(start_closed: StartLoader) -> None:
    loader = start_closed(when="loaded", page_loads=1000, warmup_loads=0)
    loader.wait_for("waiting")
    loader.command("load_begins", from_s=time.monotonic(), until_s=time.monotonic() + 600)
    loader.wait_for("page_load")
    loader.command("load_is_over", until_s=time.monotonic())
    assert loader.wait_for("finished")["loads_under_load"]["home"] < 1000
    assert loader.end()[0] == 0


@pytest.mark.parametrize("moment", ["waiting", "page_load"])
def test_it_stops_when_its_parent_says_so(start_closed: StartLoader, moment: str) -> None:
    loader = start_closed(when="loaded" if moment == "waiting" else "idle", page_loads=1000)
    loader.wait_for(moment)
    loader.command("stop")
    code, seconds = loader.end()
    assert (code, seconds < 5) == (4, True)
    failed = loader.wait_for("failed")
    assert (failed["cut_short"], failed["message"].endswith("the run ends")) == (True, True)
    assert list(loader.scratch.iterdir()) == []


def nobody() -> Lifetime:
    """The lifetime of a loader that was started by hand."""
    return Lifetime(None, last_words=lambda _error: None)


def test_started_by_hand_it_holds_from_now_on() -> None:
    assert Hold.begun(nobody(), lambda: 100.0).has_time


@pytest.mark.parametrize(("now_s", "there"), [(0.0, True), (54.9, True), (55.0, False), (61.0, False)])
def test_there_is_time_for_a_load_that_may_be_over_before(now_s: float, there: bool) -> None:
    assert Hold(nobody(), 60.0, lambda: now_s).has_time is there


@pytest.mark.parametrize(
    ("ended_at_us", "outcome", "lasted"),
    [
        (60_000_000, LoadOutcome.OK, True),
        (60_000_001, LoadOutcome.OK, False),
        (None, LoadOutcome.OK, False),
        (90_000_000, LoadOutcome.DEADLINE, True),
    ],
)
def test_whether_it_held_to_the_end_of_a_load(ended_at_us: int | None, outcome: LoadOutcome, lasted: bool) -> None:
    hold = Hold(nobody(), 60.0, lambda: 0.0)
    assert hold.lasted_for(page(outcome=outcome, ended_at_us=ended_at_us)) is lasted
