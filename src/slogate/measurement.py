"""Conducts the collectors of one run, in order, and keeps its folder true whatever happens on the way.

    Locust and the page loader start and say ready -> pages are loaded, one at a time -> the load runs -> tables are
    settled

The target's host is sampled from beginning to end. Nothing is computed here: a collector writes facts, and the
analyzer reads them later.
"""

import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from slogate.analyzer.evidence import RunState
from slogate.analyzer.judge_pages import undecided_pages
from slogate.channel import Event
from slogate.crew import Crew
from slogate.errors import BrowserError, ConfigError, CutShortError, MeasurementError, SlogateError
from slogate.host.address import is_this_machine
from slogate.host.local import LocalSampler
from slogate.interruption import Interruption
from slogate.load.launch import options_in, start_locust, users_for
from slogate.load.plan import LoadPlan
from slogate.process import Child
from slogate.redact import without_credentials
from slogate.report.progress import Progress
from slogate.runs.early_end import EarlyEnd
from slogate.runs.folder import RunFolder
from slogate.runs.info import PagesInfo
from slogate.runs.live import LiveLatencies
from slogate.runs.reading import read_pages
from slogate.runs.record import Record
from slogate.setup import Setup
from slogate.slo.model import Area
from slogate.vitals.plan import PagesPlan

_START_TIMEOUT_S = 90.0
_JOIN_TIMEOUT_S = 600.0  # generators on other machines, which people or a scheduler start
_SIGN_IN_TIMEOUT_S = 300.0
_MOST_SILENCE_S = 30.0  # of a generator under load, which says once a second that it goes on
_LEAST_GRACE_S = 10.0
_SEED = 1


