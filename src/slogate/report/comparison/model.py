"""What is said of two releases, once for all formats: headline, one row a metric, notes, and how it was compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from slogate.analyzer.compare import Change, Compared, Comparison, Rules
from slogate.analyzer.measure import Family, Measure, bound
from slogate.analyzer.shift import LEAST_EARLIER_RUNS
from slogate.analyzer.units import counted, say
from slogate.analyzer.web import METRICS
from slogate.errors import ExitCode
from slogate.report.model import RESOURCE_TITLES
from slogate.slo.model import Area

WORDS = {
    Change.REGRESSED: "REGRESSED",
    Change.IMPROVED: "IMPROVED",
    Change.UNCHANGED: "UNCHANGED",
    Change.INCONCLUSIVE: "INCONCLUSIVE",
    Change.ERROR: "NOT JUDGEABLE",
    Change.INFO: "INFO",
}
FAMILY_TITLES = {
    Family.OBJECTIVES: "Objectives",
    Family.ENDPOINTS: "Endpoints",
    Family.PAGES: "Pages",
    Family.INFORMATION: "For information",
}
EXIT_CODES = {
    Change.REGRESSED: ExitCode.FAIL,
    Change.IMPROVED: ExitCode.PASS,
    Change.UNCHANGED: ExitCode.PASS,
    Change.INCONCLUSIVE: ExitCode.INCONCLUSIVE,
    Change.ERROR: ExitCode.NOT_JUDGEABLE,
}
_TOLD_FIRST = {Change.REGRESSED, Change.INCONCLUSIVE, Change.ERROR}
_MOST_NAMED = 3


@dataclass(frozen=True)
class Place:
    """Where a row's numbers lie on a line from 0 to 1 with no change at 0.5; `near` and `far` are the threshold."""

    estimate: float
    low: float | None
    high: float | None
    near: float
    far: float


@dataclass(frozen=True)
class Row:
    """One metric as it is shown."""

    family: Family
    area: Area
    name: str
    change: Change
    word: str
    base: str
    candidate: str
    shift: str
    interval: str
    reason: str
    place: Place | None


@dataclass(frozen=True)
class Side:
    """One of the two: what it is called, and its runs by the names of their folders."""

    name: str
    runs: tuple[str, ...]


@dataclass(frozen=True)
class ComparisonReport:
    """A finished comparison, ready to be rendered. `notes` are worth knowing and change nothing."""

    service: str
    base: Side
    candidate: Side
    change: Change
    word: str
    headline: str
    exit_code: ExitCode
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    method: tuple[str, ...]
    comparison: Comparison
    links: Mapping[str, str]

    def of(self, family: Family) -> tuple[Row, ...]:
        """The rows of one family."""
        return tuple(row for row in self.rows if row.family is family)

    @property
    def told(self) -> tuple[Row, ...]:
        """The rows of objectives that are not well."""
        return tuple(row for row in self.of(Family.OBJECTIVES) if row.change in _TOLD_FIRST)


def build(
    service: str,
    base: Side,
    candidate: Side,
    comparison: Comparison,
    notes: Sequence[str] = (),
    links: Mapping[str, str] = MappingProxyType({}),
) -> ComparisonReport:
    """The report of a comparison. `links` are the places of the runs' own reports, by the names of the runs."""
    return ComparisonReport(
        service=service,
        base=base,
        candidate=candidate,
        change=comparison.change,
        word=WORDS[comparison.change],
        headline=_headline(comparison),
        exit_code=EXIT_CODES[comparison.change],
        rows=tuple(_row(row, comparison) for row in comparison.rows),
        notes=(*_beyond_objectives(comparison), *notes),
        method=tuple(_method(comparison)),
        comparison=comparison,
        links=links,
    )


def name_of(of: Measure) -> str:
    """A metric as a person would call it: `p95 latency`, `GET /cart error rate`, `home LCP`."""
    match of.area:
        case Area.API:
            what = {"errors": "error rate", "throughput": "requests a second"}.get(
                of.metric, f"{of.statistic} {of.metric}"
            )
            return f"{of.subject} {what}" if of.subject else what
        case Area.WEB:
            under_load = " under load" if of.id.endswith("[loaded]") else ""
            return f"{of.subject or 'every page'} {METRICS[of.metric].title}{under_load}"
        case _:
            title = RESOURCE_TITLES.get(of.metric, of.metric)
            return f"{of.subject} {title}" if of.subject else title


def say_shift(of: Measure, change: float) -> str:
    """A change as it is shown: a percentage, or the difference in the metric's unit where there is no ratio."""
    if of.reference is None:
        return say(change, "change")
    difference = change * of.reference
    if of.unit == "ratio":
        return f"{difference * 100:+.2f} pp"  # percentage points
    return f"{'-' if difference < 0 else '+'}{say(abs(difference), of.unit)}"


def reason_of(row: Compared, rules: Rules) -> str:
    """The sentence that says why."""
    of = row.measure
    if row.estimate is None:
        return row.missing
    shift = say_shift(of, row.estimate)
    if row.indicative:
        return (
            f"{shift}, which is only indicative: one run a side says nothing of how much runs differ, and there are "
            f"not {LEAST_EARLIER_RUNS} earlier ones of the kind"
        )
    between = f"{shift}, between {_interval(row).replace(' .. ', ' and ')}"
    matters = _threshold(of, rules)
    match row.change:
        case Change.REGRESSED | Change.IMPROVED:
            return f"{between}: more than the {matters} that matters, and hardly by chance (p {_p(row)})"
        case Change.UNCHANGED:
            return f"{between}: less than the {matters} that matters"
        case Change.INCONCLUSIVE:
            return f"{between}: neither within {matters} nor surely beyond (p {_p(row)}); more runs narrow it"
    return between


