"""Two releases side by side: which metrics are worse, better or the same, and which are not known.

The unit is the run (`shift`). REGRESSED: no change at all is ruled out (two-sided, corrected by Holm for the number of
metrics in the family), and the estimate is worse by more than the threshold. IMPROVED is the mirror image. UNCHANGED:
the whole 90 % interval is within the threshold, on both sides (two one-sided tests: Schuirmann, Journal of
Pharmacokinetics and Biopharmaceutics 15, 1987). Anything else is INCONCLUSIVE. What a run does not have is never
UNCHANGED: it is not judgeable.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from slogate.analyzer.holm import adjusted
from slogate.analyzer.measure import (
    Family,
    Measure,
    Number,
    bound,
    relative,
    scaled,
    settled,
    shift_of,
    spread_among,
    unscaled,
)
from slogate.analyzer.measures import QUANTILES, RunMeasures
from slogate.analyzer.pair_looks import PairLooks
from slogate.analyzer.shift import Shift, paired, unpaired


class Change(StrEnum):
    """What became of a metric. `error` is not judgeable, `info` has no direction."""

    REGRESSED = "regressed"
    IMPROVED = "improved"
    UNCHANGED = "unchanged"
    INCONCLUSIVE = "inconclusive"
    ERROR = "error"
    INFO = "info"


@dataclass(frozen=True)
class Rules:
    """`threshold` (0.05 is 5 %) is the least change that matters. `alpha` is the two-sided level of a change within a
    family, `equivalence_alpha` the level of each side of UNCHANGED. `looks` are those at `pairs` that grow until they
    are decided: each is then made at a smaller level.
    """

    threshold: float = 0.05
    alpha: float = 0.05
    equivalence_alpha: float = 0.05
    pairs: bool = False
    looks: PairLooks | None = None

    @property
    def interval_alpha(self) -> float:
        """The level of each side of the interval that is shown, which is also the one that UNCHANGED takes."""
        return self.equivalence_alpha if self.looks is None else self.looks.level(self.equivalence_alpha)

    def p_value(self, shift: Shift) -> float | None:
        """Of a shift, for all looks together."""
        found = shift.p_value
        return found if found is None or self.looks is None else self.looks.p_value(found)


@dataclass(frozen=True)
class Compared:
    """One metric of two releases.

    `base` and `candidate` are the mean over the runs in the metric's unit (the geometric one, where the change is a
    ratio). `estimate`, `low`, `high` and
    `hodges_lehmann` are the relative change: of a ratio 0.05 for 5 % more, and of a difference 0.05 for 5 % of the
    metric's reference. `p_value` is before, `p_adjusted` after the correction. Whatever is not known is None.
    """

    measure: Measure
    change: Change
    base: float | None = None
    candidate: float | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    hodges_lehmann: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    family_size: int = 0
    missing: str = ""

    @property
    def indicative(self) -> bool:
        """There is an estimate, and nothing is known of how much runs differ by themselves."""
        return self.estimate is not None and self.p_value is None


@dataclass(frozen=True)
class QuantileShift:
    """A quantile of all latencies of both releases: the geometric mean over the runs in ms, and the ratio (1 is no
    change) with its pointwise interval.
    """

    quantile: float
    base_ms: float
    candidate_ms: float
    ratio: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Comparison:
    """Everything that is known of a candidate beside a base. `change` is of the whole, by the objectives alone."""

    change: Change
    rows: tuple[Compared, ...]
    quantiles: tuple[QuantileShift, ...]
    rules: Rules
    base_runs: tuple[str, ...]
    candidate_runs: tuple[str, ...]

    def of(self, family: Family) -> tuple[Compared, ...]:
        """The metrics of one family."""
        return tuple(row for row in self.rows if row.measure.family is family)

    @property
    def decided(self) -> bool:
        """Whether more runs would change nothing: something regressed or is missing, or all is known to be no worse."""
        return self.change is not Change.INCONCLUSIVE


@dataclass(frozen=True)
class _Entry:
    """A measure, the number of each run, and the shift between the sides where every run has one; else why not."""

    measure: Measure
    base: list[Number]
    candidate: list[Number]
    missing: str
    shift: Shift | None = None


def compare(
    base: Sequence[RunMeasures],
    candidate: Sequence[RunMeasures],
    rules: Rules,
    earlier: Mapping[str, Sequence[float]] = MappingProxyType({}),
) -> Comparison:
    """Compares at least one run a side. Runs are pairs, first with first, where the rules say so.

    `earlier` is by the id of a measure what earlier runs of the kind had, the oldest first: where a side has a single
    run, they tell how much runs differ by themselves.
    """
    entries = [_entry(measure, base, candidate, rules, earlier) for measure in _measures(base, candidate)]
    rows: list[Compared] = []
    for family in Family:
        members = [entry for entry in entries if entry.measure.family is family]
        rows += _decide(members, rules)
    return Comparison(
        change=_whole(rows),
        rows=tuple(rows),
        quantiles=tuple(_quantile_shifts(base, candidate, rules)),
        rules=rules,
        base_runs=tuple(run.run for run in base),
        candidate_runs=tuple(run.run for run in candidate),
    )


def _measures(base: Sequence[RunMeasures], candidate: Sequence[RunMeasures]) -> list[Measure]:
    """All measures that any run has, in the order in which the runs have them."""
    return list(dict.fromkeys(measure for run in (*candidate, *base) for measure in run.numbers))


def _entry(
    measure: Measure,
    base: Sequence[RunMeasures],
    candidate: Sequence[RunMeasures],
    rules: Rules,
    earlier: Mapping[str, Sequence[float]],
) -> _Entry:
    sides: list[list[Number]] = []
    lacking = []
    for runs in (base, candidate):
        numbers = [run.numbers.get(measure, Number(None, "it was not measured")) for run in runs]
        lacking += [
            f"{run.run} has no number: {number.missing}"
            for run, number in zip(runs, numbers, strict=True)
            if number.value is None
        ]
        sides.append(numbers)
    first, second = sides
    if lacking:
        more = f" (and {len(lacking) - 1} more)" if len(lacking) > 1 else ""
        return _Entry(measure, first, second, f"{lacking[0]}{more}")
    measure = settled(measure, (*first, *second))
    shift = shift_of(
        measure, first, second, pairs=rules.pairs, earlier=spread_among(measure, earlier.get(measure.id, ()))
    )
    return _Entry(measure, first, second, "", shift)


def _decide(members: Sequence[_Entry], rules: Rules) -> list[Compared]:
    """The rows of one family. A metric without a p-value asks nothing, and so counts for nothing in the correction."""
    p_values = [None if entry.shift is None else rules.p_value(entry.shift) for entry in members]
    asked = [
        (entry.measure.id, p_value)
        for entry, p_value in zip(members, p_values, strict=True)
        if p_value is not None and entry.measure.directed
    ]
    names, values = [name for name, _ in asked], [p_value for _, p_value in asked]
    corrected = dict(zip(names, adjusted(values), strict=True))
    return [
        _row(entry, rules, p_value, corrected.get(entry.measure.id), len(asked))
        for entry, p_value in zip(members, p_values, strict=True)
    ]


def _row(entry: _Entry, rules: Rules, p_value: float | None, p_adjusted: float | None, family_size: int) -> Compared:
    measure, shift = entry.measure, entry.shift
    if shift is None:
        return Compared(
            measure, Change.ERROR, _mean(measure, entry.base), _mean(measure, entry.candidate), missing=entry.missing
        )
    interval = shift.interval(rules.interval_alpha)
    return Compared(
        measure=measure,
        change=_change(measure, shift, interval, p_adjusted, rules),
        base=_mean(measure, entry.base),
        candidate=_mean(measure, entry.candidate),
        estimate=relative(measure, shift.estimate),
        low=None if interval is None else relative(measure, interval[0]),
        high=None if interval is None else relative(measure, interval[1]),
        hodges_lehmann=relative(measure, shift.hodges_lehmann),
        p_value=p_value,
        p_adjusted=p_adjusted,
        family_size=family_size,
    )


def _change(
    measure: Measure, shift: Shift, interval: tuple[float, float] | None, p_adjusted: float | None, rules: Rules
) -> Change:
    if not measure.directed:
        return Change.INFO
    matters = bound(measure, rules.threshold)
    if p_adjusted is not None and p_adjusted <= rules.alpha and abs(shift.estimate) > matters:
        return Change.REGRESSED if shift.estimate > 0 else Change.IMPROVED
    if interval is not None and -matters < interval[0] and interval[1] < matters:
        return Change.UNCHANGED
    return Change.INCONCLUSIVE


def _mean(of: Measure, numbers: Sequence[Number]) -> float | None:
    """Over the runs that have a number, in the unit of the metric and on the scale that it is compared on: so the two
    sides differ by the very change that is told.
    """
    of = settled(of, numbers)
    values = [scaled(of, number.value) for number in numbers if number.value is not None]
    return unscaled(of, sum(values) / len(values)) if values else None


def _whole(rows: Sequence[Compared]) -> Change:
    """The worst of what has an objective, in the order of a verdict: not judgeable, regressed, inconclusive."""
    states = {row.change for row in rows if row.measure.family is Family.OBJECTIVES}
    if not states or Change.ERROR in states:
        return Change.ERROR
    for change in (Change.REGRESSED, Change.INCONCLUSIVE, Change.IMPROVED):
        if change in states:
            return change
    return Change.UNCHANGED


def _quantile_shifts(
    base: Sequence[RunMeasures], candidate: Sequence[RunMeasures], rules: Rules
) -> list[QuantileShift]:
    shifts = []
    for index, quantile in enumerate(QUANTILES):
        first = [value for run in base if (value := run.quantiles_ms[index]) is not None]
        second = [value for run in candidate if (value := run.quantiles_ms[index]) is not None]
        if len(first) < len(base) or len(second) < len(candidate) or not first or not second:
            continue
        base_logs, candidate_logs = list(map(math.log, first)), list(map(math.log, second))
        shift = (paired if rules.pairs else unpaired)(base_logs, candidate_logs)
        interval = shift.interval(rules.interval_alpha)
        shifts.append(
            QuantileShift(
                quantile=quantile,
                base_ms=math.exp(sum(base_logs) / len(base_logs)),
                candidate_ms=math.exp(sum(candidate_logs) / len(candidate_logs)),
                ratio=math.exp(shift.estimate),
                low=None if interval is None else math.exp(interval[0]),
                high=None if interval is None else math.exp(interval[1]),
            )
        )
    return shifts
