"""The level of each of several looks: against enumeration, the laws, and how often the whole rule errs, simulated."""

import itertools

import pytest
from page_looks import CASES, Case, errors
from scipy import special, stats

from slogate.analyzer.looks import level_of_each

ALPHA = 0.05


@pytest.mark.parametrize(
    ("least", "most", "level"),
    [(5, 5, 0.05), (1, 1, 0.05), (9, 5, 0.05), (0, 0, 0.05), (5, 11, (1 / 32 + 67 / 2048) / 2)],
)
def test_known_levels(least: int, most: int, level: float) -> None:
    """Of five to eleven looks, one at 5 of 5 (1/32) is still allowed, and one at 2 of 11 (67/2048) no more."""
    assert level_of_each(0.5, least, most, ALPHA) == pytest.approx(level)


def wrong(share: float, least: int, most: int, level: float) -> tuple[float, float]:
    """The chances ever to pass and ever to fail at the limit, over every sequence that there can be."""
    passes = fails = 0.0
    for sequence in itertools.product((0, 1), repeat=most):
        chance = share ** sum(sequence) * (1 - share) ** (most - sum(sequence))
        looks = [(sum(sequence[:size]), size) for size in range(least, most + 1)]
        passes += chance * any(special.bdtr(count, size, share) < level for count, size in looks)
        fails += chance * any(count and special.bdtrc(count - 1, size, share) < level for count, size in looks)
    return passes, fails


@pytest.mark.parametrize("share", [0.5, 0.25, 0.1])
@pytest.mark.parametrize(("least", "most"), [(1, 9), (5, 12), (7, 8)])
def test_no_sequence_of_looks_errs_more_often_than_alpha(share: float, least: int, most: int) -> None:
    level = level_of_each(share, least, most, ALPHA)
    assert 0 < level <= ALPHA
    assert max(wrong(share, least, most, level)) <= ALPHA


@pytest.mark.parametrize(("least", "most"), [(5, 12), (3, 11)])
def test_no_larger_level_would_do(least: int, most: int) -> None:
    level = level_of_each(0.5, least, most, ALPHA)
    tails = {float(special.bdtr(k, n, 0.5)) for n in range(least, most + 1) for k in range(n)}
    larger = min(tail for tail in tails if tail > level)
    assert larger >= ALPHA or max(wrong(0.5, least, most, larger + 1e-9)) > ALPHA


@pytest.mark.parametrize("least", [3, 5, 7])
def test_more_looks_never_have_a_larger_level(least: int) -> None:
    levels = [level_of_each(0.5, least, most, ALPHA) for most in range(least, 60)]
    assert levels == sorted(levels, reverse=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_whole_rule_errs_as_seldom_as_one_look(case: Case) -> None:
    runs = 400
    found = errors(case, runs, seed=20261124)
    most = stats.binom.ppf(0.999, runs, ALPHA)
    assert max(found.passes, found.fails) <= most


def test_the_simulation_sees_what_looking_again_costs() -> None:
    """Without the smaller level the same runs err too often: this is what makes the test above able to fail."""
    runs = 400
    found = errors(CASES[0], runs, seed=20261124, corrected=False)
    assert max(found.passes, found.fails) > stats.binom.ppf(0.999, runs, ALPHA)
