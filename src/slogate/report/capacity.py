"""What a search for capacity found: a table for the terminal, JSON, and a page with the curves."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from slogate.analyzer.capacity import Step, highest_passing, knee, latest
from slogate.analyzer.result import State
from slogate.analyzer.units import say
from slogate.report.model import STATE_WORDS

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 320.0, 150.0, 52.0, 24.0
_COLOURS = {State.PASS: "green", State.WARNING: "yellow", State.FAIL: "red"}


@dataclass(frozen=True)
class CapacityDocument:
    """A finished search. `highest_per_s` is the highest rate that passed, `lowest_not_per_s` the lowest that did not;
    `knee_per_s` where p95 had doubled; `broke_first` is what kept the lowest of those from passing. `stopped` says why
    the search ended before its answer, if it did.
    """

    headline: str
    highest_per_s: float | None
    lowest_not_per_s: float | None
    knee_per_s: float | None
    broke_first: str
    stopped: str
    steps: tuple[Step, ...]


def build(steps: Sequence[Step], stopped: str, *, most_per_s: float) -> CapacityDocument:
    """What is said of these steps, in the order of their rates."""
    best, bend = highest_passing(steps), knee(steps)
    others = sorted((step for step in latest(steps) if not step.passes), key=lambda step: step.rate_per_s)
    return CapacityDocument(
        headline=_headline(best, others, stopped, most_per_s),
        highest_per_s=best.rate_per_s if best else None,
        lowest_not_per_s=others[0].rate_per_s if others else None,
        knee_per_s=bend.rate_per_s if bend else None,
        broke_first=others[0].broke if others else "",
        stopped=stopped,
        steps=tuple(sorted(steps, key=lambda step: step.rate_per_s)),
    )


def _headline(best: Step | None, others: Sequence[Step], stopped: str, most_per_s: float) -> str:
    if best is None and not any(step.state is State.FAIL for step in others):
        return "no rate could be decided" if others else "nothing was measured"
    if best is None:
        return "no rate passed"
    if not others:
        end = "" if stopped or best.rate_per_s < most_per_s else ", the highest that was asked for"
        return f"it holds {best.rate_per_s:g}/s within its objectives{end}; no higher rate was shown to be too much"
    word = {State.FAIL: "fails", State.ERROR: "is not judgeable"}.get(others[0].state, "is undecided")
    return f"it holds {best.rate_per_s:g}/s within its objectives; {others[0].rate_per_s:g}/s {word}"


def render_json(document: CapacityDocument) -> str:
    """capacity.json."""
    return json.dumps(asdict(document), indent=2) + "\n"


def render(document: CapacityDocument) -> RenderableType:
    """The table for a terminal."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("")
    for heading in ("rate", "requests", "p50", "p95", "p99", "errors", "CPU"):
        table.add_column(heading, justify="right")
    table.add_column("p95 by rate")
    longest = max((step.p95_ms or 0.0 for step in document.steps), default=0.0)
    for step in document.steps:
        bar = "█" * round(30 * (step.p95_ms or 0.0) / longest) if longest else ""
        table.add_row(Text(STATE_WORDS[step.state], style=_COLOURS.get(step.state, "magenta")), *_cells(step), bar)
    lines: list[RenderableType] = [Text(document.headline, style="bold"), Text(), table, Text()]
    if document.knee_per_s is not None:
        lines.append(Text(f"the knee is at {document.knee_per_s:g}/s: p95 is twice that of the lowest rate"))
    if document.broke_first:
        lines.append(Text(f"what broke first, at {document.lowest_not_per_s:g}/s: {document.broke_first}"))
    if document.stopped:
        lines.append(Text(f"the search ended early: {document.stopped}", style="yellow"))
    return Group(*lines)


def render_html(document: CapacityDocument) -> str:
    """capacity.html: one file, no network, no script."""
    environment = Environment(
        loader=PackageLoader("slogate.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    curves = [
        _curve(document, "p95 latency, ms", lambda step: step.p95_ms),
        _curve(document, "p99 latency, ms", lambda step: step.p99_ms),
        _curve(document, "errors, %", lambda step: None if step.errors is None else 100 * step.errors),
        _curve(document, "CPU of the target's host, %", lambda step: None if step.cpu is None else 100 * step.cpu),
    ]
    rows = [(STATE_WORDS[step.state], step.state.value, *_cells(step), step.run, step.broke) for step in document.steps]
    return environment.get_template("capacity.html.j2").render(document=document, curves=curves, rows=rows)


def _cells(step: Step) -> tuple[str, ...]:
    return (
        f"{step.rate_per_s:g}/s",
        f"{step.requests:,}",
        *("-" if value is None else say(value, "ms") for value in (step.p50_ms, step.p95_ms, step.p99_ms)),
        *("-" if value is None else say(value, "ratio") for value in (step.errors, step.cpu)),
    )


@dataclass(frozen=True)
class Point:
    """A step on a curve, in the units of its drawing."""

    x: float
    y: float
    state: str
    label: str


@dataclass(frozen=True)
class Curve:
    """One drawing: its points from left to right, and the highest values of its axes."""

    title: str
    points: tuple[Point, ...]
    line: str
    most_x: str
    most_y: str


def _curve(document: CapacityDocument, title: str, value: Callable[[Step], float | None]) -> Curve | None:
    known = [(step, found) for step in latest(document.steps) if (found := value(step)) is not None]
    if len(known) < 2:
        return None
    most_x, most_y = max(step.rate_per_s for step, _ in known), max(found for _, found in known) or 1.0
    points = tuple(
        Point(
            round(_LEFT + step.rate_per_s / most_x * (_WIDTH - _LEFT - 8), 1),
            round(_HEIGHT - _BOTTOM - found / most_y * (_HEIGHT - _BOTTOM - 12), 1),
            step.state.value,
            f"{step.rate_per_s:g}/s: {found:,.1f} ({STATE_WORDS[step.state]})",
        )
        for step, found in known
    )
    return Curve(title, points, " ".join(f"{point.x},{point.y}" for point in points), f"{most_x:g}/s", f"{most_y:,.4g}")
