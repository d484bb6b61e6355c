"""The clock of a page: when its time 0 was, and what of a recording belongs to it. No metric asks this by itself.

A page that is a document of its own is on the clock of its recording. A soft navigation has the clock that the
specification gives it (https://wicg.github.io/soft-navigations/): time 0 is the time stamp of the interaction that
began it. That is, in this order, as far as it was told, and always of the last one there was:

1. the start of the `soft-navigation` entry, which means that address and view both changed;
2. the start of the interaction that painted something, where the address stayed as it was;
3. the first press of a button or key since the step began, where the browser does not tell what came of it;
4. the beginning of the journey's step.

To the page belongs what began at or after its time 0, and a long task that was under way. Its first contentful paint
and its LCP candidates are those that the browser traces back to the interaction. What stays on the screen from the view
before is not painted anew, and so is no part of them.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from slogate.analyzer.web.facts import (
    FIRST_CONTENTFUL_PAINT,
    Image,
    InputEvent,
    LcpCandidate,
    NavigationTiming,
    PageLoad,
    Paint,
    Request,
    SoftNavigation,
)

PRESSES = frozenset({"pointerdown", "mousedown", "click", "keydown"})


class OriginKind(StrEnum):
    """What the time 0 of a page is."""

    NAVIGATION = "the start of the navigation"
    SOFT_NAVIGATION = "the interaction that began the soft navigation"
    PAINTING_INPUT = "the interaction that painted something; the address stayed as it was"
    INPUT = "the first click or key of the step; the browser does not tell what came of it"
    STEP = "the beginning of the step, in which there was no click and no key"


@dataclass(frozen=True)
class Origin:
    """The time 0 of a page, on the clock of its recording; `interaction_id` is that of the input, where it is known."""

    at_ms: float
    kind: OriginKind
    interaction_id: int | None = None


def origin(load: PageLoad) -> Origin:
    """When the time 0 of a load was. What a journey's interaction did later began no page."""
    soft = load.soft
    if soft is None:
        return Origin(0.0, OriginKind.NAVIGATION)
    until_ms = float("inf") if load.interacted_ms is None else load.interacted_ms
    entries = [entry for entry in soft.entries if soft.step_ms <= entry.start_ms < until_ms]
    if entries:
        return Origin(entries[-1].start_ms, OriginKind.SOFT_NAVIGATION, entries[-1].interaction_id)
    paints = [paint for paint in soft.paints if soft.step_ms <= paint.interaction_ms < until_ms]
    if paints:
        return Origin(paints[-1].interaction_ms, OriginKind.PAINTING_INPUT, paints[-1].interaction_id)
    presses = [e for e in load.input_events if e.name in PRESSES and soft.step_ms <= e.start_ms < until_ms]
    if presses:
        first = min(presses, key=lambda event: event.start_ms)
        return Origin(first.start_ms, OriginKind.INPUT, first.interaction_id)
    return Origin(soft.step_ms, OriginKind.STEP)


def on_its_clock(load: PageLoad) -> PageLoad:
    """The load as if its recording had begun at its time 0. A load that is on its clock already stays as it is."""
    start = origin(load)
    soft, by_ms = load.soft, start.at_ms
    if soft is None:
        return load
    requests = tuple(_request(request, by_ms) for request in load.requests if request.start_ms >= by_ms)
    return replace(
        load,
        started_at_us=load.started_at_us + round(by_ms * 1000),
        ready=load.ready and replace(load.ready, found_ms=_earlier(load.ready.found_ms, by_ms)),
        timing=_timing(load.timing, by_ms),
        paints=_first_paint(soft, start),
        lcp_candidates=_candidates(soft, start),
        layout_shifts=tuple(
            replace(shift, start_ms=_since(by_ms, shift.start_ms))
            for shift in load.layout_shifts
            if shift.start_ms >= by_ms
        ),
        long_tasks=tuple(
            replace(task, start_ms=_since(by_ms, task.start_ms))
            for task in load.long_tasks
            if task.start_ms + task.duration_ms > by_ms
        ),
        input_events=tuple(_input(event, by_ms) for event in load.input_events if _belongs(event, start)),
        requests=requests,
        images=_asked_for(load.images, requests),
        navigations=tuple(replace(n, start_ms=_earlier(n.start_ms, by_ms)) for n in load.navigations),
        end_ms=_earlier(load.end_ms, by_ms),
        interacted_ms=_earlier(load.interacted_ms, by_ms),
        soft=_soft(soft, by_ms),
    )


