"""What is kept of the worst load of each page: a picture of its end and its HAR; and, from one more load that is made
like it and not judged, the evidence load, a filmstrip and a trace.

Filming may slow a page down, and hides what was typed, so no judged load is filmed (docs/decisions/008).
Whatever goes wrong here is noted and costs evidence, never a measurement.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from slogate.analyzer.web import METRICS
from slogate.analyzer.web.clock import on_its_clock
from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.analyzer.worst_load import is_worse
from slogate.errors import RunFolderError
from slogate.redact import Redactor
from slogate.runs.page_evidence import EvidenceFolder, EvidenceInfo, FrameInfo
from slogate.slo.conditions import Condition, under
from slogate.vitals.filmstrip import strip
from slogate.vitals.har import har
from slogate.vitals.journeys import PageJourney
from slogate.vitals.settle import Pace
from slogate.vitals.visit import Visit
from slogate.vitals.witness import Film, Snapshot

_LEAST_QUIET_MS = 1000.0


@dataclass
class _Worst:
    """The worst load of a page under one condition so far."""

    visit: Visit
    load: PageLoad
    info: EvidenceInfo
    folder: EvidenceFolder | None  # None: it could not be made


class Evidence:
    """The evidence of one run, under `base`, a folder `pages` in the run folder."""

    def __init__(self, base: Path, redact: Redactor) -> None:
        self._base = base
        self._redact = redact
        self._worst: dict[tuple[PageJourney, Condition], _Worst] = {}

    def snapshot(self, visit: Visit) -> Snapshot:
        """What watches a load that may be judged: it takes a picture if that is the worst of its page so far."""
        return Snapshot(lambda load: self._counts(visit, load))

    def add(self, visit: Visit, load: PageLoad, snapshot: Snapshot) -> None:
        """Keeps a judged load in place of the one before it, if it is worse."""
        if not self._counts(visit, load):
            return
        before = self._worst.get((visit.journey, visit.when))
        notes = [*map(self._redact, snapshot.problems)]
        info = EvidenceInfo(page=load.page, when=load.when, index=load.index, notes=notes)
        if snapshot.jpeg is None and not info.notes:
            info.notes.append("no screenshot: there was no page to take it of")
        folder = self._folder(under(load.page, load.when), info) if before is None else before.folder
        worst = self._worst[visit.journey, visit.when] = _Worst(visit, load, info, folder)
        if snapshot.jpeg is not None and self._write(worst, "screenshot.jpg", snapshot.jpeg):
            info.screenshot = "screenshot.jpg"
        if self._write(worst, "load.har", json.dumps(har(on_its_clock(load))).encode()):
            info.har = "load.har"
        self._write_info(worst)

    def visits(self, when: Condition) -> Iterator[Visit]:
        """The evidence loads to make under a condition: like the worst of each page, watched for as long as its largest
        paint took.
        """
        for worst in self._worst.values():
            if worst.visit.when == when and worst.folder is not None:
                yield replace(worst.visit, pace=_pace(worst.load))

    def film(self) -> Film:
        """What watches an evidence load."""
        return Film(self._redact)

    def add_film(self, visit: Visit, load: PageLoad, film: Film) -> None:
        """Keeps what was filmed."""
        worst = self._worst[visit.journey, visit.when]
        worst.info.filmed = load
        worst.info.notes += map(self._redact, film.problems)
        names: dict[bytes, str] = {}  # what has not changed is kept once
        for frame in strip(film.frames, _last_milestone_ms(load)):
            name = names.get(frame.jpeg, f"frame-{len(names) + 1:02}.jpg")
            if frame.jpeg in names or self._write(worst, name, frame.jpeg):
                names[frame.jpeg] = name
                worst.info.frames.append(FrameInfo(file=name, at_ms=frame.at_ms))
        if film.trace is not None and self._write(worst, "trace.zip", film.trace):
            worst.info.trace = "trace.zip"
        self._write_info(worst)

    def not_filmed(self, visit: Visit, why: str) -> None:
        """Notes why there is no film."""
        worst = self._worst[visit.journey, visit.when]
        worst.info.notes.append(f"no filmstrip and no trace: {why}")
        self._write_info(worst)

    def _counts(self, visit: Visit, load: PageLoad) -> bool:
        worst = self._worst.get((visit.journey, visit.when))
        return not visit.warmup and (worst is None or is_worse(load, worst.load))

    def _folder(self, name: str, info: EvidenceInfo) -> EvidenceFolder | None:
        try:
            return EvidenceFolder.create(self._base, name)
        except RunFolderError as error:
            info.notes.append(error.message)
            return None

    def _write(self, worst: _Worst, name: str, content: bytes) -> bool:
        if worst.folder is None:
            return False
        try:
            worst.folder.write(name, content)
        except RunFolderError as error:
            worst.info.notes.append(f"{name} is missing: {error.message}")
            return False
        return True

    def _write_info(self, worst: _Worst) -> None:
        """Without evidence.json the other files would be of an unknown load, so they go too."""
        if worst.folder is None:
            return
        try:
            worst.folder.write_info(worst.info)
        except RunFolderError as error:
            worst.info.notes.append(error.message)
            with suppress(RunFolderError):  # a disk that takes nothing may not let go either
                worst.folder.clear()


def _pace(load: PageLoad) -> Pace:
    """Quiet for as long as the worst load's largest paint came after its load event, and a second more."""
    lcp_ms, load_end_ms = METRICS["lcp"].measure(load).value, on_its_clock(load).timing.load_end_ms
    if load.outcome is not LoadOutcome.OK or lcp_ms is None or load_end_ms is None:
        return Pace()
    full = Pace().quiet_ms
    after_ms = max(0.0, load_end_ms)  # that of a soft navigation's document was before
    return Pace(quiet_ms=min(full, max(0.0, lcp_ms - after_ms) + _LEAST_QUIET_MS))


def _last_milestone_ms(load: PageLoad) -> float:
    """Until when something is worth seeing: the paints and the load event. A load without any: its whole recording."""
    load = on_its_clock(load)
    seen = [paint.start_ms for paint in load.paints] + [candidate.start_ms for candidate in load.lcp_candidates]
    seen += [] if load.timing.load_end_ms is None else [load.timing.load_end_ms]
    return max(seen, default=load.end_ms if load.end_ms is not None else 0.0)
