"""Groups of rows, few or many, have exact order statistics, and rare ones do not hold on to their neighbours."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest
from synthetic import rows

from slogate.analyzer.evidence import Requests
from slogate.analyzer.passes import groups
from slogate.analyzer.passes.groups import Group, split, tallies
from slogate.analyzer.passes.part import Part
from slogate.analyzer.passes.stream import answer


@dataclass
class Kept:
    """A grouping by endpoint that remembers what it gave."""

    given: list[Group]

    def __call__(self, part: Part) -> Mapping[int, Group]:
        found = split(part.response_us, part.rows.failed, part.rows.endpoint)
        self.given += found.values()
        return found

    __hash__ = object.__hash__


def mixed(n: int) -> Requests:
    random = np.random.default_rng(4)
    return rows(
        random.lognormal(3, 1, n),
        endpoint=(random.random(n) < 0.01).astype(int).tolist(),
        outcome=(random.random(n) < 0.1).astype(int).tolist(),
    )


@pytest.mark.parametrize("n", [300, 50_000])
def test_each_group_has_its_own_order_statistics(n: int) -> None:
    requests = mixed(n)
    found = answer(requests, tallies(Kept([]), (0.5, 0.99)))
    for key, tally in found.items():
        values = requests.response_us[requests.endpoint == key]
        assert tally.n == len(values)
        assert tally.total == values.sum()
        assert tally.worst == values.max()
        assert tally.failed == np.count_nonzero(requests.failed[requests.endpoint == key])
        assert tally.at == tuple(np.quantile(values, q, method="inverted_cdf") for q in (0.5, 0.99))


def test_a_rare_group_keeps_its_own_rows_alone() -> None:
    gathered = groups._Gathered(Kept([]))
    gathered.take(Part(mixed(5000)))
    assert all(few.base is None for group in gathered.groups.values() for few in group.few)
