"""What the script inside the page (observe.js) says, gathered by document."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

from slogate.analyzer.web.facts import (
    Image,
    InputEvent,
    InteractionPaint,
    LayoutShift,
    LcpCandidate,
    LongTask,
    NavigationTiming,
    Paint,
    SoftNavigationEntry,
)
from slogate.vitals.journeys import TEXT_PREFIX

COLLECT = "slogateCollect()"  # the expression whose value is the last batch
_SCRIPT = Path(__file__).with_name("observe.js").read_text(encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What observe.js says at once: entries since the last batch, and the document's state now."""

    origin_ms: float  # performance.timeOrigin: which document this is
    now_ms: float
    url: str
    untold: list[str]  # what this browser has no entries of
    timing: NavigationTiming
    ready_ms: float | None
    ready_error: str | None
    paints: list[Paint]
    lcp_candidates: list[LcpCandidate]
    layout_shifts: list[LayoutShift]
    long_tasks: list[LongTask]
    input_events: list[InputEvent]
    soft_entries: list[SoftNavigationEntry]
    interaction_paints: list[InteractionPaint]
    images: list[Image] | None  # told at the end alone


@dataclass(frozen=True, kw_only=True)
class StepBegun:
    """What observe.js says when a step is about to begin; `told`: the browser will tell of its soft navigation."""

    now_ms: float
    told: bool
    ready_there: bool  # already, so that it shows nothing

    @staticmethod
    def of(said: str) -> "StepBegun":
        """Takes the answer to `begin_step`. Raises pydantic's `ValidationError` for what is none."""
        return _STEP_BEGUN.validate_json(said)


_BATCH = TypeAdapter(Batch)
_STEP_BEGUN = TypeAdapter(StepBegun)


@dataclass
class Document:
    """All that one document has said so far; `url` is the address that it had at first."""

    origin_ms: float
    url: str
    clock_lead_ms: float = float("inf")  # this process's monotonic clock minus the document's own
    untold: list[str] = field(default_factory=list)
    timing: NavigationTiming = field(default_factory=NavigationTiming)
    ready_ms: float | None = None
    ready_error: str | None = None
    paints: list[Paint] = field(default_factory=list)
    lcp_candidates: list[LcpCandidate] = field(default_factory=list)
    layout_shifts: list[LayoutShift] = field(default_factory=list)
    long_tasks: list[LongTask] = field(default_factory=list)
    input_events: list[InputEvent] = field(default_factory=list)
    soft_entries: list[SoftNavigationEntry] = field(default_factory=list)
    interaction_paints: list[InteractionPaint] = field(default_factory=list)
    images: list[Image] | None = None

    def absorb(self, batch: Batch) -> None:
        """Adds what a batch says. A batch takes time to arrive, so the smallest clock difference is the truest."""
        self.clock_lead_ms = min(self.clock_lead_ms, _monotonic_ms() - batch.now_ms)
        self.timing, self.ready_ms, self.ready_error = batch.timing, batch.ready_ms, batch.ready_error
        self.untold = batch.untold
        self.paints += batch.paints
        self.lcp_candidates += batch.lcp_candidates
        self.layout_shifts += batch.layout_shifts
        self.long_tasks += batch.long_tasks
        self.input_events += batch.input_events
        self.soft_entries += batch.soft_entries
        self.interaction_paints += batch.interaction_paints
        self.images = self.images if batch.images is None else batch.images

    def now_ms(self) -> float:
        """The document's time now; never ahead of its own clock."""
        return _monotonic_ms() - self.clock_lead_ms


class Documents:
    """The main frame's documents that were heard of, by their time origin."""

    def __init__(self) -> None:
        self._by_origin: dict[float, Document] = {}

    @property
    def latest(self) -> Document | None:
        """The one that the main frame shows."""
        return self._by_origin[max(self._by_origin)] if self._by_origin else None

    @property
    def in_order(self) -> list[Document]:
        """All of them."""
        return [self._by_origin[origin_ms] for origin_ms in sorted(self._by_origin)]

    def absorb(self, said: str) -> Batch:
        """Takes in what observe.js says. Raises pydantic's `ValidationError` for what it does not say."""
        batch = _BATCH.validate_json(said)
        self._by_origin.setdefault(batch.origin_ms, Document(batch.origin_ms, batch.url)).absorb(batch)
        return batch


def script(binding: str, ready: str | None) -> str:
    """observe.js for a page that is `ready` with a selector or a text, telling what it sees by calling `binding`."""
    selector, text = _wanted(ready)
    return f"({_SCRIPT})({json.dumps({'binding': binding, 'ready': selector, 'readyText': text})})"


def begin_step(ready: str | None) -> str:
    """The expression whose value is a `StepBegun`."""
    return f"slogateStep({', '.join(map(json.dumps, _wanted(ready)))})"


def _wanted(ready: str | None) -> tuple[str | None, str | None]:
    """`ready` as a selector or as a text; at least one of the two is None."""
    if ready is not None and ready.startswith(TEXT_PREFIX):
        return None, ready.removeprefix(TEXT_PREFIX)
    return ready, None


def _monotonic_ms() -> float:
    return time.monotonic() * 1000
