"""Makes the page loads of a plan, one at a time, and writes each down before the next begins.

Stopping a stranger's document before it is asked for slows the load in which it is done. So a page is guarded until
one load has shown that it stays with the hosts that are named, which is the warm-up load. If a page goes elsewhere
after all, that load is not judgeable, and every page is guarded again.

Evidence loads come after all others under the same condition, which they could disturb.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from playwright.sync_api import Error as PlaywrightError

from slogate.analyzer.web import METRICS
from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.errors import CutShortError, SlogateError
from slogate.redact import Redactor
from slogate.runs.pages import PageLoadWriter
from slogate.slo.conditions import Condition, conditions_of
from slogate.slo.profile import ENGINES
from slogate.vitals.capture import capture
from slogate.vitals.cpu_benchmark import cpu_benchmark
from slogate.vitals.credentials import Credentials
from slogate.vitals.endings import Ending
from slogate.vitals.evidence import Evidence
from slogate.vitals.hold import Hold
from slogate.vitals.journeys import PageJourney
from slogate.vitals.lifetime import Lifetime
from slogate.vitals.plan import PagesPlan
from slogate.vitals.rounds import Rounds
from slogate.vitals.running import RunningBrowser
from slogate.vitals.sessions import LoginFailed, Sessions
from slogate.vitals.site import Site
from slogate.vitals.storage import read_storage
from slogate.vitals.visit import Visit, not_loaded
from slogate.vitals.witness import Witness

Tell = Callable[..., None]
Made = dict[Condition, dict[str, int]]
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
        self._endless: dict[PageJourney, Ending] = {}  # pages whose journey had to be ended: not tried again
        self._sessions = Sessions(self._site, deadline_s=plan.deadline_s)
        self._evidence = None if plan.evidence is None else Evidence(plan.evidence, redact)
        self.running = self._start_browser()

    def run(self, pages: Sequence[PageJourney], writer: PageLoadWriter) -> Made:
        """Makes every load; returns how many judged ones there are of each page, under each condition.

        Raises `CutShortError` or `RunFolderError`.
        """
        with self._browser():
            self._tell("cpu_benchmark", index=cpu_benchmark(self.running))
        rounds = Rounds(self._plan, pages, self._site, self._lifetime, self._tell)
        made: Made = {condition: {journey.name: 0 for journey in pages} for condition in ("idle", "loaded")}
        self._make(rounds.warm_up(), writer, made)
        if "idle" in conditions_of(self._plan.when):
            self._make(rounds.idle(), writer, made)
            self._film("idle")
        if "loaded" in conditions_of(self._plan.when):
            self._tell("waiting")
            hold = Hold.begun(self._lifetime, lambda: self._clock_us() / 1e6)
            self._make(rounds.loaded(hold), writer, made, hold)
            self._film("loaded", hold)
        return made

    def _make(self, visits: Iterable[Visit], writer: PageLoadWriter, made: Made, hold: Hold | None = None) -> None:
        for visit in visits:
            self._lifetime.check()
            snapshot = None if self._evidence is None else self._evidence.snapshot(visit)
            self._tell_begun(visit)
            load = self._load(visit, snapshot)
            writer.append(load)
            if not load.warmup:
                made[load.when][load.page] += 1
            self._tell_load(load)
            if self._evidence is not None and snapshot is not None and (hold is None or hold.lasted_for(load)):
                self._evidence.add(visit, load, snapshot)

    def _film(self, when: Condition, hold: Hold | None = None) -> None:
        """One load of each page that is filmed and not judged. Raises only what ends the process."""
        evidence = self._evidence
        if evidence is None:
            return
        for visit in evidence.visits(when):
            if hold is not None and not hold.has_time:
                evidence.not_filmed(visit, "the load was over before there was time for them")
                continue
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

    def _load(self, visit: Visit, witness: Witness | None) -> PageLoad:
        """Makes one load, and sees to it that there is a browser for the next."""
        if (ending := self._endless.get(visit.journey)) is not None:
            load = not_loaded(visit, self._clock_us(), ending, self._clock_us())
            return replace(load, browser=self.running.engine, browser_version=self.running.browser.version)
        with self._browser():
            load = self._signed_in_load(replace(visit, guarded=visit.journey not in self._trusted), witness)
        if self.running.timed_out is not None:
            if load.outcome is LoadOutcome.JOURNEY_ERROR:
                self._endless[visit.journey] = Ending(load.outcome, f"not tried again: {load.reason}")
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
        journey, credentials, began_us = visit.journey, self._credentials.get(visit.journey), self._clock_us()
        visit = replace(visit, credentials=credentials)
        if journey.storage is not None:
            visit = replace(visit, storage=read_storage(journey.storage))
        elif journey.login is not None:
            try:
                visit = replace(visit, storage=self._sessions.state(journey.login, self.running, credentials))
            except LoginFailed as failure:
                ending = Ending(failure.outcome, self._redact(str(failure)))
                return not_loaded(visit, began_us, ending, self._clock_us())
        return capture(self.running, visit, redact=self._redact, clock_us=self._clock_us, witness=witness)

    def _clock_us(self) -> int:
        return time.monotonic_ns() // 1000 + self._plan.wall_offset_us

    def _start_browser(self) -> RunningBrowser:
        self._lifetime.check()
        running = self._launch()
        self._lifetime.owns(running)
        return running

    def _tell_begun(self, visit: Visit) -> None:
        """Tells the parent what is loaded now: all that is known if this process does not live to say how it went."""
        self._tell(
            "page_begun",
            page=visit.journey.name,
            index=visit.index,
            warmup=visit.warmup,
            throttle=visit.journey.throttle,
            when=visit.when,
            started_at_us=self._clock_us(),
            where=visit.journey.location,
        )

    def _tell_load(self, load: PageLoad) -> None:
        """Tells the parent of a load, with its metrics, each in its unit, for display only."""
        metrics = {name: metric.measure(load).value for name, metric in METRICS.items()}
        self._tell(
            "page_load",
            page=load.page,
            index=load.index,
            of=self._plan.warmup_loads if load.warmup else self._plan.most_page_loads,
            warmup=load.warmup,
            when=load.when,
            outcome=load.outcome,
            reason=load.reason[:_MAX_REASON],
            metrics=metrics,
        )
