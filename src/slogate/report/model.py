"""What is said about a run, once for all formats: headline, one row an objective, findings, facts, and the summary
behind the charts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from slogate.analyzer.contrast import Contrast, contrasts
from slogate.analyzer.evidence import RunState
from slogate.analyzer.explain import SlowRequest
from slogate.analyzer.explanation import Explanation
from slogate.analyzer.finding import Finding
from slogate.analyzer.result import ObjectiveResult, State
from slogate.analyzer.summary import Summary
from slogate.analyzer.units import counted, say
from slogate.analyzer.verdict import Verdict
from slogate.analyzer.web import METRICS
from slogate.report.explanation import sentences
from slogate.report.page_view import PageView, page_views
from slogate.report.provenance import facts, method
from slogate.runs.info import RunInfo
from slogate.runs.page_evidence import KeptEvidence
from slogate.slo.conditions import Condition, under
from slogate.slo.model import Area

AREA_TITLES = {Area.API: "API", Area.WEB: "Pages", Area.RESOURCES: "Resources"}
RESOURCE_TITLES = {
    "cpu": "CPU",
    "cpu_core_max": "CPU of the busiest core",
    "iowait": "I/O wait",
    "steal": "CPU steal",
    "memory": "memory",
    "swap": "swap",
    "disk_util": "disk utilisation",
    "disk_await": "disk await",
    "disk_throughput": "disk throughput",
    "disk_iops": "disk IOPS",
    "network_rx": "network received",
    "network_tx": "network sent",
    "rss": "RSS",
    "restarts": "restarts",
}
STATE_WORDS = {
    State.PASS: "PASS",
    State.WARNING: "WARNING",
    State.FAIL: "FAIL",
    State.INCONCLUSIVE: "INCONCLUSIVE",
    State.ERROR: "NOT JUDGEABLE",
    State.INFO: "INFO",
}


@dataclass(frozen=True)
class Scale:
    """Where a row's numbers lie on a line from 0 to 1 that holds them all; None where there is no such number."""

    estimate: float | None
    low: float | None
    high: float | None
    limit: float | None
    warn: float | None
    normal_low: float | None = None
    normal_high: float | None = None


@dataclass(frozen=True)
class Row:
    """One objective as it is shown; `clues` say where to look if it failed."""

    area: Area
    name: str
    state: State
    word: str
    estimate: str
    interval: str
    criterion: str
    evidence: str
    reason: str
    cure: str
    scale: Scale | None
    cause: str = ""  # what of the reason other rows may share; empty: all of it
    page: str = ""  # what it was measured of, where that is a page: `home under load`
    metric: str = ""  # and which of its metrics
    clues: tuple[str, ...] = ()


@dataclass(frozen=True)
class ContrastRow:
    """A page metric idle and under load, as it is shown; `difference` and `ratio` are of the two medians."""

    name: str
    idle: str
    loaded: str
    difference: str
    ratio: str


@dataclass(frozen=True)
class Report:
    """A finished run, ready to be rendered; `results` are the numbers of its rows, for charts."""

    info: RunInfo
    state: State
    word: str
    headline: str
    gate: str
    rows: tuple[Row, ...]
    notes: tuple[Finding, ...]
    facts: tuple[tuple[str, str], ...]
    method: tuple[str, ...]
    summary: Summary
    page_views: tuple[PageView, ...]
    contrasts: tuple[ContrastRow, ...] = ()
    slowest: tuple[SlowRequest, ...] = ()
    results: tuple[ObjectiveResult, ...] = ()

    def rows_of(self, area: Area) -> tuple[Row, ...]:
        """The rows of one area, in the order of slo.yaml."""
        return tuple(row for row in self.rows if row.area is area)


def build(
    info: RunInfo,
    verdict: Verdict,
    summary: Summary,
    exit_code: int,
    kept: Mapping[tuple[str, Condition], KeptEvidence] = MappingProxyType({}),
    explanations: Sequence[Explanation] = (),
    slowest: tuple[SlowRequest, ...] = (),
) -> Report:
    """The report of a judged run. A finding that is no objective's reason is a note, whatever its severity.

    `kept` is what the run folder has of the worst load of each page; `explanations` are of the objectives that failed.
    """
    clues = {item.objective: sentences(item) for item in explanations}
    said = {result.reason for result in verdict.objectives}
    return Report(
        info=info,
        state=verdict.state,
        word=STATE_WORDS[verdict.state],
        headline=verdict.reason,
        gate=_gate(info, verdict, exit_code),
        rows=tuple(_row(result, clues.get(result.id, ())) for result in verdict.objectives),
        notes=tuple(finding for finding in verdict.findings if finding.message not in said),
        facts=tuple(facts(info, summary)),
        method=tuple(method(info)),
        summary=summary,
        page_views=tuple(page_views(summary, kept)),
        contrasts=tuple(map(_contrast, contrasts(verdict.objectives))),
        slowest=slowest,
        results=verdict.objectives,
    )


