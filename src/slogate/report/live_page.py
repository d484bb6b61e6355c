"""An open page on the terminal: its metrics so far beside their limits, and what is wrong with it."""

from collections.abc import Iterator, Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from slogate.analyzer.units import counted, say
from slogate.analyzer.web import METRICS
from slogate.analyzer.web.clock import on_its_clock
from slogate.analyzer.web.facts import PageLoad
from slogate.analyzer.web.lcp import lcp_candidate
from slogate.report.text import printable
from slogate.slo.grammar import Limit
from slogate.slo.model import Slo

_MOST_ERRORS = 3


def limits_of(slo: Slo, page: str) -> Mapping[str, Limit]:
    """The limits of one page, by metric: its own, else those of every page."""
    sections = [] if slo.web is None else [slo.web, *([slo.web.pages[page]] if page in slo.web.pages else [])]
    found = {}
    for section in sections:
        for metric in METRICS:
            criterion = getattr(section, metric, None)
            if criterion is not None:
                found[metric] = criterion.pass_
    return found


def render(load: PageLoad, limits: Mapping[str, Limit], *, settled: bool, problem: str) -> RenderableType:
    """The table, and the lines below it."""
    load = on_its_clock(load)
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("metric", "now", "limit", ""):
        table.add_column(heading)
    for name, metric in METRICS.items():
        found, limit = metric.measure(load), limits.get(name)
        value = found.value
        in_units_of_limit = 1000 if metric.unit == "ms" else 1  # a duration's limit is in microseconds
        over = limit is not None and value is not None and value * in_units_of_limit > limit.value
        remark = found.missing.explanation if found.missing is not None and settled else _remark(name, load)
        table.add_row(
            metric.title,
            Text("-" if value is None else say(value, metric.unit), style="red" if over else ""),
            limit.text if limit is not None else "",
            Text(printable(remark), style="dim"),
        )
    state = "settled" if settled else "loading"
    head = Text(f"{load.page}  {printable(load.url)}  {state}", style="bold")
    return Group(head, table, *(Text(printable(line), style=style) for line, style in _lines(load, problem)))


def _remark(name: str, load: PageLoad) -> str:
    candidate = lcp_candidate(load) if name == "lcp" else None
    return candidate.element or "" if candidate is not None else ""


def _lines(load: PageLoad, problem: str) -> Iterator[tuple[str, str]]:
    yield f"{counted(len(load.requests), 'request')}, {counted(len(load.long_tasks), 'long task')}", "dim"
    if load.ready is not None:
        found_ms = load.ready.found_ms
        when = "is not there yet" if found_ms is None else f"is there since {say(found_ms, 'ms')}"
        yield f"ready: {load.ready.selector} {when}", "dim"
    for message in load.console_errors[:_MOST_ERRORS]:
        yield f"console: {message[:160]}", "yellow"
    if problem:
        yield problem, "red"
