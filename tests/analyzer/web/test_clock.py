"""A load on its page's clock: by hand, with what a browser would have told. The click is at 9,000 ms."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from slogate.analyzer.web import METRICS
from slogate.analyzer.web.clock import Origin, OriginKind, on_its_clock, origin
from slogate.analyzer.web.facts import (
    Image,
    InputEvent,
    InteractionPaint,
    LayoutShift,
    LcpCandidate,
    LoadOutcome,
    LongTask,
    NavigationTiming,
    PageLoad,
    Ready,
    Request,
    SoftNavigation,
    SoftNavigationEntry,
)
from slogate.analyzer.web.metric import Metric, MissingReason, missing
from slogate.analyzer.web.representative import representative

CLICK_MS, STEP_MS = 9000.0, 8990.0
CLICK_ID = 4711
TEXT = LcpCandidate(start_ms=9040.0, size=500, element="p.wait")
HERO = LcpCandidate(start_ms=9700.0, size=90_000, element="img.hero", url="http://www.shop.example/hero.jpg")
ENTRY = SoftNavigationEntry(
    interaction_id=CLICK_ID, start_ms=CLICK_MS, paint_ms=9040.0, url="http://www.shop.example/orders"
)


def painted(start_ms: float, largest: LcpCandidate, *, by: int = CLICK_ID, at_ms: float = CLICK_MS) -> InteractionPaint:
    return InteractionPaint(interaction_id=by, interaction_ms=at_ms, start_ms=start_ms, largest=largest)


def pressed(name: str, start_ms: float, *, by: int = CLICK_ID, duration_ms: float = 24.0) -> InputEvent:
    return InputEvent(
        name=name,
        start_ms=start_ms,
        duration_ms=duration_ms,
        processing_start_ms=start_ms + 1,
        processing_end_ms=start_ms + 3,
        interaction_id=by,
    )


TOLD = SoftNavigation(
    step_ms=STEP_MS,
    told=True,
    addresses=("http://www.shop.example/orders",),
    entries=(ENTRY,),
    paints=(painted(9040.0, TEXT), painted(9700.0, HERO), painted(9750.0, HERO)),
)
MUTE = replace(TOLD, told=False, entries=(), paints=())


@pytest.fixture
def soft_load(page_load: Callable[..., PageLoad], asked: Callable[..., Request]) -> Callable[..., PageLoad]:
    """Makes a load of a page that a click led to, from one that painted at 100 ms and settled."""

    def make(**facts: object) -> PageLoad:
        seen = page_load(
            page="orders",
            url="http://www.shop.example/orders",
            ready=Ready(selector="#orders", found_ms=9600.0),
            timing=NavigationTiming(response_start_ms=20.0, dcl_end_ms=80.0, load_end_ms=120.0),
            lcp_candidates=(LcpCandidate(start_ms=150.0, size=400_000, element="img.banner"),),
            input_events=(pressed("pointerdown", 8998.0), pressed("click", CLICK_MS)),
            requests=(asked(), asked(url="http://www.shop.example/api", start_ms=9050.0, end_ms=9350.0, type="Fetch")),
            end_ms=20_000.0,
            soft=TOLD,
        )
        return replace(seen, **facts)  # type: ignore[arg-type]  # each test passes the fields it is about

    return make


def values(load: PageLoad) -> dict[str, Metric]:
    return {name: metric.measure(load) for name, metric in METRICS.items()}


def test_a_document_is_on_the_clock_of_its_recording(page_load: Callable[..., PageLoad]) -> None:
    load = page_load()
    assert origin(load) == Origin(0.0, OriginKind.NAVIGATION)
    assert on_its_clock(load) is load


def test_times_count_from_the_click(soft_load: Callable[..., PageLoad]) -> None:
    load = soft_load(long_tasks=(LongTask(start_ms=9400.0, duration_ms=150.0),))
    found = values(load)
    assert {name: found[name].value for name in ("fcp", "lcp", "tti", "tbt", "inp", "cls")} == {
        "fcp": 40.0,
        "lcp": 700.0,
        "tti": 550.0,  # the end of the long task
        "tbt": 100.0,
        "inp": 24.0,
        "cls": 0.0,
    }
    own = on_its_clock(load)
    assert own.ready is not None
    assert (own.ready.found_ms, own.end_ms, own.started_at_us) == (600.0, 11_000.0, 9_000_000)


def test_there_is_no_first_byte_and_it_is_not_zero(soft_load: Callable[..., PageLoad]) -> None:
    assert METRICS["ttfb"].measure(soft_load()) == missing(MissingReason.NO_DOCUMENT)


def test_only_what_was_asked_for_since_counts(
    soft_load: Callable[..., PageLoad], asked: Callable[..., Request]
) -> None:
    hero = asked(url=HERO.url, type="Image", start_ms=9400.0, end_ms=9690.0, encoded_bytes=5000)
    banner = Image(url="http://www.shop.example/banner.jpg", first_screen=False, loading="auto")
    before, fetched = soft_load().requests
    load = soft_load(
        requests=(before, fetched, hero), images=(banner, replace(banner, url=hero.url), replace(banner, url=hero.url))
    )
    found = values(load)
    assert [found[name].value for name in ("requests", "page_bytes", "js_bytes", "image_bytes", "eager_images")] == [
        2, 6000, 0, 5000, 2,
    ]  # fmt: skip
    assert [(r.start_ms, r.end_ms) for r in on_its_clock(load).requests] == [(50.0, 350.0), (400.0, 690.0)]


def test_shifts_before_the_click_and_soon_after_it_are_not_the_pages(soft_load: Callable[..., PageLoad]) -> None:
    shift = LayoutShift(start_ms=9900.0, value=0.05, had_recent_input=False)
    before, soon = replace(shift, start_ms=2000.0, value=0.4), replace(shift, start_ms=9300.0, had_recent_input=True)
    assert METRICS["cls"].measure(soft_load(layout_shifts=(before, soon, shift))).value == 0.05


def test_a_task_under_way_at_the_click_is_seen_and_one_before_it_is_not(soft_load: Callable[..., PageLoad]) -> None:
    before = LongTask(start_ms=8000.0, duration_ms=900.0)
    under_way = LongTask(start_ms=8950.0, duration_ms=200.0)
    own = on_its_clock(soft_load(long_tasks=(before, under_way)))
    assert own.long_tasks == (LongTask(start_ms=-50.0, duration_ms=200.0),)
    found = values(own)
    assert (found["tti"].value, found["tbt"].value) == (150.0, 60.0)  # 110 ms of it are after the first paint


def test_a_page_that_never_falls_quiet_after_the_click_did_not_reach_tti(soft_load: Callable[..., PageLoad]) -> None:
    tasks = tuple(LongTask(start_ms=float(at_ms), duration_ms=80.0) for at_ms in range(9000, 20_000, 2000))
    found = METRICS["tti"].measure(soft_load(long_tasks=tasks))
    assert (found, found.not_reached) == (missing(MissingReason.NO_CPU_QUIET), True)


LATER = replace(ENTRY, interaction_id=4712, start_ms=9400.0, paint_ms=9450.0)


@pytest.mark.parametrize(
    ("soft", "facts", "expected"),
    [
        (TOLD, {}, Origin(CLICK_MS, OriginKind.SOFT_NAVIGATION, CLICK_ID)),
        (replace(TOLD, entries=(ENTRY, LATER)), {}, Origin(9400.0, OriginKind.SOFT_NAVIGATION, 4712)),
        (
            replace(TOLD, entries=(ENTRY, LATER)),
            {"interacted_ms": 9200.0},
            Origin(CLICK_MS, OriginKind.SOFT_NAVIGATION, CLICK_ID),
        ),
        (
            replace(TOLD, entries=(replace(ENTRY, start_ms=5000.0, interaction_id=1), ENTRY)),
            {},
            Origin(CLICK_MS, OriginKind.SOFT_NAVIGATION, CLICK_ID),
        ),
        (replace(TOLD, entries=()), {}, Origin(CLICK_MS, OriginKind.PAINTING_INPUT, CLICK_ID)),
        (MUTE, {}, Origin(8998.0, OriginKind.INPUT, CLICK_ID)),
        (MUTE, {"input_events": (pressed("click", 500.0),)}, Origin(STEP_MS, OriginKind.STEP)),
        (MUTE, {"input_events": (pressed("pointerup", 9001.0),)}, Origin(STEP_MS, OriginKind.STEP)),
        (MUTE, {"input_events": ()}, Origin(STEP_MS, OriginKind.STEP)),
    ],
)
def test_what_time_0_is(
    soft_load: Callable[..., PageLoad], soft: SoftNavigation, facts: dict[str, object], expected: Origin
) -> None:
    assert origin(soft_load(soft=soft, **facts)) == expected


def test_a_second_click_ends_lcp_and_the_first_does_not(soft_load: Callable[..., PageLoad]) -> None:
    events = (*soft_load().input_events, pressed("pointerdown", 9300.0, by=4712))
    assert METRICS["lcp"].measure(soft_load(input_events=events)).value == 40.0


def test_paints_of_another_interaction_are_not_the_pages(soft_load: Callable[..., PageLoad]) -> None:
    menu = painted(8996.0, replace(HERO, start_ms=8996.0), by=4709, at_ms=8992.0)
    found = values(soft_load(soft=replace(TOLD, paints=(menu, *TOLD.paints))))
    assert (found["fcp"].value, found["lcp"].value) == (40.0, 700.0)


def test_a_click_too_short_to_be_told_is_no_interaction_of_0_ms(soft_load: Callable[..., PageLoad]) -> None:
    assert METRICS["inp"].measure(soft_load(input_events=())) == missing(MissingReason.UNTOLD_INTERACTION)


@pytest.mark.parametrize(
    ("soft", "reason"),
    [
        (MUTE, MissingReason.UNTOLD_PAINT),
        (replace(TOLD, entries=(), paints=()), MissingReason.NO_SOFT_PAINT),
    ],
)
def test_what_the_browser_does_not_tell_is_missing_and_the_rest_needs_the_ready_element(
    soft_load: Callable[..., PageLoad], soft: SoftNavigation, reason: MissingReason
) -> None:
    painting = ("fcp", "lcp", "tti", "tbt")
    found = values(soft_load(soft=soft))
    assert {name: found[name] for name in painting} == dict.fromkeys(painting, missing(reason))
    assert (found["requests"].value, found["inp"].value, found["cls"].value) == (1, 24.0, 0.0)
    for ready in (None, Ready(selector="#orders", found_ms=None)):
        unproved = values(soft_load(soft=soft, ready=ready))
        assert all(metric == missing(reason) for metric in unproved.values())


def test_a_load_that_did_not_end_well_has_no_metric(soft_load: Callable[..., PageLoad]) -> None:
    found = values(soft_load(outcome=LoadOutcome.NO_NAVIGATION))
    assert all(metric == missing(MissingReason.NOT_MEASURED) for metric in found.values())


@pytest.mark.parametrize("soft", [TOLD, MUTE, replace(TOLD, entries=()), replace(TOLD, entries=(ENTRY, LATER))])
def test_a_load_on_its_clock_stays_as_it_is(soft_load: Callable[..., PageLoad], soft: SoftNavigation) -> None:
    once = on_its_clock(soft_load(soft=soft, interacted_ms=15_000.0))
    assert on_its_clock(once) == once
    assert origin(once).at_ms == 0.0


def test_a_later_beginning_changes_no_metric(soft_load: Callable[..., PageLoad]) -> None:
    """Law: how long the page before was looked at does not matter."""
    load = soft_load(long_tasks=(LongTask(start_ms=9400.0, duration_ms=150.0),))
    assert values(on_its_clock(load)) == values(load)


def test_the_representative_is_chosen_by_the_pages_own_times(soft_load: Callable[..., PageLoad]) -> None:
    slow = replace(ENTRY, paint_ms=9900.0)
    late = SoftNavigation(step_ms=STEP_MS, told=True, entries=(slow,), paints=(painted(9900.0, HERO),))
    loads = [soft_load(index=1, soft=late), soft_load(index=2), soft_load(index=3)]
    chosen = representative(loads)
    assert chosen is not None
    assert chosen.index == 2
    assert chosen is loads[1]
