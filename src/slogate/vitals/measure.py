"""Makes the page loads of a plan, one at a time, and writes each down before the next begins.

Loads are interleaved (the first of every page, then the second of every page), so that a drift of the machine or the
target hits all pages alike. Further rounds are made for as long as whoever judges them asks for more.

Stopping a stranger's document before it is asked for slows the load in which it is done. So a page is guarded until
one load has shown that it stays with the hosts that are named, which is the warm-up load. If a page goes elsewhere
after all, that load is not judgeable, and every page is guarded again.

Evidence loads come last, when there is nothing left that they could disturb.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from playwright.sync_api import Error as PlaywrightError

from slogate.analyzer.web import METRICS
from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.errors import CutShortError, SlogateError
from slogate.redact import Redactor
from slogate.runs.pages import PageLoadWriter
from slogate.slo.profile import ENGINES
from slogate.vitals.capture import Visit, capture, not_loaded
from slogate.vitals.cpu_benchmark import cpu_benchmark
from slogate.vitals.credentials import Credentials
from slogate.vitals.endings import Ending
from slogate.vitals.evidence import Evidence
from slogate.vitals.journeys import PageJourney
from slogate.vitals.lifetime import Lifetime
from slogate.vitals.plan import PagesPlan
from slogate.vitals.running import RunningBrowser
from slogate.vitals.sessions import LoginFailed, Sessions
from slogate.vitals.settle import Pace
from slogate.vitals.site import Site
from slogate.vitals.storage import read_storage
from slogate.vitals.witness import Witness

Tell = Callable[..., None]
_AGAIN = "run again; if it happens again, see whether memory runs out"
_MAX_REASON = 1000  # an event must fit into one atomic write to a pipe


class Measurement:
    """The loads of one plan, in one browser, which is launched anew when a page made it hang."""

    def __init__(
        self,
        plan: PagesPlan,
        credentials: Mapping[PageJourney, Credentials],
        launch: Callable[[], RunningBrowser],
        lifetime: Lifetime,
        redact: Redactor,
        tell: Tell,
    ) -> None:
        self._plan = plan
        self._credentials = credentials
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

    def run(self, pages: Sequence[PageJourney], writer: PageLoadWriter) -> dict[str, int]:
        """Makes every load; returns how many judged ones there are of each page.

        Raises `CutShortError` or `RunFolderError`.
        """
        with self._browser():
            self._tell("cpu_benchmark", index=cpu_benchmark(self.running))
        made = {journey.name: 0 for journey in pages}
        for visit in self._visits(pages):
            self._lifetime.check()
            snapshot = None if self._evidence is None else self._evidence.snapshot(visit)
            load = self._load(visit, snapshot)
            writer.append(load)
            if not load.warmup:
                made[load.page] += 1
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
            if not self.running.devtools:
                evidence.not_filmed(visit, f"{ENGINES[self.running.engine]} cannot be filmed")
                continue
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
        for index in range(1, self._plan.warmup_loads + 1):
            yield from self._round(pages, index, warmup=True)
        for index in range(1, self._plan.page_loads + 1):
            yield from self._round(pages, index)
        for index in range(self._plan.page_loads + 1, self._most_loads + 1):
            names = self._undecided(index - 1)
            pages = [journey for journey in pages if journey.name in names]
            if not pages:
                return
            yield from self._round(pages, index)

    def _round(self, pages: Sequence[PageJourney], index: int, *, warmup: bool = False) -> Iterator[Visit]:
        pace = Pace(quiet_ms=0) if warmup else Pace()
        for journey in pages:
            yield Visit(
                journey=journey,
                site=self._site,
                index=index,
                warmup=warmup,
                pace=pace,
                deadline_s=self._plan.deadline_s,
            )

    def _undecided(self, loads: int) -> Collection[str]:
        """Asks the parent which pages to load once more; none where nobody is there to say."""
        self._tell("round", loads=loads)
        command = self._lifetime.wait_for("more")
        return command["pages"] if command is not None else ()

    @property
    def _most_loads(self) -> int:
        return self._plan.page_loads if self._plan.max_page_loads is None else self._plan.max_page_loads

    def _load(self, visit: Visit, witness: Witness | None) -> PageLoad:
        """Makes one load, and sees to it that there is a browser for the next."""
        with self._browser():
            load = self._signed_in_load(replace(visit, guarded=visit.journey not in self._trusted), witness)
        if self.running.timed_out is not None:
            self.running = self._start_browser()
        if load.outcome is LoadOutcome.OK:
            self._trusted.add(visit.journey)
        elif load.outcome is LoadOutcome.REDIRECTED_AWAY:
            self._trusted.clear()
        return replace(load, browser=self.running.engine, browser_version=self.running.browser.version)

    @contextmanager
    def _browser(self) -> Iterator[None]:
        """What is done inside needs a browser. Raises `CutShortError` when it is gone."""
        try:
            yield
        except PlaywrightError as error:
            self._lifetime.check()
            said = self.running.timed_out or self.running.why_gone()
            said = said or f"the browser failed: {self._redact(str(error)).splitlines()[0]}"
            raise CutShortError(said, cure=_AGAIN) from error
        except SlogateError:
            raise
        except Exception as error:
            gone = self.running.why_gone()  # then whatever was raised is because of that
            if gone is None:
                raise
            raise CutShortError(gone, cure=_AGAIN) from error

    def _signed_in_load(self, visit: Visit, witness: Witness | None) -> PageLoad:
        journey, credentials = visit.journey, self._credentials.get(visit.journey)
        visit = replace(visit, credentials=credentials)
        if journey.storage is not None:
            visit = replace(visit, storage=read_storage(journey.storage))
        elif journey.login is not None:
            try:
                visit = replace(visit, storage=self._sessions.state(journey.login, self.running, credentials))
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
        """Tells the parent of a load, with its metrics, each in its unit, for display only."""
        metrics = {name: metric.measure(load).value for name, metric in METRICS.items()}
        self._tell(
            "page_load",
            page=load.page,
            index=load.index,
            of=self._plan.warmup_loads if load.warmup else self._most_loads,
            warmup=load.warmup,
            outcome=load.outcome,
            reason=load.reason[:_MAX_REASON],
            metrics=metrics,
        )
