"""Items are decided by the limits of the list on the evidence of the run, and never by what is missing."""

from dataclasses import replace

import pytest
from lists import checklist, load_of, request
from synthetic import evidence, page, rows, samples, slo

from slogate.analyzer.evidence import Evidence, RunState
from slogate.analyzer.result import State
from slogate.analyzer.verdict import judge
from slogate.analyzer.web.facts import LoadOutcome
from slogate.checklists.decide import DecidedItem, decide, merged
from slogate.checklists.proof import Mark
from slogate.report.launch.words import SENTENCES
from slogate.slo.model import Slo

LAX = slo("api: {latency: {p95: < 5s}, errors: < 1%}\nweb: {lcp: < 9s}\nresources: {cpu: < 99%}\n")
FAST = evidence(
    rows([20.0] * 3000),
    pages=tuple(page("home", lcp_ms=700.0) for _ in range(7)),
    planned_pages=("home",),
    known_pages=("home",),
    host=samples(range(1, 60), {"cpu": 0.3, "memory": 0.4}),
)


def held(text: str, measured: Evidence = FAST, by: Slo = LAX) -> DecidedItem:
    [[item]] = decide(checklist(text), by, measured, judge(by, measured, allow_inconclusive=False))
    assert all(proof.result is not None or proof.code in SENTENCES["ko"] for proof in item.proofs)
    return item


def mark(text: str, measured: Evidence = FAST, by: Slo = LAX) -> Mark:
    return held(text, measured, by).mark


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{slo: {api: {latency: {mean: < 200ms, p95: < 500ms, p99: < 1s}}}}", Mark.TICKED),
        ("{slo: {api: {latency: {mean: < 10ms}}}}", Mark.CROSSED),
        ("{slo: {api: {latency: {mean: < 200ms, p95: < 10ms}}}}", Mark.CROSSED),
        ("{slo: {api: {latency: {p99.99: < 1s}}}}", Mark.UNDECIDED),  # 3,000 requests cannot say
        ("{slo: {api: {errors: < 1%}}}", Mark.TICKED),
        ("{slo: {web: {lcp: < 2.5s, fcp: < 1.5s}}}", Mark.TICKED),
        ("{slo: {web: {lcp: < 500ms}}}", Mark.CROSSED),
        ("{slo: {web: {pages: {home: {lcp: < 800ms}}}}}", Mark.TICKED),
        ("{slo: {web: {inp: < 200ms}}}", Mark.UNDECIDED),  # nobody clicked
        ("{slo: {resources: {cpu: < 70%}}}", Mark.TICKED),
        ("{slo: {resources: {disk: normal}}}", Mark.OPEN),  # of which slo.yaml says nothing
        ("{slo: {api: {endpoints: {'GET /a': {latency: {p95: < 1s}}}}}}", Mark.TICKED),
        ("{slo: {api: {endpoints: {'GET /never': {latency: {p95: < 1s}}}}}}", Mark.OPEN),
        ("{verdict: true}", Mark.TICKED),
        ("{verdict: true, slo: {api: {latency: {mean: < 10ms}}}}", Mark.CROSSED),
        ("{endpoints: ['GET /a']}", Mark.TICKED),
        ("{endpoints: ['GET /health']}", Mark.OPEN),
        ("{headers: [x-frame-options]}", Mark.OPEN),
        ("{facts: [compressed, modern_images, rate_limited]}", Mark.OPEN),
        ("", Mark.OPEN),
    ],
)
def test_an_item_has_the_mark_that_the_run_shows(text: str, expected: Mark) -> None:
    assert mark(text) is expected


def test_an_area_that_was_not_measured_leaves_its_items_open() -> None:
    requests_alone = replace(FAST, areas=frozenset({"api"}))
    item = held("{slo: {web: {lcp: < 2.5s}, resources: {cpu: < 70%}}}", requests_alone)
    assert item.mark is Mark.OPEN
    assert [proof.values["objective"] for proof in item.proofs] == ["web.lcp", "resources.cpu"]


def test_a_host_that_nobody_sampled_leaves_its_items_open() -> None:
    item = held("{slo: {resources: {cpu: < 70%}}}", replace(FAST, host=None, host_missing="it refused"))
    assert item.mark is Mark.OPEN
    assert item.proofs[0].result is not None
    assert item.proofs[0].result.reason == "no data: it refused"


def test_what_was_measured_in_part_ticks_nothing() -> None:
    assert (
        mark("{slo: {api: {errors: < 1%}, web: {lcp: < 2.5s}}}", replace(FAST, areas=frozenset({"api"}))) is Mark.OPEN
    )


def test_a_run_that_was_cut_short_ticks_nothing() -> None:
    assert mark("{slo: {api: {latency: {p95: < 500ms}}}}", replace(FAST, state=RunState.INTERRUPTED)) is Mark.UNDECIDED


def test_a_run_that_is_not_judgeable_ticks_and_crosses_nothing() -> None:
    refused = evidence(rows([1.0] * 3000, outcome=[5 if index % 20 == 0 else 0 for index in range(3000)]))
    assert mark("{slo: {api: {latency: {p95: < 500ms}}}}", refused) is Mark.UNDECIDED
    assert mark("{slo: {api: {latency: {p95: < 500us}}}}", refused) is Mark.UNDECIDED


