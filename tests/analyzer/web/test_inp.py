from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogate.analyzer.web.facts import InputEvent, LoadOutcome, PageLoad, Paint
from slogate.analyzer.web.inp import inp
from slogate.analyzer.web.metric import Metric, MissingReason, missing

PageLoadFactory = Callable[..., PageLoad]


def event(interaction_id: int, duration_ms: float, name: str = "click") -> InputEvent:
    return InputEvent(
        name=name,
        start_ms=1000.0 * interaction_id,
        duration_ms=duration_ms,
        processing_start_ms=1000.0 * interaction_id,
        processing_end_ms=1000.0 * interaction_id + 1,
        interaction_id=interaction_id,
    )


@pytest.mark.parametrize(
    ("events", "value_ms"),
    [
        ([event(1, 24.0)], 24.0),
        ([event(1, 24.0), event(2, 200.0)], 200.0),
        # one interaction, three events: the longest is the interaction
        ([event(1, 16.0, "pointerdown"), event(1, 104.0, "pointerup"), event(1, 96.0, "click")], 104.0),
        ([event(0, 8.0, "pointerdown")], 8.0),  # a first input to which the browser gave no number
        ([event(i, 10.0 * i) for i in range(1, 50)], 490.0),  # 49 interactions: none is skipped
        ([event(i, 10.0 * i) for i in range(1, 51)], 490.0),  # 50: the worst is
        ([event(i, 10.0 * i) for i in range(1, 101)], 980.0),  # 100: the two worst
        ([event(i, 10.0 * i) for i in range(1, 50) for _ in range(3)], 490.0),  # events are not interactions
    ],
)
def test_the_worst_interaction_but_one_in_fifty(
    page_load: PageLoadFactory, events: list[InputEvent], value_ms: float
) -> None:
    assert inp(page_load(input_events=tuple(events))) == Metric(value_ms)


def test_without_an_interaction_there_is_none(page_load: PageLoadFactory) -> None:
    assert inp(page_load()) == missing(MissingReason.NO_INTERACTION)
    assert MissingReason.NO_INTERACTION.cure == "let the journey click or type"


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"fcp_ms": None}, MissingReason.NO_FCP),
        ({"outcome": LoadOutcome.DEADLINE}, MissingReason.NOT_MEASURED),
    ],
)
def test_a_page_that_was_not_shown_answered_nobody(
    page_load: PageLoadFactory, facts: dict[str, object], reason: MissingReason
) -> None:
    assert inp(page_load(input_events=(event(1, 24.0),), **facts)) == missing(reason)


@given(st.lists(st.builds(event, st.integers(1, 200), st.floats(0, 5000)), min_size=1, max_size=300))
def test_no_more_than_one_in_fifty_is_worse(events: list[InputEvent]) -> None:
    load = PageLoad(
        page="home",
        index=1,
        warmup=False,
        throttle="none",
        started_at_us=0,
        outcome=LoadOutcome.OK,
        paints=(Paint(name="first-contentful-paint", start_ms=1.0),),
        input_events=tuple(events),
        end_ms=9000.0,
    )
    found_ms = inp(load).value
    assert found_ms is not None
    interactions = {item.interaction_id for item in events}
    worse = {item.interaction_id for item in events if item.duration_ms > found_ms}
    assert len(worse) <= len(interactions) / 50


@pytest.mark.parametrize("browser", ["firefox", "webkit"])
def test_what_other_engines_tell_of_a_press_is_no_inp(page_load: PageLoadFactory, browser: str) -> None:
    load = page_load(browser=browser, input_events=(event(2404, 0.0, "pointerdown"),))
    assert inp(load) == missing(MissingReason.NOT_SUPPORTED)
