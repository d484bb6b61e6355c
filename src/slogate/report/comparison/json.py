"""comparison.json: the comparison for machines. `slogate schema comparison` prints its JSON Schema."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from slogate.analyzer.compare import Change, Compared, QuantileShift, Rules
from slogate.analyzer.measure import Family
from slogate.analyzer.units import Unit
from slogate.report.comparison.model import ComparisonReport, name_of, reason_of
from slogate.slo.model import Area

SCHEMA_VERSION = 1


class SideIdentity(BaseModel):
    """One of the two sides: its release, and the names of its runs' folders."""

    release: str
    runs: list[str]


class MetricChange(BaseModel):
    """One metric. `base` and `candidate` are in `unit`; `estimate`, `low`, `high` and `hodges_lehmann` are the change:
    with the scale `ratio` relative to the base (0.05 is 5 % more), with `difference` in shares of `reference`, which is
    in `unit`. `p_adjusted` is Holm's within the family. Null is "there is none", never zero. `indicative` tells that
    nothing is known of how much runs differ by themselves.
    """

    id: str
    name: str
    family: Family
    area: Area
    metric: str
    statistic: str
    subject: str | None
    unit: Unit
    scale: Literal["ratio", "difference"]
    reference: float | None
    state: Change
    reason: str
    base: float | None
    candidate: float | None
    estimate: float | None
    low: float | None
    high: float | None
    hodges_lehmann: float | None
    p_value: float | None
    p_adjusted: float | None
    indicative: bool


class ComparisonDocument(BaseModel):
    """The whole of comparison.json. `state` is of the metrics with an objective. `quantiles` are of all latencies."""

    model_config = ConfigDict(title="slogate comparison")

    schema_version: int = SCHEMA_VERSION
    service: str
    base: SideIdentity
    candidate: SideIdentity
    state: Change
    exit_code: int
    reason: str
    threshold: float
    alpha: float
    interval_confidence: float
    paired: bool
    notes: list[str]
    metrics: list[MetricChange]
    quantiles: list[QuantileShift]


def document(report: ComparisonReport) -> ComparisonDocument:
    """The document of a comparison."""
    comparison, rules = report.comparison, report.comparison.rules
    return ComparisonDocument(
        service=report.service,
        base=SideIdentity(release=report.base.name, runs=list(report.base.runs)),
        candidate=SideIdentity(release=report.candidate.name, runs=list(report.candidate.runs)),
        state=comparison.change,
        exit_code=report.exit_code,
        reason=report.headline,
        threshold=rules.threshold,
        alpha=rules.alpha,
        interval_confidence=1 - 2 * rules.interval_alpha,
        paired=rules.pairs,
        notes=list(report.notes),
        metrics=[_metric(row, rules) for row in comparison.rows],
        quantiles=list(comparison.quantiles),
    )


def render(report: ComparisonReport) -> str:
    """The text of comparison.json."""
    return document(report).model_dump_json(indent=2) + "\n"


def _metric(row: Compared, rules: Rules) -> MetricChange:
    of = row.measure
    return MetricChange(
        id=of.id,
        name=name_of(of),
        family=of.family,
        area=of.area,
        metric=of.metric,
        statistic=of.statistic,
        subject=of.subject,
        unit=of.unit,
        scale="ratio" if of.reference is None else "difference",
        reference=of.reference,
        state=row.change,
        reason=reason_of(row, rules),
        base=row.base,
        candidate=row.candidate,
        estimate=row.estimate,
        low=row.low,
        high=row.high,
        hodges_lehmann=row.hodges_lehmann,
        p_value=row.p_value,
        p_adjusted=row.p_adjusted,
        indicative=row.indicative,
    )
