"""A metric that two runs may share, and the scale on which it is compared.

Most compare by their ratio. An error rate, a layout shift or a blocking time does not: it may well be zero, and from
nearly nothing to twice as much is no change that matters. It is compared by its difference, in shares of a reference:
the limit of its objective, else what is commonly taken for good. So is a count or a weight where a run has none.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from slogate.analyzer.result import ObjectiveResult, State
from slogate.analyzer.shift import Shift, Spread, paired, spread_of, unpaired
from slogate.analyzer.units import Unit
from slogate.slo.model import Area

# References where no objective says what matters: in the unit of the metric, and for counts so many that one is 5 %.
_ALWAYS = {"errors": 0.01, "cls": 0.1, "tbt": 200.0, "iowait": 0.2, "steal": 0.2, "swap": 0.2}
_WHERE_ZERO: dict[Unit, float] = {"count": 20.0, "bytes": 100_000.0}
ZERO = "it is zero, which has no ratio to anything"


class Family(StrEnum):
    """Metrics that are corrected together for their number. Only objectives decide."""

    OBJECTIVES = "objectives"
    ENDPOINTS = "endpoints"
    PAGES = "pages"
    INFORMATION = "information"


@dataclass(frozen=True)
class Measure:
    """A metric that two runs may share.

    `reference` is None for one that is compared by ratio; else it is what differences are shares of, in the unit of the
    metric. `where_zero` is the reference that takes over where a run has none of it. More is worse where there is a
    direction at all.
    """

    id: str
    family: Family
    area: Area
    metric: str
    statistic: str
    subject: str | None
    unit: Unit
    reference: float | None = None
    where_zero: float | None = None
    directed: bool = True


@dataclass(frozen=True)
class Number:
    """What a run has of a measure: a value in its unit, or why it has none.

    `sampling_variance` is what independent requests alone would let the value vary by, where that can be told.
    """

    value: float | None
    missing: str = ""
    sampling_variance: float = 0.0


def of_result(result: ObjectiveResult) -> Measure:
    """The measure that an objective is about."""
    return measure(Family.OBJECTIVES, result.area, result.id, result.metric, result.statistic, result.subject, result)


def measure(
    family: Family,
    area: Area,
    name: str,
    metric: str,
    statistic: str,
    subject: str | None,
    shown: ObjectiveResult | Unit,
) -> Measure:
    """A measure with its references: `shown` is the objective on it, or only its unit."""
    unit, limit = (shown, None) if isinstance(shown, str) else (shown.unit, shown.limit)
    always, where_zero = _ALWAYS.get(metric), _WHERE_ZERO.get(unit)
    return Measure(
        name,
        family,
        area,
        metric,
        statistic,
        subject,
        unit,
        reference=None if always is None else limit or always,
        where_zero=None if where_zero is None else limit or where_zero,
    )


def number_of(result: ObjectiveResult) -> Number:
    """What a run has of the measure that an objective is about."""
    if result.state is State.ERROR or result.estimate is None:
        return Number(None, result.reason)
    variance = variance_of_share(result.estimate, result.n, result.metric)
    return comparable(of_result(result), Number(result.estimate, sampling_variance=variance))


def comparable(of: Measure, number: Number) -> Number:
    """`number`, unless it is zero where only a ratio could be taken."""
    has_ratio = number.value is None or number.value > 0 or of.reference is not None or of.where_zero is not None
    return number if has_ratio else Number(None, ZERO)


def settled(of: Measure, numbers: Iterable[Number]) -> Measure:
    """The measure as these numbers of it can be compared: by difference where one of them is zero."""
    if of.reference is None and any(number.value == 0 for number in numbers):
        return replace(of, reference=of.where_zero)
    return of


def variance_of_share(share: float, n: int, metric: str) -> float:
    """The variance of a share of errors among n requests. Half a failure more keeps none of n from being certainty."""
    if metric != "errors" or n == 0:
        return 0.0
    likely = (share * n + 0.5) / (n + 1)
    return likely * (1 - likely) / n


def scaled(of: Measure, value: float) -> float:
    """The number that a value is compared by: its logarithm, or its share of the reference."""
    return math.log(value) if of.reference is None else value / of.reference


def unscaled(of: Measure, number: float) -> float:
    """The value, in the unit of the metric, that is compared by this number."""
    return math.exp(number) if of.reference is None else number * of.reference


def relative(of: Measure, shift: float) -> float:
    """A shift of scaled numbers as a relative change: 0.05 is 5 % more."""
    return math.expm1(shift) if of.reference is None else shift


def bound(of: Measure, change: float) -> float:
    """A relative change as a shift of scaled numbers. The mirror image of a ratio of 1.05 is 1/1.05."""
    return math.log1p(change) if of.reference is None else change


def shift_of(
    of: Measure, base: Sequence[Number], candidate: Sequence[Number], *, pairs: bool, earlier: Spread | None
) -> Shift:
    """The shift of a measure that is settled, and that all runs have a number of."""
    first = [scaled(of, number.value) for number in base if number.value is not None]
    second = [scaled(of, number.value) for number in candidate if number.value is not None]
    unit = of.reference or 1.0
    sampling = sum(
        sum(number.sampling_variance for number in side) / (len(side) * unit) ** 2 for side in (base, candidate)
    )
    return paired(first, second, sampling) if pairs else unpaired(first, second, earlier, sampling)


def spread_among(of: Measure, values: Iterable[float]) -> Spread | None:
    """How much runs of one kind differ in a measure that is settled, from what earlier ones had, the oldest first."""
    return spread_of([scaled(of, value) for value in values if value > 0 or of.reference is not None])
