"""What the script inside the page (observe.js) sees, brought out over a DevTools binding.

Only `begin_step` and `collect` touch the page: before a soft navigation, and once at the end.
"""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession
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

_WORLD = "slogate"
_BINDING = "slogateTell"
_SCRIPT = Path(__file__).with_name("observe.js").read_text(encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What observe.js says at once: entries since the last batch, and the document's state now."""

    origin_ms: float  # performance.timeOrigin: which document this is
    now_ms: float
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


_BATCH = TypeAdapter(Batch)
_STEP_BEGUN = TypeAdapter(StepBegun)


@dataclass
class Document:
    """All that one document has said so far."""

    origin_ms: float
    context_id: int
    clock_lead_ms: float = float("inf")  # this process's monotonic clock minus the document's own
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


class Observer:
    """Installs the script in a page and keeps what its documents say. `Page` and `Runtime` must be enabled on `cdp`."""

    def __init__(self, cdp: CDPSession, *, ready: str | None) -> None:
        self._cdp = cdp
        self._documents: dict[float, Document] = {}
        cdp.on("Runtime.bindingCalled", self._on_binding)
        cdp.send("Runtime.addBinding", {"name": _BINDING, "executionContextName": _WORLD})
        selector, text = _wanted(ready)
        source = f"({_SCRIPT})({json.dumps({'binding': _BINDING, 'ready': selector, 'readyText': text})})"
        cdp.send("Page.addScriptToEvaluateOnNewDocument", {"source": source, "worldName": _WORLD})

    @property
    def document(self) -> Document | None:
        """The main frame's latest document."""
        return self._documents[max(self._documents)] if self._documents else None

    def begin_step(self, ready: str | None) -> StepBegun | None:
        """Lets the latest document look for another `ready`, and for soft navigations; None if it has no answer."""
        document, arguments = self.document, ", ".join(map(json.dumps, _wanted(ready)))
        answer = None if document is None else self._ask(document, f"slogateStep({arguments})")
        return None if answer is None else _STEP_BEGUN.validate_json(answer)

    def collect(self) -> float | None:
        """Asks the latest document for the rest of its entries; returns its time then, None if it has no answer."""
        document = self.document
        answer = None if document is None else self._ask(document, "slogateCollect()")
        if document is None or answer is None:
            return None
        batch = _BATCH.validate_json(answer)
        document.absorb(batch)
        return batch.now_ms

    def _ask(self, document: Document, expression: str) -> str | None:
        params = {"expression": expression, "contextId": document.context_id, "returnByValue": True}
        answer = self._cdp.send("Runtime.evaluate", params)
        return None if "exceptionDetails" in answer else str(answer["result"]["value"])

    def _on_binding(self, event: dict[str, Any]) -> None:
        if event["name"] != _BINDING:
            return
        batch = _BATCH.validate_json(event["payload"])
        context_id = event["executionContextId"]
        self._documents.setdefault(batch.origin_ms, Document(batch.origin_ms, context_id)).absorb(batch)


def _wanted(ready: str | None) -> tuple[str | None, str | None]:
    """`ready` as a selector or as a text; at least one of the two is None."""
    if ready is not None and ready.startswith(TEXT_PREFIX):
        return None, ready.removeprefix(TEXT_PREFIX)
    return ready, None


def _monotonic_ms() -> float:
    return time.monotonic() * 1000
