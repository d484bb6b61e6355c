"""Where to look when an objective on the target's host fails: when its highest average was, and what moved then."""

from collections.abc import Sequence

import numpy as np

from slogate.analyzer.evidence import Bools, Evidence, Floats
from slogate.analyzer.explanation import Explanation, When
from slogate.analyzer.grid import Grid, averages
from slogate.analyzer.judge_host import peak_of, sampled_of
from slogate.analyzer.result import base_units
from slogate.analyzer.together import Series, companions
from slogate.slo.model import Objective


def explain_host(objective: Objective, evidence: Evidence, grid: Grid, series: Sequence[Series]) -> Explanation | None:
    """The explanation of an objective that failed; None where it is about no average, such as restarts. `series` are
    what else there is over the bins of `grid`.
    """
    found, peak = sampled_of(objective, evidence), peak_of(objective, evidence)
    if found is None or peak is None:
        return None
    metric, samples = found
    values = np.sum([averages(samples, column, grid) for column in metric.columns if column in samples.columns], axis=0)
    middle_s = grid.start_s + (np.arange(grid.count) + 0.5) * grid.width_s
    inside = (middle_s >= peak.start_s) & (middle_s < peak.end_s)
    if inside.all():  # a load of one window, in which the seconds beyond the limit stand against the others
        inside = _beyond(objective, values)
    own = metric.columns if objective.subject is None else (f"cpu of {objective.subject}",)
    began_s = evidence.load_began_s()
    return Explanation(
        objective=objective.id,
        endpoints=(),
        when=When("peak", peak.start_s - began_s, peak.end_s - began_s, None, None),
        moved_together=companions(values, [item for item in series if item.column not in own], inside),
    )


def _beyond(objective: Objective, values: Floats) -> Bools:
    """Where the values are beyond the limit; without one, where they are in their upper half."""
    if objective.limit is not None:
        return np.asarray(values * base_units(objective.limit) >= objective.limit.value)
    known = values[~np.isnan(values)]
    return np.asarray(values >= np.median(known)) if len(known) else np.zeros(len(values), bool)
