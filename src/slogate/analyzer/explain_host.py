"""Where to look when an objective on the target's host fails: when its highest average was, and what moved then."""

from collections.abc import Sequence

import numpy as np

from slogate.analyzer.evidence import Evidence
from slogate.analyzer.explanation import Explanation, When
from slogate.analyzer.grid import Grid, averages
from slogate.analyzer.judge_host import column_of, peak_of
from slogate.analyzer.result import base_units
from slogate.analyzer.together import Series, companions
from slogate.slo.model import Objective


def explain_host(objective: Objective, evidence: Evidence, grid: Grid, series: Sequence[Series]) -> Explanation:
    """The explanation of an objective that failed, so that there are samples; `series` are what else there is over the
    bins of `grid`.
    """
    host, peak, limit = evidence.host, peak_of(objective, evidence), objective.limit
    assert host is not None and peak is not None and limit is not None  # noqa: S101, PT018  # else nothing has failed
    column = column_of(objective)
    values = averages(host, column, grid)
    middle_s = grid.start_s + (np.arange(grid.count) + 0.5) * grid.width_s
    inside = (middle_s >= peak.start_s) & (middle_s < peak.end_s)
    if inside.all():  # a load of one window, in which the seconds beyond the limit stand against the others
        inside = values * base_units(limit) >= limit.value
    began_s = evidence.load_began_s()
    return Explanation(
        objective=objective.id,
        endpoints=(),
        when=When("peak", peak.start_s - began_s, peak.end_s - began_s, None, None),
        moved_together=companions(values, [item for item in series if item.column != column], inside),
    )
