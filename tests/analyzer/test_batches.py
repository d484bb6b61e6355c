"""What a sequential test remembers: exact counts however much is merged, and the design effect by a slow oracle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slogate.analyzer.batches import BUCKETS, GROUPS, MOST, Batches, buckets_of, histogram_of
from slogate.analyzer.evidence import Bools, Floats, Ints

Stretch = tuple[Ints, Bools]  # the buckets of its requests, and which of them are broken


def stretches(random: np.random.Generator, count: int, most_requests: int = 40) -> list[Stretch]:
    """Stretches of few or many requests, slow by turns."""
    return [
        (buckets, buckets > 1100 + random.integers(0, 30))
        for index in range(count)
        for buckets in [random.integers(1000, 1150 + 50 * (index // 7 % 2), random.integers(1, most_requests + 1))]
    ]


def filled(given_stretches: list[Stretch]) -> Batches:
    batches = Batches()
    for buckets, broken in given_stretches:
        batches.add(int(broken.sum()), histogram_of(buckets))
    return batches


def slow_design_effect(given_stretches: list[Stretch]) -> float:
    """Of stretches that have not been merged: loops over groups and requests."""
    everything = np.concatenate([buckets for buckets, _ in given_stretches])
    n = len(everything)
    ordered = np.sort(everything)
    thresholds = {int(ordered[int(q * n)]) for q in (0.5, 0.9, 0.99)}
    groups: list[list[Stretch]] = [[] for _ in range(GROUPS)]
    before = 0
    for stretch in given_stretches:
        before += len(stretch[0])
        groups[max(g for g in range(GROUPS) if g == 0 or n * g / GROUPS < before)].append(stretch)
    groups = [group for group in groups if group]
    slower = [[np.concatenate([b for b, _ in group]) >= x for group in groups] for x in thresholds]
    slower += [[np.concatenate([b for b, _ in group]) > x for group in groups] for x in thresholds]
    broken = [np.concatenate([broken for _, broken in group]) for group in groups]
    return max(1.0, *map(ratio_effect, [*slower, broken]))


def ratio_effect(groups: list[Bools]) -> float:
    n, share = sum(map(len, groups)), float(np.mean(np.concatenate(groups)))
    if share in {0.0, 1.0} or len(groups) < 2:
        return 1.0
    squares = sum((group.sum() - share * len(group)) ** 2 for group in groups)
    return float(squares * len(groups) / (len(groups) - 1) / (n * share * (1 - share)))


@given(st.integers(1, 3 * MOST), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_merging_changes_no_count(count: int, seed: int) -> None:
    given_stretches = stretches(np.random.default_rng(seed), count)
    batches = filled(given_stretches)
    assert batches.requests == sum(len(buckets) for buckets, _ in given_stretches)
    assert batches.broken == sum(int(broken.sum()) for _, broken in given_stretches)
    assert min(count, MOST // 2) <= len(batches) <= MOST


@given(st.integers(1, MOST), st.sampled_from([1, 3, 40, 400]), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_the_design_effect_is_that_of_the_slow_way(count: int, most_requests: int, seed: int) -> None:
    given_stretches = stretches(np.random.default_rng(seed), count, most_requests)
    effect, groups = filled(given_stretches).design_effect()
    assert effect == pytest.approx(slow_design_effect(given_stretches))
    assert 1 <= groups <= min(count, GROUPS)


def test_merging_pairs_is_as_if_pairs_had_been_added() -> None:
    given_stretches = stretches(np.random.default_rng(1), 2 * MOST)
    pairs = [
        (np.concatenate([a[0], b[0]]), np.concatenate([a[1], b[1]]))
        for a, b in zip(given_stretches[::2], given_stretches[1::2], strict=True)
    ]
    assert len(filled(given_stretches)) == len(filled(pairs)) == MOST
    assert filled(given_stretches).design_effect() == filled(pairs).design_effect()


def test_independent_stretches_have_an_effect_near_one_and_slow_spells_a_large_one() -> None:
    random = np.random.default_rng(2)
    calm = [(random.integers(1000, 1200, 50), np.zeros(50, bool)) for _ in range(100)]
    spells = [(buckets + 500 * (index // 10 % 3 == 0), broken) for index, (buckets, broken) in enumerate(calm)]
    assert filled(calm).design_effect()[0] < 4
    assert filled(spells).design_effect()[0] > 100


def test_a_constant_series_and_a_single_group_say_nothing() -> None:
    same = (np.full(50, 1000), np.ones(50, bool))
    assert filled([same] * 50).design_effect() == (1.0, GROUPS)
    assert filled(stretches(np.random.default_rng(3), 1)).design_effect() == (1.0, 1)


@pytest.mark.parametrize(
    ("response_us", "bucket"),
    [(0.0, 0), (1.0, 0), (9.99e4, 1154), (1e5, 1155), (1.0099e5, 1155), (1.011e5, 1156), (2.0**62, BUCKETS - 1)],
)
def test_buckets_are_one_per_cent_wide_and_begin_at_the_reference(response_us: float, bucket: int) -> None:
    assert buckets_of(np.array([response_us]), 1e5).tolist() == [bucket]


def test_a_histogram_counts_each_once() -> None:
    buckets: Ints = np.array([0, 5, 5, BUCKETS - 1])
    histogram = histogram_of(buckets)
    assert (len(histogram), histogram.sum(), histogram[5]) == (BUCKETS, 4, 2)


@given(st.integers(0, 2**32 - 1), st.integers(1, 1000))
@settings(max_examples=50, deadline=None)
def test_scaling_times_and_reference_changes_no_bucket(seed: int, factor: int) -> None:
    response: Ints = np.random.default_rng(seed).integers(0, 10**9, 500)
    scaled: Floats = (response * factor).astype(np.float64)
    assert (buckets_of(response, 123_456.0) == buckets_of(scaled, 123_456.0 * factor)).all()
