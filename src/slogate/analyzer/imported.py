"""What is to be said of measurements that another tool made: what its record does not tell, and so nobody can check.

Such a run can fail, and what would pass is a warning at best: slogate did not watch over the measurement.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from slogate.analyzer.finding import Finding, error, warning
from slogate.analyzer.result import ObjectiveResult, State
from slogate.analyzer.units import counted
from slogate.slo.model import Area

MAX_DROPPED = 0.05


class Lack(StrEnum):
    """Something that a file does not tell, or tells in another sense than a run of slogate."""

    INTENDED_START = "intended_start"
    LATENESS = "lateness"
    STATUS = "status"
    METHOD = "method"
    CONNECTION_INSIDE = "connection_inside"
    CONNECTION_OUTSIDE = "connection_outside"
    WHOLE_SECONDS = "whole_seconds"
    ZONE = "zone"
    SIMULATED = "simulated"
    PAINTS = "paints"


# Each goes on after the name of the tool, and ends without a full stop.
_SENTENCES = {
    Lack.INTENDED_START: "counts latency from when a request was sent, not from when it was meant to be: a stall also "
    "stopped the load that would have met it",
    Lack.LATENESS: "does not tell by how much requests were sent late, so nobody knows whether its rate was kept",
    Lack.STATUS: "tells no status in this file, so a rate limiter's 429 and a ban's 403 look like any failure",
    Lack.METHOD: "tells no method in this file, so an endpoint whose label does not begin with one is named "
    "`HTTP <label>`",
    Lack.CONNECTION_INSIDE: "counts the set-up of a connection into the latency",
    Lack.CONNECTION_OUTSIDE: "leaves the set-up of a connection out of the latency",
    Lack.WHOLE_SECONDS: "tells times in whole seconds, so requests of one second have no order",
    Lack.ZONE: "tells times without a zone, which were taken as UTC",
    Lack.SIMULATED: "worked its metrics out from a model of a slower network and processor (throttling method "
    "`simulate`), and did not measure them",
    Lack.PAINTS: "does not tell what a page painted, so nobody knows whether it showed anything",
}
# What could make a wrong verdict; the others say in what sense numbers are meant.
_DOUBTS = (Lack.INTENDED_START, Lack.LATENESS, Lack.STATUS, Lack.SIMULATED, Lack.PAINTS)


@dataclass(frozen=True)
class ImportedFile:
    """A file of another tool: what was taken from it, and what it lacks. `left_out` are records that sum others up."""

    file: str
    tool: str
    form: str
    lacks: frozenset[Lack]
    requests: int = 0
    page_loads: int = 0
    left_out: int = 0
    iterations: int = 0
    dropped_iterations: int = 0


def sentences(file: ImportedFile) -> list[str]:
    """All that its record lacks, in words."""
    return [f"{file.tool} {_SENTENCES[lack]}." for lack in Lack if lack in file.lacks]


def findings(files: Sequence[ImportedFile]) -> Iterator[Finding]:
    """One warning a tool and area, which always stands, and what k6 tells of iterations that it could not start."""
    for area, what in ((Area.API, "requests"), (Area.WEB, "page_loads")):
        for tool in dict.fromkeys(file.tool for file in files if getattr(file, what)):
            yield _not_watched(area, tool, {lack for file in files if file.tool == tool for lack in file.lacks})
    for file in files:
        yield from _dropped(file)


def capped(result: ObjectiveResult, files: Sequence[ImportedFile]) -> ObjectiveResult:
    """A pass on an imported record becomes a warning."""
    if not files or result.state is not State.PASS:
        return result
    measured = "page_loads" if result.area is Area.WEB else "requests"
    tools = " and ".join(dict.fromkeys(file.tool for file in files if getattr(file, measured)))
    return replace(
        result,
        state=State.WARNING,
        reason=f"{result.reason}; no more than a warning, because {tools} measured it and slogate did not watch",
    )


def _not_watched(area: Area, tool: str, lacks: set[Lack]) -> Finding:
    unwatched = (
        f"{tool} made this load, and nobody knows whether its machine kept up: there are no samples of it"
        if area is Area.API
        else f"{tool} made these page loads, and nobody knows how busy its machine was"
    )
    about = {Lack.SIMULATED, Lack.PAINTS} if area is Area.WEB else {*Lack} - {Lack.SIMULATED, Lack.PAINTS}
    doubts = [f"it {_SENTENCES[lack]}" for lack in _DOUBTS if lack in lacks & about]
    return warning(
        "imported_load" if area is Area.API else "imported_pages",
        area,
        "; ".join([unwatched, *doubts]),
        "`slogate run` measures the same and watches over it",
    )


def _dropped(file: ImportedFile) -> Iterator[Finding]:
    if not file.dropped_iterations:
        return
    planned = file.iterations + file.dropped_iterations
    share = file.dropped_iterations / planned
    yield (error if share > MAX_DROPPED else warning)(
        "iterations_dropped",
        Area.API,
        f"{file.tool} dropped {file.dropped_iterations:,} of {counted(planned, 'iteration')} ({share:.1%}), because "
        f"none of its users was free, and at most {MAX_DROPPED:.0%} is trusted: what they would have met is in no "
        "record",
        "give k6 more users: maxVUs",
    )
