"""What is said of one objective, in the units that people read: milliseconds and ratios."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

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


Unit = Literal["ms", "ratio"]


@dataclass(frozen=True)
class ObjectiveResult:
    """One objective after judgement.

    `estimate`, `low`, `high`, `limit` and `warn` are in `unit`; None where there is nothing to say (no data, or the
    data cannot bound that side). `n` counts observations, `n_effective` what they are worth as independent ones;
    `exceedances` are those that break the limit.
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


def blank(
    objective: Objective, state: State, reason: str, *, cure: str = "", subject: str | None = None, n: int = 0
) -> ObjectiveResult:
    """A result without numbers: the base that judges fill in, and what stands when there is nothing to judge.

    `subject` narrows an objective on "each page" to one page, which then shows in its id: `web[home].lcp`.
    """
    narrowed = subject is not None and objective.subject is None
    return ObjectiveResult(
        id=objective.id.replace("web.", f"web[{subject}].", 1) if narrowed else objective.id,
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
    )


def unit_of(limit: Limit | None) -> Unit:
    """Durations are shown in milliseconds, all else as ratios."""
    return "ms" if limit is not None and limit.dimension is Dimension.DURATION else "ratio"


def shown(limit: Limit | None) -> float | None:
    """A limit in its unit of display."""
    if limit is None:
        return None
    return limit.value / 1000 if limit.dimension is Dimension.DURATION else limit.value


def breaks(value: float, limit: Limit) -> bool:
    """Whether a value in the base unit is on the wrong side of a limit."""
    return value >= limit.value if limit.strict else value > limit.value


def say(value: float | None, unit: Unit) -> str:
    """A value as a sentence has it: `640 ms`, `1.25 s`, `0.8 %`."""
    if value is None:
        return "?"
    if unit == "ratio":
        percent = value * 100
        return f"{percent:.2f} %" if percent < 10 else f"{percent:.1f} %"
    if value >= 10_000:
        return f"{value / 1000:,.1f} s"
    return f"{value:,.0f} ms" if value >= 100 else f"{value:.1f} ms"
