"""Bins of time: everything lies in one, and a bin without samples has no average."""

import numpy as np
from synthetic import BEGAN_S, samples

from slogate.analyzer.grid import Grid, averages

GRID = Grid(BEGAN_S, 2.0, 3)


def test_nothing_beyond_the_ends_of_a_grid_is_lost() -> None:
    assert GRID.places(np.array([BEGAN_S - 1, BEGAN_S, BEGAN_S + 3.9, BEGAN_S + 9])).tolist() == [0, 0, 1, 2]


def test_a_sample_tells_of_the_second_before_it() -> None:
    host = samples([0, 1, 2, 3, 4, 7], {"cpu": [0.9, 0.2, 0.4, 0.6, np.nan, 0.9]})
    found = averages(host, "cpu", GRID)
    np.testing.assert_allclose(found, [0.3, 0.6, np.nan])
