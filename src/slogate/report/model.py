"""What is said about a run, once for all formats: headline, one row an objective, findings, facts, and the summary
behind the charts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from slogate.analyzer import imported
from slogate.analyzer.contrast import Contrast, contrasts
from slogate.analyzer.evidence import RunState
from slogate.analyzer.finding import Finding
from slogate.analyzer.result import ObjectiveResult, State
from slogate.analyzer.summary import Summary
from slogate.analyzer.units import say
from slogate.analyzer.verdict import Verdict
from slogate.analyzer.web import METRICS
from slogate.report.page_view import PageView, page_views
from slogate.report.text import rates_in_words
from slogate.runs.info import ImportInfo, PagesInfo, RunInfo
from slogate.runs.page_evidence import KeptEvidence
from slogate.runs.reading import imported_file
from slogate.slo.conditions import Condition, When, under
from slogate.slo.model import Area
from slogate.slo.profile import ENGINES
from slogate.slo.rates import RatePlan, Stretch

AREA_TITLES = {Area.API: "API", Area.WEB: "Pages", Area.RESOURCES: "Resources"}
STATE_WORDS = {
    State.PASS: "PASS",
    State.WARNING: "WARNING",
    State.FAIL: "FAIL",
    State.INCONCLUSIVE: "INCONCLUSIVE",
    State.ERROR: "NOT JUDGEABLE",
    State.INFO: "INFO",
}
_OPEN_ARRIVALS = (
    "Arrivals did not wait for responses. Latency counts from the moment an iteration was meant to start to the last "
    "byte of its first response, connection set-up included; later requests of an iteration count from their own start."
)
_PERCENTILES = (
    "Percentiles are exact order statistics of every request that ended as expected, and of every failed one that was "
    "slower than the limit. Intervals are exact binomial ones at the effective sample size."
)
_PAGE_LOADS = (
    "Pages were loaded with a cold cache, one at a time, {}. The estimate of a page metric is the median of its loads."
)
_WHEN_LOADED: dict[When, str] = {
    "idle": "before the load began",
    "loaded": "while the judged load held",
    "both": "before the load began, and again while its judged part held",
}
_LOADS_WHEN: dict[When, str] = {"idle": "", "loaded": " under load", "both": " idle, and again under load"}
_WARM_LOADS = (
    "Not so {}: there each load followed another one that is not counted, so that cache and connections were those of "
    "a visitor who comes again."
)
_SOFT_PAGES = (
    "{} came by a soft navigation: each load opened the page before, waited until that had settled, and then clicked. "
    "Times count from the click, and requests, long tasks and layout shifts from then on; what was painted is what the "
    "browser traces back to the click."
)
_CONNECTED = "The browser was one that ran before, in contexts of its own; what else it did is not known."
_OTHER_ENGINE = (
    "The browser was {}. Objectives on what it does not tell of are not judgeable, and its times compare only with "
    "those of the same engine."
)
_MORE_LOADS = (
    "Pages that were undecided were loaded again. Looking again after each load would make wrong answers more likely, "
    "so each look is made at a smaller level, with which all of them together are wrong as seldom as a single one."
)
_ANY_CERTIFICATE = (
    "TLS certificates were not verified, as verify_tls: false or --no-verify-tls asked: whoever answered at the "
    "targets' addresses was measured."
)
_IMPORTED = (
    "Other tools measured this; slogate read their records and judged them. It did not watch over the measurement, so "
    "what would pass is a warning."
)
_MEDIANS = "The estimate of a page metric is the median of its loads."
_SHARED_MACHINE = "The target runs on this machine, so CPU and memory include the load generator's own{}."


@dataclass(frozen=True)
class Scale:
    """Where a row's numbers lie on a line from 0 to 1 that holds them all; None where there is no such number."""

    estimate: float | None
    low: float | None
    high: float | None
    limit: float
    warn: float | None


@dataclass(frozen=True)
class Row:
    """One objective as it is shown."""

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
    """A finished run, ready to be rendered."""

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

    def rows_of(self, area: Area) -> tuple[Row, ...]:
        """The rows of one area, in the order of slo.yaml."""
        return tuple(row for row in self.rows if row.area is area)