def _row(row: Compared, comparison: Comparison) -> Row:
    of = row.measure
    return Row(
        family=of.family,
        area=of.area,
        name=name_of(of),
        change=row.change,
        word="INDICATIVE" if row.indicative and row.change is Change.INCONCLUSIVE else WORDS[row.change],
        base="-" if row.base is None else say(row.base, of.unit),
        candidate="-" if row.candidate is None else say(row.candidate, of.unit),
        shift="-" if row.estimate is None else say_shift(of, row.estimate),
        interval=_interval(row),
        reason=reason_of(row, comparison.rules),
        place=_place(row, comparison),
    )


def _interval(row: Compared) -> str:
    if row.low is None or row.high is None:
        return ""
    return f"{say_shift(row.measure, row.low)} .. {say_shift(row.measure, row.high)}"


def _threshold(of: Measure, rules: Rules) -> str:
    return say_shift(of, rules.threshold).removeprefix("+")


def _p(row: Compared) -> str:
    if row.p_adjusted is None:
        return "?"
    return "below 0.0001" if row.p_adjusted < 0.0001 else f"{row.p_adjusted:.2g}"


def _place(row: Compared, comparison: Comparison) -> Place | None:
    """All rows share one scale, so that bars can be compared; what lies beyond it is drawn at its end."""
    if row.estimate is None:
        return None
    threshold = comparison.rules.threshold
    seen = [abs(value) for item in comparison.rows for value in (item.estimate, item.low, item.high) if value]
    widest = min(max([3 * threshold, *seen]), 12 * threshold)

    def at(value: float) -> float:
        return min(0.98, max(0.02, 0.5 + value / widest / 2))

    near = bound(row.measure, threshold)
    return Place(
        at(row.estimate),
        None if row.low is None else at(row.low),
        None if row.high is None else at(row.high),
        at(-near),
        at(near),
    )


def _headline(comparison: Comparison) -> str:
    rows = comparison.of(Family.OBJECTIVES)
    if not rows:
        return "nothing could be compared: the runs share no metric that slo.yaml has an objective on"
    worst = [row for row in rows if row.change is comparison.change]
    named = _first_of([_named(row) for row in worst])
    count = f"{len(worst)} of {counted(len(rows), 'metric')}"
    match comparison.change:
        case Change.REGRESSED:
            return f"{count} regressed: {named}"
        case Change.IMPROVED:
            return f"{count} improved and none regressed: {named}"
        case Change.UNCHANGED:
            return f"all {len(rows)} metrics are unchanged within {_percent(comparison.rules.threshold)}"
        case Change.INCONCLUSIVE:
            indicative = all(row.indicative for row in worst)
            return f"{count} could not be decided{': the changes are only indicative' if indicative else ''}"
        case _:
            return f"{count} cannot be compared: {name_of(worst[0].measure)}: {worst[0].missing}"


def _percent(ratio: float) -> str:
    return f"{100 * ratio:.3g} %"


def _named(row: Compared) -> str:
    return f"{name_of(row.measure)} {say_shift(row.measure, row.estimate or 0.0)}"


def _beyond_objectives(comparison: Comparison) -> list[str]:
    """What regressed or is missing and has no objective: nobody asked, and somebody may want to know."""
    worse = [
        row for row in comparison.rows if row.change is Change.REGRESSED and row.measure.family is not Family.OBJECTIVES
    ]
    lost = [
        row for row in comparison.rows if row.change is Change.ERROR and row.measure.family is not Family.OBJECTIVES
    ]
    told = []
    if worse:
        named = _first_of([_named(row) for row in worse])
        told.append(f"regressed as well, and no objective of slo.yaml is about it: {named}")
    if lost:
        named = _first_of([name_of(row.measure) for row in lost])
        told.append(f"not in every run, and so not compared, and no objective is about it: {named}")
    return told


def _first_of(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{', '.join(names[:_MOST_NAMED])}{more}"


def _method(comparison: Comparison) -> list[str]:
    rules = comparison.rules
    runs = f"{len(comparison.base_runs)} and {len(comparison.candidate_runs)} runs"
    pairs = "in pairs, so that what drifts between pairs cancels" if rules.pairs else "side by side"
    matters, confidence = _percent(rules.threshold), _percent(1 - 2 * rules.interval_alpha)
    sentences = [
        (
            f"The unit is the run: {runs}, compared {pairs}, by Student's t over one number a run. Requests of one run "
            "are not independent, and pooling them would find changes where there are none."
        ),
        (
            f"Regressed: no change is ruled out at {_percent(rules.alpha)} (two-sided, corrected by Holm within each "
            f"family of metrics), and the estimate is worse by more than {matters}. Unchanged: the whole interval is "
            "within that, on both sides. Only metrics with an objective decide."
        ),
        (
            f"Intervals are of {confidence}. Error rates, layout shifts and blocking times have no ratio to zero; for "
            "them a percentage is one of their limit."
        ),
    ]
    if rules.looks is not None:
        sentences.append(
            f"It was looked at after each pair, from {rules.looks.least} to {rules.looks.most} of them. Each look "
            "is made at a smaller level, with which all of them together are wrong as seldom as a single one."
        )
    return sentences