def _since(start_ms: float, at_ms: float) -> float:
    return round(at_ms - start_ms, 3)  # as browsers are read, so that no difference has digits that nobody measured


def _earlier(at_ms: float | None, by_ms: float) -> float | None:
    return None if at_ms is None else _since(by_ms, at_ms)


def _timing(timing: NavigationTiming, by_ms: float) -> NavigationTiming:
    """The document's own events, which were over before."""
    return NavigationTiming(
        response_start_ms=_earlier(timing.response_start_ms, by_ms),
        dcl_end_ms=_earlier(timing.dcl_end_ms, by_ms),
        load_end_ms=_earlier(timing.load_end_ms, by_ms),
    )


def _first_paint(soft: SoftNavigation, start: Origin) -> tuple[Paint, ...]:
    told = [entry.paint_ms for entry in soft.entries if entry.interaction_id == start.interaction_id]
    told += [paint.start_ms for paint in soft.paints if paint.interaction_id == start.interaction_id]
    times = [at_ms for at_ms in told if at_ms is not None]
    return (Paint(name=FIRST_CONTENTFUL_PAINT, start_ms=_since(start.at_ms, min(times))),) if times else ()


def _candidates(soft: SoftNavigation, start: Origin) -> tuple[LcpCandidate, ...]:
    """Each paint that was the largest of its interaction so far, once."""
    largest = (paint.largest for paint in soft.paints if paint.interaction_id == start.interaction_id)
    return tuple(replace(c, start_ms=_since(start.at_ms, c.start_ms)) for c in dict.fromkeys(largest))


def _belongs(event: InputEvent, start: Origin) -> bool:
    """The events of the interaction that began it belong to the page too, such as the press before the click."""
    return event.start_ms >= start.at_ms or event.interaction_id == start.interaction_id


def _input(event: InputEvent, by_ms: float) -> InputEvent:
    return replace(
        event,
        start_ms=_since(by_ms, event.start_ms),
        processing_start_ms=_since(by_ms, event.processing_start_ms),
        processing_end_ms=_since(by_ms, event.processing_end_ms),
    )


def _request(request: Request, by_ms: float) -> Request:
    return replace(request, start_ms=_since(by_ms, request.start_ms), end_ms=_earlier(request.end_ms, by_ms))


def _asked_for(images: tuple[Image, ...] | None, requests: tuple[Request, ...]) -> tuple[Image, ...] | None:
    """The images that were asked for since then; the document holds those of the view before, too."""
    if images is None:
        return None
    addresses = {request.url for request in requests}
    return tuple(image for image in images if image.url in addresses)


def _soft(soft: SoftNavigation, by_ms: float) -> SoftNavigation:
    entries = (
        replace(entry, start_ms=_since(by_ms, entry.start_ms), paint_ms=_earlier(entry.paint_ms, by_ms))
        for entry in soft.entries
    )
    paints = (
        replace(
            paint,
            interaction_ms=_since(by_ms, paint.interaction_ms),
            start_ms=_since(by_ms, paint.start_ms),
            largest=replace(paint.largest, start_ms=_since(by_ms, paint.largest.start_ms)),
        )
        for paint in soft.paints
    )
    return replace(soft, step_ms=_since(by_ms, soft.step_ms), entries=tuple(entries), paints=tuple(paints))
