"""A page metric that is missing never passes: for whatever reason, with whatever limits, beside whatever passes."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import evidence, page, slo

from slogate.analyzer.result import State
from slogate.analyzer.verdict import judge
from slogate.analyzer.web import METRICS
from slogate.analyzer.web.facts import (
    CacheHeaders,
    Image,
    InputEvent,
    LoadOutcome,
    LongTask,
    NavigationTiming,
    PageLoad,
    Request,
    Untold,
)

SCRIPT = Request(
    url="https://shop.example/app.js",
    method="GET",
    type="Script",
    start_ms=1.0,
    end_ms=9.0,
    status=200,
    encoded_bytes=1000,
    cache_headers=CacheHeaders(etag=True),
)
CLICK = InputEvent(
    name="click",
    start_ms=400.0,
    duration_ms=24.0,
    processing_start_ms=401.0,
    processing_end_ms=402.0,
    interaction_id=1,
)
WHOLE = page(
    url="https://shop.example/",
    timing=NavigationTiming(response_start_ms=20.0, dcl_end_ms=50.0),
    requests=(SCRIPT,),
    input_events=(CLICK,),
    images=(Image(url="https://shop.example/a.png", first_screen=True, loading="eager"),),
)
ALL = frozenset(METRICS)
WEIGHED = frozenset({"page_bytes", "js_bytes"})
KINDS = {"css_bytes": "Stylesheet", "image_bytes": "Image", "font_bytes": "Font"}
UNSIZED = replace(SCRIPT, encoded_bytes=None)
RESTLESS = tuple(LongTask(start_ms=float(start), duration_ms=90.0) for start in range(0, 20_000, 2_000))
POLLS = tuple(replace(SCRIPT, start_ms=s * 1000.0, end_ms=s * 1000.0 + 1000) for s in range(20) for _ in range(3))

Case = tuple[dict[str, object], frozenset[str]]
ENDINGS: list[Case] = [({"outcome": end, "reason": "x"}, ALL) for end in LoadOutcome if end is not LoadOutcome.OK]
UNSIZED_KINDS: list[Case] = [
    ({"requests": (replace(UNSIZED, type=kind),)}, frozenset({"page_bytes", name})) for name, kind in KINDS.items()
]
# What is amiss with a load, and which metrics are missing for it.
CASES: list[Case] = [
    *ENDINGS,
    *UNSIZED_KINDS,
    ({"paints": ()}, ALL - {"lcp"}),
    ({"end_ms": None}, ALL - {"fcp", "lcp"}),
    ({"lcp_candidates": ()}, frozenset({"lcp"})),
    ({"timing": NavigationTiming(response_start_ms=20.0)}, frozenset({"tti", "tbt"})),
    ({"timing": NavigationTiming(dcl_end_ms=50.0)}, frozenset({"ttfb"})),
    ({"long_tasks": RESTLESS}, frozenset({"tti", "tbt"})),
    ({"requests": POLLS}, frozenset({"tti", "tbt"})),
    ({"input_events": ()}, frozenset({"inp"})),
    ({"untold": (Untold.LONG_TASK,), "long_tasks": ()}, frozenset({"tti", "tbt"})),
    ({"untold": (Untold.LAYOUT_SHIFT,)}, frozenset({"cls"})),
    ({"untold": (Untold.LCP,), "lcp_candidates": ()}, frozenset({"lcp"})),
    ({"untold": (Untold.INTERACTION,)}, frozenset({"inp"})),
    ({"untold": (Untold.PAINT,)}, ALL - {"lcp"}),
    ({"requests": (UNSIZED,)}, WEIGHED),
    ({"requests": (replace(UNSIZED, url="https://other.example/x"),)}, WEIGHED | {"third_party_bytes"}),
    ({"url": ""}, frozenset({"third_party_bytes", "third_party_requests"})),
    ({"requests": (replace(SCRIPT, cache_headers=None),)}, frozenset({"uncached"})),
    ({"images": None}, frozenset({"eager_images"})),
]
GENEROUS = {  # a limit and a warning
    "ms": ("<= 1h", "<= 30m"),
    "bytes": ("< 9GB", "< 1GB"),
    "count": ("<= 9000", "< 900"),
    "score": ("< 9", "< 1"),
}


def broken(facts: dict[str, object]) -> PageLoad:
    return replace(WHOLE, **facts)  # type: ignore[arg-type]  # each case names the fields it is about


def objectives(names: list[str], *, warned: bool, on_page: bool, on_every_page: bool) -> str:
    """The part `web` of a file with generous limits on these metrics."""
    lines = []
    for name in names:
        limit, warn = GENEROUS[METRICS[name].unit]
        lines.append(f"{name}: {{pass: {limit}, warn: {warn}}}" if warned else f"{name}: {limit}")
    section = ", ".join(lines)
    parts = [section] * on_every_page + [f"pages: {{home: {{{section}}}}}"] * on_page
    return f"web: {{{', '.join(parts)}}}"


def test_every_metric_can_be_missing_and_each_case_says_rightly_which_are() -> None:
    assert frozenset().union(*(names for _, names in CASES)) == ALL
    for facts, names in CASES:
        missing = {name for name, metric in METRICS.items() if metric.measure(broken(facts)).value is None}
        assert missing == names, facts
    assert all(metric.measure(WHOLE).value is not None for metric in METRICS.values())


def test_what_is_not_missing_passes_with_these_limits() -> None:
    """Or else nothing below could fail."""
    file = slo(objectives(list(METRICS), warned=True, on_page=True, on_every_page=True))
    run = evidence(
        None,
        pages=(WHOLE,) * 5,
        planned_pages=("home",),
        known_pages=("home",),
        areas=frozenset({"web"}),
    )
    verdict = judge(file, run, allow_inconclusive=True)
    assert {result.state for result in verdict.objectives} == {State.PASS}
    assert verdict.state is State.PASS


@given(
    st.sampled_from(CASES).flatmap(lambda case: st.tuples(st.just(case), st.sampled_from(sorted(case[1])))),
    st.lists(st.sampled_from(sorted(METRICS)), max_size=3, unique=True),
    st.integers(0, 9),
    st.data(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_a_missing_metric_never_passes(
    case: tuple[Case, str],
    others: list[str],
    whole: int,
    data: st.DataObject,
    warned: bool,
    on_page: bool,
    on_every_page: bool,
    allowed: bool,
) -> None:
    (facts, _), name = case
    load = broken(facts)
    # One that was not reached is slower than any limit, so it takes half of the loads; any other, a single one.
    not_reached = METRICS[name].measure(load).not_reached
    least = max(1, whole) if not_reached else 1
    loads = data.draw(st.permutations([load] * data.draw(st.integers(least, least + 3)) + [WHOLE] * whole))
    names = [name, *(other for other in others if other != name)]
    file = slo(objectives(names, warned=warned, on_page=on_page, on_every_page=on_every_page or not on_page))
    run = evidence(None, pages=tuple(loads), planned_pages=("home",), known_pages=("home",), areas=frozenset({"web"}))
    verdict = judge(file, run, allow_inconclusive=allowed)
    [state] = {result.state for result in verdict.objectives if result.metric == name}
    assert state in ({State.FAIL, State.INCONCLUSIVE} if not_reached else {State.ERROR})
    assert verdict.state in {State.ERROR, State.FAIL, State.INCONCLUSIVE}


@pytest.mark.parametrize(
    ("untold", "objective", "title"),
    [
        (Untold.LONG_TASK, "tti: < 1h", "TTI"),
        (Untold.LONG_TASK, "tbt: < 1h", "TBT"),
        (Untold.LAYOUT_SHIFT, "cls: < 9", "CLS"),
        (Untold.LCP, "lcp: < 1h", "LCP"),
    ],
)
def test_what_an_engine_does_not_tell_of_is_said_with_its_name(untold: Untold, objective: str, title: str) -> None:
    load = replace(WHOLE, browser="firefox", browser_version="153.7", untold=(untold,))
    loads = tuple(replace(load, index=index) for index in range(1, 6))
    seen = evidence(pages=loads, planned_pages=("home",), known_pages=("home",))
    [result] = judge(slo(f"web: {{{objective}}}"), seen, allow_inconclusive=True).objectives
    assert (result.state, result.estimate, result.low) == (State.ERROR, None, None)
    assert result.reason.startswith(f"{title} is not supported by firefox 153.7: this browser engine does not tell")
    assert "browser: chromium" in result.cure