def build(
    info: RunInfo,
    verdict: Verdict,
    summary: Summary,
    exit_code: int,
    kept: Mapping[tuple[str, Condition], KeptEvidence] = MappingProxyType({}),
) -> Report:
    """The report of a judged run. A finding that is no objective's reason is a note, whatever its severity.

    `kept` is what the run folder has of the worst load of each page.
    """
    said = {result.reason for result in verdict.objectives}
    return Report(
        info=info,
        state=verdict.state,
        word=STATE_WORDS[verdict.state],
        headline=verdict.reason,
        gate=_gate(info, verdict, exit_code),
        rows=tuple(_row(result) for result in verdict.objectives),
        notes=tuple(finding for finding in verdict.findings if finding.message not in said),
        facts=tuple(_facts(info, summary)),
        method=tuple(_method(info)),
        summary=summary,
        page_views=tuple(page_views(summary, kept)),
        contrasts=tuple(map(_contrast, contrasts(verdict.objectives))),
    )


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
            return {"cpu": "CPU", "memory": "memory", "disk": "disk I/O"}.get(result.metric, result.metric)


def _row(result: ObjectiveResult) -> Row:
    return Row(
        area=result.area,
        name=name_of(result),
        state=result.state,
        word=STATE_WORDS[result.state],
        estimate=say(result.estimate, result.unit) if result.estimate is not None else "-",
        interval=_interval(result),
        criterion=result.criterion,
        evidence=_evidence(result),
        reason=result.reason,
        cure=result.cure,
        scale=_scale(result),
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


def _interval(result: ObjectiveResult) -> str:
    if result.low is None and result.high is None:
        return ""
    low = say(result.low, result.unit) if result.low is not None else "0"
    high = say(result.high, result.unit) if result.high is not None else "?"
    return f"{low} .. {high}"


def _evidence(result: ObjectiveResult) -> str:
    if result.n == 0:
        return ""
    noun = {Area.API: "requests", Area.WEB: "loads", Area.RESOURCES: "samples"}[result.area]
    worth = result.n_effective
    if result.area is Area.API and worth is not None and worth < 0.995 * result.n:
        return f"{result.n:,} {noun}, worth {worth:,.0f}"
    return f"{result.n:,} {noun}"


def _scale(result: ObjectiveResult) -> Scale | None:
    if result.unit == "change":  # which may lie on both sides of nothing
        return None
    if result.limit is None or result.limit <= 0 or (result.estimate is None and result.low is None):
        return None
    numbers = [
        result.limit * 1.25,
        *(value for value in (result.estimate, result.high, result.low) if value is not None),
    ]
    widest = max(numbers) * 1.04

    def place(value: float | None) -> float | None:
        return None if value is None else value / widest

    return Scale(
        place(result.estimate), place(result.low), place(result.high), result.limit / widest, place(result.warn)
    )


def _gate(info: RunInfo, verdict: Verdict, exit_code: int) -> str:
    if verdict.state is State.INCONCLUSIVE and exit_code == 0:
        return "exit code 0: this profile lets an undecided run through"
    if verdict.state is State.INCONCLUSIVE and verdict.allow_inconclusive and info.state is not RunState.COMPLETE:
        return f"exit code {exit_code}: this profile lets an undecided run through, but not one that was cut short"
    return f"exit code {exit_code}"


def _facts(info: RunInfo, summary: Summary) -> list[tuple[str, str]]:
    facts = [
        ("Service", info.service),
        ("Release", info.release),
        ("Profile", info.profile),
        ("Targets", _targets(info)),
        ("Started", info.started_at),
        ("State", f"{info.state.value}{f': {info.state_reason}' if info.state_reason else ''}"),
    ]
    if info.load is not None:
        facts.append(("Load", _load(info, summary)))
    if info.imports:
        facts.append(("Imported", "; ".join(map(_import, info.imports))))
    if info.pages is not None and not info.imports:
        facts.append(("Pages", _pages(info.pages)))
        if info.pages.cpu_benchmark is not None:
            facts.append(("CPU benchmark", f"{info.pages.cpu_benchmark:,.0f}, of the browser, by JavaScript"))
    if not info.imports:  # whose machine nobody knows
        machine = info.environment
        facts.append(
            (
                "Machine",
                f"{machine.get('processor', '?')}, {machine.get('cores', '?')} cores, {machine.get('system', '?')}",
            )
        )
    facts.append(("Tools", ", ".join(f"{name} {version}" for name, version in info.tools.items())))
    return facts


def _targets(info: RunInfo) -> str:
    addresses = ", ".join(dict.fromkeys(info.targets.values()))
    return addresses if info.verify_tls else f"{addresses}; certificates not verified"


def _pages(pages: PagesInfo) -> str:
    marked = {"warm cache": pages.warm, "soft navigation": pages.soft}
    marks = {name: ", ".join(mark for mark, those in marked.items() if name in those) for name in pages.planned}
    names = [f"{name} ({marks[name]})" if marks[name] else name for name in pages.planned]
    more = "" if pages.max_loads is None else f", up to {pages.max_loads} while undecided"
    where = "" if pages.browser == "chromium" else f", in {_engine(pages)}"
    loads = f"{pages.loads} {'' if pages.warm else 'cold '}loads each{_LOADS_WHEN[pages.when]}"
    return f"{', '.join(names)}; {loads}{more}{where}"


def _engine(pages: PagesInfo) -> str:
    return next((name for engine, name in ENGINES.items() if engine == pages.browser), pages.browser)


def _import(info: ImportInfo) -> str:
    counts = ((info.requests, "request"), (info.page_loads, "page load"))
    taken = " and ".join(f"{count:,} {what}{'' if count == 1 else 's'}" for count, what in counts if count)
    left_out = f", without {info.left_out:,} that sum up others" if info.left_out else ""
    return f"{info.file} ({info.tool}, {info.form}): {taken}{left_out}"


def _load(info: RunInfo, summary: Summary) -> str:
    load = info.load
    if load is None:
        return ""
    plan = RatePlan([Stretch(item.seconds, item.from_per_s, item.to_per_s) for item in load.stretches])
    planned = f"{rates_in_words(plan)}, {load.arrivals} arrivals" if load.stretches else f"{load.users} users, closed"
    if len(load.workers) > 1:
        planned += f", by {len(load.workers)} generators"
    return f"{planned}; {summary.judged_requests:,} requests judged over {summary.judged_seconds:.0f} s"


def _method(info: RunInfo) -> list[str]:
    """How the numbers came about, so that a reader need not guess."""
    if info.imports:
        return _method_of_import(info)
    sentences = []
    if info.load is not None and info.load.model == "open":
        sentences.append(_OPEN_ARRIVALS)
    if info.load is not None:
        sentences.append(_PERCENTILES)
    if info.pages is not None:
        sentences.append(_PAGE_LOADS.format(_WHEN_LOADED[info.pages.when]))
        if info.pages.browser != "chromium":
            sentences.append(_OTHER_ENGINE.format(_engine(info.pages)))
        if info.pages.connected:
            sentences.append(_CONNECTED)
        if info.pages.warm:
            sentences.append(_WARM_LOADS.format(", ".join(info.pages.warm)))
        if info.pages.soft:
            sentences.append(_SOFT_PAGES.format(", ".join(info.pages.soft)))
        if info.pages.max_loads is not None:
            sentences.append(_MORE_LOADS)
    if not info.verify_tls:
        sentences.append(_ANY_CERTIFICATE)
    if info.shared_machine:
        together = info.pages is not None and info.pages.when != "idle" and not info.pages.connected
        sentences.append(_SHARED_MACHINE.format(" and that of the browser" if together else ""))
    return sentences


def _method_of_import(info: RunInfo) -> list[str]:
    """What another tool measured is said with all that its record lacks."""
    said = [text for item in info.imports for text in imported.sentences(imported_file(item))]
    return [
        _IMPORTED,
        *dict.fromkeys(said),
        *([_PERCENTILES] if any(item.requests for item in info.imports) else []),
        *([_MEDIANS] if any(item.page_loads for item in info.imports) else []),
    ]
