"""What is shown of one page: its worst load, what was filmed of it, and the files that the run folder keeps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from slogate.analyzer.summary import PageSummary, Summary
from slogate.analyzer.web.clock import on_its_clock, origin
from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.runs.page_evidence import KeptEvidence, Picture
from slogate.slo.conditions import Condition, under

_MARKS = ("fcp", "lcp", "tti")


@dataclass(frozen=True)
class Mark:
    """A moment of a load, in ms since its time 0."""

    name: str
    at_ms: float


@dataclass(frozen=True)
class Link:
    """A file of the run folder; `address` is relative to the folder."""

    name: str
    address: str


@dataclass(frozen=True)
class PageView:
    """One page under one condition as it is shown; `load` is on the page's own clock."""

    name: str
    title: str
    clock: str  # what time 0 is; empty where it is the start of the navigation
    load: PageLoad
    marks: tuple[Mark, ...]
    broken: bool
    frames: tuple[Picture, ...]
    filmed: str  # about the load that the frames are of; empty without one
    screenshot: Picture | None
    links: tuple[Link, ...]
    notes: tuple[str, ...]


def page_views(summary: Summary, kept: Mapping[tuple[str, Condition], KeptEvidence]) -> Iterator[PageView]:
    """One view a page that was loaded, and condition, in the order of the plan."""
    for page in summary.pages:
        if page.worst is not None:
            evidence = kept.get((page.name, page.when))
            # Of another load than the worst: the facts were edited, or the run ended between the two.
            fits = evidence is not None and evidence.info.index == page.worst.index
            yield _view(page, page.worst, evidence if fits else None)


def _view(page: PageSummary, load: PageLoad, kept: KeptEvidence | None) -> PageView:
    metrics = page.metrics_of(load)
    shown = on_its_clock(load)
    marks = [Mark(name.upper(), at_ms) for name in _MARKS if (at_ms := metrics.get(name)) is not None]
    load_end_ms = shown.timing.load_end_ms
    if load_end_ms is not None and load_end_ms >= 0:  # before 0: of the document that a soft navigation happened in
        marks.append(Mark("load", load_end_ms))
    return PageView(
        name=under(page.name, page.when),
        title=_title(page, load, metrics),
        clock="" if load.soft is None else f"A soft navigation: time 0 is {origin(load).kind}.",
        load=shown,
        marks=tuple(marks),
        broken=load.outcome is not LoadOutcome.OK,
        frames=kept.frames if kept is not None else (),
        filmed=_filmed(page, kept) if kept is not None else "",
        screenshot=kept.screenshot if kept is not None else None,
        links=tuple(_links(kept)) if kept is not None else (),
        notes=tuple(kept.info.notes) if kept is not None else (),
    )


def _title(page: PageSummary, load: PageLoad, metrics: Mapping[str, float | None]) -> str:
    which = f"load {load.index} of {len(page.loads)}"
    if load.outcome is not LoadOutcome.OK:
        return f"{which}, which broke: {load.reason}"
    lcp_ms = metrics["lcp"]
    return f"{which}, the one with {'no LCP' if lcp_ms is None else f'the largest LCP: {lcp_ms:,.0f} ms'}"


def _filmed(page: PageSummary, kept: KeptEvidence) -> str:
    load, metrics = kept.info.filmed, page.filmed
    if load is None or metrics is None:
        return ""
    if load.outcome is not LoadOutcome.OK:
        return f"It broke too: {load.reason}"
    said = [f"{name.upper()} {at_ms:,.0f} ms" for name in ("fcp", "lcp") if (at_ms := metrics.get(name)) is not None]
    return f"Its own {' and '.join(said)}." if said else "It had neither FCP nor LCP."


def _links(kept: KeptEvidence) -> Iterator[Link]:
    for name, file in (("screenshot", kept.info.screenshot), ("HAR", kept.info.har), ("trace", kept.info.trace)):
        if file is not None:
            yield Link(name, quote(f"{kept.folder}/{file}"))
