"""Makes the page loads of a plan, one at a time, and writes each down before the next begins.

Loads are interleaved (the first of every page, then the second of every page), so that a drift of the machine or the
target hits all pages alike.

Stopping a stranger's document before it is asked for slows the load in which it is done. So a page is guarded until
one load has shown that it stays with the hosts that are named, which is the warm-up load. If a page goes elsewhere
after all, that load is not judgeable, and every page is guarded again.

Evidence loads come last, when there is nothing left that they could disturb.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from playwright.sync_api import Error as PlaywrightError

from slogate.analyzer.web import METRICS
from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.errors import CutShortError, SlogateError
from slogate.redact import Redactor
from slogate.runs.pages import PageLoadWriter
from slogate.vitals.capture import Visit, capture, not_loaded
from slogate.vitals.endings import Ending
from slogate.vitals.evidence import Evidence
from slogate.vitals.journeys import PageJourney
from slogate.vitals.lifetime import Lifetime
from slogate.vitals.plan import PagesPlan
from slogate.vitals.running import RunningBrowser
from slogate.vitals.sessions import LoginFailed, Sessions
from slogate.vitals.settle import Pace
from slogate.vitals.site import Site
from slogate.vitals.witness import Witness

Tell = Callable[..., None]
_MAX_REASON = 1000  # an event must fit into one atomic write to a pipe


class Measurement:
    """The loads of one plan, in one browser, which is launched anew when a page made it hang."""

    def __init__(
        self, plan: PagesPlan, launch: Callable[[], RunningBrowser], lifetime: Lifetime, redact: Redactor, tell: Tell
    ) -> None:
        self._plan = plan
        self._launch = launch
        self._lifetime = lifetime
        self._redact = redact
        self._tell = tell
        hosts = frozenset(host.lower() for host in plan.allowed_hosts)
        self._site = Site(base_url=plan.base_url, allowed_hosts=hosts, verify_tls=plan.verify_tls)
        self._trusted: set[PageJourney] = set()  # pages that a guarded load has shown to stay with the hosts named
        self._sessions = Sessions(self._site, deadline_s=plan.deadline_s)
        self._evidence = None if plan.evidence is None else Evidence(plan.evidence, redact)
        self.running = self._start_browser()

    def run(self, pages: Sequence[PageJourney], writer: PageLoadWriter) -> int:
        """Makes every load; returns how many there were. Raises `CutShortError` or `RunFolderError`."""
        made = 0
        for visit in self._visits(pages):
            self._lifetime.check()
            snapshot = None if self._evidence is None else self._evidence.snapshot(visit)
            load = self._load(visit, snapshot)
            writer.append(load)
            made += 1
            self._tell_load(load)
            if self._evidence is not None and snapshot is not None:
                self._evidence.add(visit, load, snapshot)
        if self._evidence is not None:
            self._make_evidence_loads(self._evidence)
        return made

    def _make_evidence_loads(self, evidence: Evidence) -> None:
        """One load of each page that is filmed and not judged. Raises only what ends the process."""
        for visit in evidence.visits():
            self._lifetime.check()
            self._tell("evidence_load", page=visit.journey.name)
            film = evidence.film()
            try:
                load = self._load(visit, film)
            except SlogateError as error:
                self._lifetime.check()
                evidence.not_filmed(visit, error.message)
                return  # there is no browser any more
            evidence.add_film(visit, load, film)

    def _visits(self, pages: Sequence[PageJourney]) -> Iterator[Visit]:
        for warmup, loads in ((True, self._plan.warmup_loads), (False, self._plan.page_loads)):
            pace = Pace(quiet_ms=0) if warmup else Pace()
            for index in range(1, loads + 1):
                for journey in pages:
                    yield Visit(
                        journey=journey,
                        site=self._site,
                        index=index,
                        warmup=warmup,
                        pace=pace,
                        deadline_s=self._plan.deadline_s,
                    )

    def _load(self, visit: Visit, witness: Witness | None) -> PageLoad:
        """Makes one load, and sees to it that there is a browser for the next."""
        try:
            load = self._signed_in_load(replace(visit, guarded=visit.journey not in self._trusted), witness)
        except PlaywrightError as error:
            self._lifetime.check()
            said = self.running.timed_out or self.running.why_gone()
            said = said or f"the browser failed: {self._redact(str(error)).splitlines()[0]}"
            raise CutShortError(said, cure="run again; if it happens again, see whether memory runs out") from error
        if self.running.timed_out is not None:
            self.running = self._start_browser()
        if load.outcome is LoadOutcome.OK:
            self._trusted.add(visit.journey)
        elif load.outcome is LoadOutcome.REDIRECTED_AWAY:
            self._trusted.clear()
        return load

    def _signed_in_load(self, visit: Visit, witness: Witness | None) -> PageLoad:
        login = visit.journey.login
        if login is not None:
            try:
                visit = replace(visit, storage=self._sessions.state(login, self.running))
            except LoginFailed as failure:
                ending = Ending(failure.outcome, self._redact(str(failure)))
                return not_loaded(visit, self._clock_us(), ending)
        return capture(self.running, visit, redact=self._redact, clock_us=self._clock_us, witness=witness)

    def _clock_us(self) -> int:
        return time.monotonic_ns() // 1000 + self._plan.wall_offset_us

    def _start_browser(self) -> RunningBrowser:
        self._lifetime.check()
        running = self._launch()
        self._lifetime.owns(running)
        return running

    def _tell_load(self, load: PageLoad) -> None:
        """Tells the parent of a load, with its metrics for display only."""
        metrics = {f"{name}_ms": metric(load).value_ms for name, metric in METRICS.items()}
        self._tell(
            "page_load",
            page=load.page,
            index=load.index,
            of=self._plan.warmup_loads if load.warmup else self._plan.page_loads,
            warmup=load.warmup,
            outcome=load.outcome,
            reason=load.reason[:_MAX_REASON],
            **metrics,
        )