def limits_of(report: Report, area: Area, metric: str) -> list[ObjectiveResult]:
    """The results on a metric as a whole, of no single endpoint, that have a limit in units of the metric."""
    return [
        item
        for item in report.results
        if item.area is area
        and item.metric == metric
        and item.subject is None
        and item.limit is not None
        and item.unit != "change"
    ]


def name_of(result: ObjectiveResult) -> str:
    """An objective as a person would call it: `p95 latency`, `home LCP`, `home page weight under load`."""
    match result.area:
        case Area.API:
            what = "error rate" if result.metric == "errors" else f"{result.statistic} {result.metric}"
            return f"{result.subject} {what}" if result.subject else what
        case Area.WEB:
            what = f"{result.subject or 'every page'} {METRICS[result.metric].title}"
            return under(what, result.when or "idle")
        case _:
            title = RESOURCE_TITLES.get(result.metric, result.metric)
            return f"{result.subject} {title}" if result.subject else title


def _row(result: ObjectiveResult, clues: tuple[str, ...]) -> Row:
    return Row(
        area=result.area,
        name=name_of(result),
        state=result.state,
        word=STATE_WORDS[result.state],
        estimate=say(result.estimate, result.unit) if result.estimate is not None else "-",
        interval=interval_in_words(result),
        criterion=_criterion(result),
        evidence=_evidence(result),
        reason=result.reason,
        cure=result.cure,
        scale=_scale(result),
        cause=result.cause,
        page=under(result.subject, result.when or "idle") if result.area is Area.WEB and result.subject else "",
        metric=METRICS[result.metric].title if result.area is Area.WEB else "",
        clues=clues,
    )


def _contrast(item: Contrast) -> ContrastRow:
    def said(value: float | None) -> str:
        return "-" if value is None else say(value, item.unit)

    difference = item.difference
    sign = "" if difference is None else "-" if difference < 0 else "+"
    return ContrastRow(
        name=f"{item.page} {METRICS[item.metric].title}",
        idle=said(item.idle),
        loaded=said(item.loaded),
        difference=sign + said(None if difference is None else abs(difference)),
        ratio="-" if item.ratio is None else f"{item.ratio:.2f}",
    )


def interval_in_words(result: ObjectiveResult) -> str:
    """The interval of a result, such as `590 ms .. 1,120 ms`; empty where it has none."""
    if result.low is None and result.high is None:
        return ""
    low = say(result.low, result.unit) if result.low is not None else "0"
    high = say(result.high, result.unit) if result.high is not None else "?"
    return f"{low} .. {high}"


def _criterion(result: ObjectiveResult) -> str:
    if result.normal_low is None or result.normal_high is None:
        return result.criterion
    return f"{result.criterion}: {say(result.normal_low, result.unit)} .. {say(result.normal_high, result.unit)}"


def _evidence(result: ObjectiveResult) -> str:
    if result.n == 0:
        return ""
    seen = counted(result.n, {Area.API: "request", Area.WEB: "load", Area.RESOURCES: "sample"}[result.area])
    worth = result.n_effective
    if result.area is Area.API and worth is not None and worth < 0.995 * result.n:
        return f"{seen}, worth {worth:,.0f}"
    return seen


def _scale(result: ObjectiveResult) -> Scale | None:
    if result.unit == "change":  # which may lie on both sides of nothing
        return None
    end = result.limit if result.limit is not None else result.normal_high
    if end is None or end <= 0 or (result.estimate is None and result.low is None):
        return None
    numbers = [end * 1.25, *(value for value in (result.estimate, result.high, result.low) if value is not None)]
    widest = max(numbers) * 1.04

    def place(value: float | None) -> float | None:
        return None if value is None else value / widest

    return Scale(
        place(result.estimate),
        place(result.low),
        place(result.high),
        place(result.limit),
        place(result.warn),
        place(result.normal_low),
        place(result.normal_high),
    )


def _gate(info: RunInfo, verdict: Verdict, exit_code: int) -> str:
    if verdict.state is State.INCONCLUSIVE and exit_code == 0:
        return "exit code 0: this profile lets an undecided run through"
    if verdict.state is State.INCONCLUSIVE and verdict.allow_inconclusive and info.state is not RunState.COMPLETE:
        return f"exit code {exit_code}: this profile lets an undecided run through, but not one that was cut short"
    return f"exit code {exit_code}"