REFUSED = replace(FAST, requests=evidence(rows([1.0] * 3000, outcome=[5] * 3000)).requests)
NO_REQUEST = replace(FAST, requests=evidence(rows([])).requests)


@pytest.mark.parametrize(
    ("text", "measured", "expected"),
    [
        ("{slo: {api: {latency: {p95: < 500ms}, errors: < 1%}}}", REFUSED, Mark.UNDECIDED),
        ("{slo: {api: {latency: {p95: < 500ms}}}}", NO_REQUEST, Mark.UNDECIDED),
        ("{slo: {api: {endpoints: {'GET /a': {latency: {p95: < 1s}}}}}}", REFUSED, Mark.UNDECIDED),
        ("{slo: {api: {endpoints: {'GET /never': {latency: {p95: < 1s}}}}}}", REFUSED, Mark.OPEN),
        ("{slo: {web: {lcp: < 2.5s}}}", replace(FAST, pages=()), Mark.UNDECIDED),
        ("{slo: {web: {pages: {home: {lcp: < 2.5s}}}}}", replace(FAST, pages=()), Mark.UNDECIDED),
        ("{slo: {web: {lcp: < 2.5s}}}", replace(FAST, pages=(), planned_pages=()), Mark.OPEN),
    ],
)
def test_an_area_of_a_run_that_is_not_judgeable_is_undecided_where_the_run_looked(
    text: str, measured: Evidence, expected: Mark
) -> None:
    assert judge(LAX, measured, allow_inconclusive=False).state is State.ERROR
    assert mark(text, measured) is expected


def test_failures_do_not_make_a_list_without_errors_unjudgeable() -> None:
    failing = evidence(rows([20.0] * 3000, outcome=[2 if index % 10 == 0 else 0 for index in range(3000)]))
    assert mark("{slo: {api: {latency: {p95: < 500ms}}}}", failing) is Mark.TICKED
    assert mark("{slo: {api: {errors: < 1%}}}", failing) is Mark.CROSSED


def test_endpoints_that_slo_yaml_ignores_stay_ignored() -> None:
    ignoring = slo("api: {errors: < 1%, endpoints: {'GET /b': ignore}}\n")
    slow_b = evidence(rows([20.0, 9000.0] * 1500, endpoint=[0, 1] * 1500))
    assert mark("{slo: {api: {latency: {p95: < 500ms}}}}", slow_b, ignoring) is Mark.TICKED
    assert mark("{slo: {api: {endpoints: {'GET /b': {latency: {p95: < 500ms}}}}}}", slow_b, ignoring) is Mark.OPEN


def test_several_items_are_judged_at_once_each_by_its_own() -> None:
    texts = ("{slo: {api: {latency: {mean: < 10ms}}}}", "{slo: {api: {latency: {p95: < 1s}}}}", "")
    [items] = decide(checklist(*texts), LAX, FAST, judge(LAX, FAST, allow_inconclusive=False))
    assert [item.mark for item in items] == [Mark.CROSSED, Mark.TICKED, Mark.OPEN]
    assert [len(item.proofs) for item in items] == [1, 1, 0]


def test_a_page_that_did_not_load_leaves_what_holds_for_every_page_undecided() -> None:
    good = load_of(request(headers={"x-frame-options": "DENY"}))
    bad = load_of(request(headers=None), name="cart", outcome=LoadOutcome.HTTP_ERROR)
    measured = evidence(pages=(good, bad), planned_pages=("home", "cart"), known_pages=("home", "cart"))
    item = held("{headers: [x-frame-options]}", measured)
    assert (item.mark, [proof.code for proof in item.proofs]) == (
        Mark.UNDECIDED,
        ["headers.present", "pages.unusable"],
    )


def test_a_normal_range_is_judged_as_slo_yaml_has_it() -> None:
    by = slo("api: {errors: < 1%}\nresources: {disk: normal}\n")
    item = held("{slo: {resources: {disk: normal}}}", by=by)
    assert (item.mark, {proof.code for proof in item.proofs}) == (Mark.UNDECIDED, {"objective"})


def test_the_list_takes_the_place_of_the_objectives_of_slo_yaml_but_for_errors() -> None:
    items = [
        item.shown_by.slo
        for _, item in checklist(
            "{slo: {api: {latency: {mean: < 1s}}}}", "{slo: {api: {latency: {p95: < 2s}}, web: {lcp: < 3s}}}"
        ).items()
        if item.shown_by is not None and item.shown_by.slo is not None
    ]
    ids = [objective.id for objective in merged(items, LAX).objectives()]
    assert ids == ["api.latency.mean", "api.latency.p95", "api.errors", "web.lcp"]


def test_items_on_the_same_endpoint_or_page_add_up() -> None:
    texts = (
        "{slo: {api: {endpoints: {'GET /a': {latency: {p95: < 1s}}}}, web: {pages: {home: {lcp: < 1s}}}}}",
        "{slo: {api: {endpoints: {'GET /a': {latency: {p99: < 2s}}}}, web: {pages: {home: {fcp: < 1s}}}}}",
    )
    [items] = decide(checklist(*texts), LAX, FAST, judge(LAX, FAST, allow_inconclusive=False))
    assert [[proof.mark for proof in item.proofs] for item in items] == [[Mark.TICKED, Mark.TICKED]] * 2
