"""What is said of one objective, in the units that people read: milliseconds, ratios, bytes, counts and scores."""

from dataclasses import dataclass
from enum import StrEnum

from slogate.analyzer.units import Unit
from slogate.slo.conditions import Condition
from slogate.slo.grammar import Dimension, Limit
from slogate.slo.model import Area, Objective


class State(StrEnum):
    """pass, warning, fail, inconclusive (not enough evidence), error (not judgeable), info (no criterion could be
    resolved).
    """

    PASS = "pass"  # noqa: S105  # a state, not a password
    WARNING = "warning"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    ERROR = "error"
    INFO = "info"


# How limits are shown: the unit, and how much of the limit's base unit is one of it.
_SHOWN: dict[Dimension, tuple[Unit, float]] = {
    Dimension.DURATION: ("ms", 1000.0),
    Dimension.RATIO: ("ratio", 1.0),
    Dimension.SIZE: ("bytes", 1.0),
    Dimension.COUNT: ("count", 1.0),
    Dimension.SCORE: ("score", 1.0),
    Dimension.CORES: ("ratio", 1.0),
}


@dataclass(frozen=True)
class ObjectiveResult:
    """One objective after judgement.

    `estimate`, `low`, `high`, `limit` and `warn` are in `unit`; None where there is nothing to say (no data, or the
    data cannot bound that side). `n` counts observations, `n_effective` what they are worth as independent ones;
    `exceedances` are those that break the limit. `when` is the condition under which a page was loaded. `cause` is what
    of the reason other objectives may share; empty: all of it. `normal_low` and `normal_high` are the normal range, of
    an objective on that.
    """

    id: str
    area: Area
    metric: str
    statistic: str
    subject: str | None
    criterion: str
    unit: Unit
    limit: float | None
    warn: float | None
    state: State
    reason: str
    cure: str = ""
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    n_effective: float | None = None
    exceedances: int | None = None
    when: Condition | None = None
    cause: str = ""
    normal_low: float | None = None
    normal_high: float | None = None


def blank(
    objective: Objective,
    state: State,
    reason: str,
    *,
    cure: str = "",
    subject: str | None = None,
    when: Condition | None = None,
    n: int = 0,
) -> ObjectiveResult:
    """A result without numbers: the base that judges fill in, and what stands when there is nothing to judge.

    `subject` narrows an objective on "each page" to one page, which then shows in its id: `web[home].lcp`. So does
    `when`, where it is under load: `web[home].lcp[loaded]`.
    """
    narrowed = subject is not None and objective.subject is None
    of_page = objective.id.replace("web.", f"web[{subject}].", 1) if narrowed else objective.id
    return ObjectiveResult(
        id=f"{of_page}[loaded]" if when == "loaded" else of_page,
        area=objective.area,
        metric=objective.metric,
        statistic=objective.statistic,
        subject=subject if subject is not None else objective.subject,
        criterion=objective.limit.text if objective.limit is not None else objective.statistic,
        unit=unit_of(objective.limit),
        limit=shown(objective.limit),
        warn=shown(objective.warn),
        state=state,
        reason=reason,
        cure=cure,
        n=n,
        when=when,
    )


def unit_of(limit: Limit | None) -> Unit:
    """The unit in which a limit is shown; a ratio where there is no limit."""
    return "ratio" if limit is None else _SHOWN[limit.dimension][0]


def base_units(limit: Limit) -> float:
    """How much of the limit's base unit is one of the unit in which it is shown: 1,000 microseconds are 1 ms."""
    return _SHOWN[limit.dimension][1]


def shown(limit: Limit | None) -> float | None:
    """A limit in its unit of display."""
    return None if limit is None else limit.value / base_units(limit)


def breaks(value: float, limit: Limit) -> bool:
    """Whether a value in the base unit is on the wrong side of a limit."""
    return value >= limit.value if limit.strict else value > limit.value