class Measurement:
    """One run from its first process to its settled folder. `failure` says why it is not complete, if it is not."""

    def __init__(self, setup: Setup, folder: RunFolder, progress: Progress, environ: Mapping[str, str]) -> None:
        self._setup = setup
        self._folder = folder
        self._progress = progress
        self._wall_offset_us = round((time.time() - time.monotonic()) * 1e6)
        run_id = uuid.uuid4().hex
        self._interruption = Interruption(self._kill_everything)
        self._crew = Crew(
            run_id, environ, asked_to_end=lambda: self._interruption.requested, tick=self._tick, told=self._told
        )
        self._record = Record.begin(setup.record_fields(), run_id, folder)
        self._sampler: LocalSampler | None = None
        self._live: LiveLatencies | None = None
        self._early_end: Callable[[], None] | None = None
        self._measured_something = False
        self.failure: SlogateError | None = None

    def run(self) -> None:
        """Measures everything.

        Raises what stops a run before it has measured anything; what breaks it later is kept in `failure`, beside what
        was measured. A mistake in a file leaves no folder behind, anything else leaves its logs.
        """
        with self._interruption:
            try:
                self._folder.write_text("slo.yaml", self._setup.file.text)
                self._record.write()
                self._crew.guard(self._folder.path)
                self._measure()
                self._record.state = RunState.COMPLETE
            except CutShortError as error:
                self._broke(RunState.INTERRUPTED, error)
            except SlogateError as error:
                self._broke(RunState.FAILED, error)
            except OSError as error:
                self._broke(RunState.FAILED, MeasurementError(f"the run could not go on: {error}"))
            except BaseException:  # a defect of ours: the folder must not go on saying that the run goes on
                self._record.state = RunState.FAILED
                raise
            finally:
                self._finish()
        if self.failure is not None and not self._measured_something:
            if isinstance(self.failure, ConfigError | BrowserError):
                self._folder.discard()
            raise self.failure

    def _measure(self) -> None:
        self._progress.phase("starting", None)
        self._sample_host()
        areas = self._setup.areas
        locust = self._start_locust() if Area.API in areas else None
        pages = self._start_pages() if Area.WEB in areas else None
        if locust is not None:
            timeout_s = _START_TIMEOUT_S + (_JOIN_TIMEOUT_S if self._setup.generators.expected is not None else 0.0)
            self._record.load_users(int(self._crew.wait_for(locust, "ready", timeout_s)["users"]))
        if pages is not None:
            ready = self._crew.wait_for(pages, "ready", _START_TIMEOUT_S)
            self._setup.check_page_names(ready["known_pages"])
            self._record.pages(self._planned_pages(ready))
            self._record.tool("browser", "{engine} {version}".format(**ready["browser"]))
        self._record.write()
        if pages is not None:
            self._load_pages(pages)
        if locust is not None:
            self._drive_load(locust)
        if locust is None and pages is None:
            self._watch_host()

    def _planned_pages(self, ready: Event) -> PagesInfo:
        return PagesInfo(
            planned=ready["pages"],
            known=ready["known_pages"],
            loads=self._setup.profile.page_loads,
            max_loads=self._setup.profile.max_page_loads,
            warm=ready["warm_pages"],
            soft=ready["soft_pages"],
            connected=self._setup.cdp is not None,
            browser=self._setup.profile.browser,
        )

    def _load_pages(self, child: Child) -> None:
        profile = self._setup.profile
        with self._phase("pages"):
            child.command("go")
            self._measured_something = True
            for _ in range(profile.page_loads, profile.most_page_loads):
                self._crew.wait_for(child, "round")
                undecided = undecided_pages(self._setup.file.slo, read_pages(self._folder))
                child.command("more", pages=undecided)
                if not undecided:
                    break
            self._record.pages_made(self._crew.wait_for(child, "finished")["loads"])
        self._crew.release(child)

    def _drive_load(self, child: Child) -> None:
        began_s = self._now_s()
        self._live = LiveLatencies(self._folder.parts / "requests.arrows")
        self._progress.load_limits(self._setup.file.slo.objectives())
        self._progress.phase("sign-in", None)
        child.command("go")
        self._measured_something = True
        started = self._crew.wait_for(child, "started", _SIGN_IN_TIMEOUT_S)
        self._record.phase("sign-in", began_s, started["start_s"])
        self._record.phase("warm-up", started["start_s"], started["judged_s"])
        self._record.phase("load", started["judged_s"], started["end_s"], judged=True)
        self._record.write()
        self._progress.phase("load", started["end_s"])
        self._early_end = self._watch_for_an_early_end(child)
        self._record.load_finished(self._crew.wait_for(child, "finished", silence_s=_MOST_SILENCE_S))
        self._crew.release(child)

    def _watch_for_an_early_end(self, child: Child) -> Callable[[], None] | None:
        """Where the profile says `abort: fail`, what ends the load as soon as that is sure."""
        if self._setup.profile.abort == "never":
            return None
        slo = self._setup.file.slo
        watch = EarlyEnd(
            self._folder.parts / "requests.arrows",
            slo.objectives(),
            slo.ignored_endpoints(),
            1 - slo.policy.confidence,
            self._setup.longest_latency_limit_s,
        )
        look = watch.sure_to_fail if self._setup.profile.abort == "fail" else watch.all_decided
        next_s = 0.0

        def end_when_decided() -> None:
            nonlocal next_s
            if self._now_s() < next_s:
                return
            next_s = self._now_s() + 1.0
            if reason := look(self._now_s()):
                self._progress.note(f"the load ends early: {reason}")
                child.command("end", reason=reason)
                self._early_end = None

        return end_when_decided

    def _watch_host(self) -> None:
        """A run of resources alone watches the host for the profile's duration: somebody else makes the load."""
        with self._phase("load"):
            self._measured_something = True
            end_s = self._now_s() + self._setup.profile.judged_s
            self._progress.phase("watching the host", end_s)
            while self._now_s() < end_s:
                self._crew.pause()

    # Collectors

    def _sample_host(self) -> None:
        targets = [url for area, url in self._setup.targets.items() if area in self._setup.areas]
        remote = next((url for url in targets if not is_this_machine(url)), None)
        if remote is not None:
            self._record.host_is_elsewhere(without_credentials(remote))
            return
        self._sampler = LocalSampler(self._folder.parts / "host.arrows", self._wall_offset_us)
        self._sampler.start()

    def _start_locust(self) -> Child:
        profile, generators = self._setup.profile, self._setup.generators
        longest_limit_s = self._setup.longest_latency_limit_s
        rates = profile.rate_plan
        plan = LoadPlan(
            stretches=None if rates is None else rates.stretches,
            users=profile.users or profile.max_users or users_for(rates.peak_per_s if rates else 0.0, longest_limit_s),
            arrivals=profile.arrivals,
            seed=_SEED,
            warmup_s=profile.warmup_s,
            duration_s=profile.judged_s,
            grace_s=max(_LEAST_GRACE_S, 2 * longest_limit_s),
            allowed_hosts=tuple(sorted(self._setup.allowed_hosts)),
            requests_path=str(self._folder.parts / "requests.arrows"),
            generator_path=str(self._folder.parts / "generator.arrows"),
            wall_offset_us=self._wall_offset_us,
            workers=generators.count,
            workers_timeout_s=_START_TIMEOUT_S if generators.expected is None else _JOIN_TIMEOUT_S,
            verify_tls=self._setup.verify_tls,
        )
        self._record.load_planned(rates, plan.users, plan.arrivals, plan.seed, plan.warmup_s, plan.duration_s)
        if ignored := options_in(self._crew.environ):
            self._progress.note(f"{', '.join(ignored)}: ignored; a run is what slo.yaml and the command line say")
        target = self._setup.targets[Area.API]
        return self._crew.add(
            start_locust(
                plan,
                self._setup.locustfiles,
                target,
                folder=self._folder.parts,
                environ=self._crew.environ,
                processes=generators.processes,
                bind=generators.bind if generators.expected is not None else None,
            )
        )

    def _start_pages(self) -> Child:
        profile = self._setup.profile
        plan = PagesPlan(
            journeys=list(self._setup.journeys),
            base_url=self._setup.targets[Area.WEB],
            allowed_hosts=sorted(self._setup.allowed_hosts),
            pages=profile.pages,
            page_loads=profile.page_loads,
            max_page_loads=profile.max_page_loads,
            browser=profile.browser,
            cdp=self._setup.cdp,
            output=self._folder.path / "pages.jsonl",
            evidence=self._folder.path / "pages",
            wall_offset_us=self._wall_offset_us,
            known_secrets_env=self._setup.secret_variables,
            verify_tls=self._setup.verify_tls,
        )
        path = self._folder.parts / "pages-plan.json"
        plan.write(path)
        arguments = [sys.executable, "-m", "slogate.vitals", str(path)]
        log_path = self._folder.parts / "pages.log"
        return self._crew.add(Child("the page loader", arguments, log_path=log_path, environ=self._crew.environ))

    # While something is awaited

    def _tick(self) -> None:
        if self._early_end is not None:
            self._early_end()
        live = self._live.read() if self._live is not None else None
        self._progress.tick(live, self._sampler.latest if self._sampler is not None else {})

    def _told(self, event: Event) -> None:
        match event["event"]:
            case "page_load":
                self._progress.page_load(event)
            case "cpu_benchmark":
                self._record.cpu_benchmark(event["index"])
            case "signing_in":
                self._progress.signing_in(event)
            case "gathering":
                self._progress.note("{joined} of {expected} load generators are here".format(**event))
            case "note":
                self._progress.note(str(event["text"]))
            case "generator_lost":
                self._progress.note("load generator {worker} ({host}) was lost; the others go on".format(**event))

    # The end

    def _broke(self, state: RunState, error: SlogateError) -> None:
        self._record.state, self._record.reason = state, error.message
        self.failure = error

    def _finish(self) -> None:
        """Ends all processes, settles the tables, and tells the guardian that all is in order."""
        logs = self._crew.logs() if self.failure is not None else {}
        self._crew.stop()
        if self._sampler is not None:
            self._sampler.stop()
            if self._sampler.failure:
                self._progress.note(self._sampler.failure)
        try:
            self._folder.release_reserve()
            self._record.end(self._now_s())
            for name, text in logs.items():
                self._folder.keep_log(name, text)
            self._folder.settle()
        except SlogateError as error:
            self.failure = self.failure or error
        self._crew.dismiss_guardian()

    def _kill_everything(self) -> str:
        self._crew.kill()
        return f"ended at once; what was measured is in {self._folder.path}: slogate judge {self._folder.path}"

    @contextmanager
    def _phase(self, name: str) -> Iterator[None]:
        self._progress.phase(name, None)
        with self._record.phase_under_way(name, self._now_s):
            yield

    def _now_s(self) -> float:
        return time.monotonic() + self._wall_offset_us / 1e6
