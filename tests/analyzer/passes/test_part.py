"""The rows that are asked for are found in whatever way is cheapest, and what is kept of them is little."""

from dataclasses import replace

import numpy as np
import pytest
from synthetic import rows

from slogate.analyzer.evidence import Outcome, Requests
from slogate.analyzer.passes.part import Part, Which

NAMES = tuple(f"GET /{number}" for number in range(12))


def mixed(n: int, failing: float) -> Requests:
    random = np.random.default_rng(2)
    made = rows(
        random.lognormal(3, 1, n),
        endpoint=random.integers(0, len(NAMES), n).tolist(),
        outcome=np.where(random.random(n) < failing, Outcome.SLOW_TIMEOUT, Outcome.OK).tolist(),
        late_ms=random.exponential(2, n),
        judged=(random.random(n) < 0.8).tolist(),
    )
    return replace(made, endpoints=NAMES)


@pytest.mark.parametrize("ignored", [0, 1, 6])
@pytest.mark.parametrize("named", [None, 0, 1, 3, 6, 11, 12])
def test_chosen_are_the_judged_rows_of_the_endpoints(named: int | None, ignored: int) -> None:
    requests = mixed(500, failing=0.1)
    names = None if named is None else frozenset(NAMES[:named])
    which = Which(names, frozenset(NAMES[:ignored]))
    expected = requests.judged & ~requests.on(NAMES[:ignored])
    if names is not None:
        expected &= requests.on(names)
    part = Part(requests)
    assert np.array_equal(part.chosen(which), expected)
    assert np.array_equal(part.places(which), np.flatnonzero(expected))
    assert np.array_equal(part.responses_of(which), requests.response_us[expected])


def test_a_subset_tells_those_that_passed_from_those_that_failed() -> None:
    requests = mixed(500, failing=0.1)
    which = Which(frozenset(NAMES[:4]))
    chosen = requests.judged & requests.on(NAMES[:4])
    subset = Part(requests).of(which)
    assert len(subset) == np.count_nonzero(chosen)
    assert subset.passed.ordered.tolist() == sorted(requests.response_us[chosen & ~requests.failed].tolist())
    assert subset.failed_us.tolist() == requests.response_us[chosen & requests.failed].tolist()
    assert subset.failed_row.tolist() == np.flatnonzero(chosen & requests.failed).tolist()
    assert subset.failed.tolist() == np.flatnonzero(requests.failed[chosen]).tolist()
    assert subset.timed_out.all()


@pytest.mark.parametrize(("failing", "kept"), [(0.01, True), (0.5, False)])
def test_what_is_kept_outlasts_a_pass_unless_many_failed(failing: float, kept: bool) -> None:
    part = Part(mixed(500, failing))
    which = Which(frozenset(NAMES[:4]))
    subset, places = part.of(which), part.places(which)
    assert part.of(which) is subset
    assert part.places(which) is places
    part.forget()
    assert (part.of(which) is subset) is kept
    assert part.places(which) is not places
