"""Conducts the collectors of one run, in order, and keeps its folder true whatever happens on the way.

    Locust and the page loader start and say ready -> pages are loaded, one at a time -> the load runs, and pages are
    loaded meanwhile where the profile says so -> tables are settled

The target's host is sampled from beginning to end. Nothing is computed here: a collector writes facts, and the
analyzer reads them later.
"""

import time
import uuid
from collections.abc import Mapping

from slogate.analyzer.evidence import RunState
from slogate.channel import Event
from slogate.crew import Conversation, Crew
from slogate.errors import BrowserError, ConfigError, CutShortError, MeasurementError, RunFolderError, SlogateError
from slogate.host.sources import Sampler, elsewhere, process_sampler_of, sampler_of
from slogate.interruption import Interruption
from slogate.load_side import LoadSide
from slogate.page_side import PageSide
from slogate.process import Child
from slogate.redact import without_credentials
from slogate.report.progress import Progress
from slogate.runs.folder import RunFolder
from slogate.runs.record import Record
from slogate.setup import Setup
from slogate.slo.host import Host
from slogate.slo.model import Area
from slogate.under_way import RunUnderWay


class Measurement:
    """One run from its first process to its settled folder. `failure` says why it is not complete, if it is not."""

    def __init__(self, setup: Setup, folder: RunFolder, progress: Progress, environ: Mapping[str, str]) -> None:
        run_id = uuid.uuid4().hex
        self._interruption = Interruption(self._kill_everything)
        self._run = RunUnderWay(
            setup,
            folder,
            Crew(run_id, environ, asked_to_end=lambda: self._interruption.requested, tick=self._tick, told=self._told),
            Record.begin(setup.record_fields(), run_id, folder),
            progress,
            wall_offset_us=round((time.time() - time.monotonic()) * 1e6),
        )
        self._sampler: Sampler | None = None
        self._process_sampler: Sampler | None = None
        self._environ = environ
        self._load: LoadSide | None = None
        self._pages: PageSide | None = None
        self.failure: SlogateError | None = None

    def run(self) -> None:
        """Measures everything.

        Raises what stops a run before it has measured anything; what breaks it later is kept in `failure`, beside what
        was measured. A mistake in a file leaves no folder behind, anything else leaves its logs.
        """
        run = self._run
        with self._interruption:
            try:
                run.folder.write_text("slo.yaml", run.setup.file.text)
                run.record.write()
                run.crew.guard(run.folder.path)
                self._measure()
                run.record.state = RunState.COMPLETE
            except CutShortError as error:
                self._broke(RunState.INTERRUPTED, error)
            except SlogateError as error:
                self._broke(RunState.FAILED, error)
            except OSError as error:
                self._broke(RunState.FAILED, MeasurementError(f"the run could not go on: {error}"))
            except BaseException:  # a defect of ours: the folder must not go on saying that the run goes on
                run.record.state = RunState.FAILED
                raise
            finally:
                self._finish()
        if self.failure is not None and not run.measured_something:
            if isinstance(self.failure, ConfigError | BrowserError):
                run.folder.discard()
            raise self.failure

    def _measure(self) -> None:
        run, areas = self._run, self._run.setup.areas
        run.progress.phase("starting", None)
        self._sample_host()
        load = self._load = LoadSide(run) if Area.API in areas else None
        pages = self._pages = PageSide(run) if Area.WEB in areas else None
        run.crew.follow({side.child: side.get_ready() for side in (load, pages) if side is not None})
        run.record.write()
        if pages is not None:
            run.crew.follow({pages.child: pages.before_the_load()})
            run.crew.wait_for_released()  # a browser that is done takes no CPU from the load
        if load is not None:
            companion = pages if pages is not None and pages.meets_the_load else None
            conversations: dict[Child, Conversation] = {load.child: load.hold(companion)}
            if companion is not None:
                conversations[companion.child] = companion.under_load()
            run.crew.follow(conversations)
            run.crew.wait_for_released()
            load.is_gone()
        if load is None and pages is None:
            self._watch_host()

    def _watch_host(self) -> None:
        """A run of resources alone watches the host for the profile's duration: somebody else makes the load."""
        run = self._run
        with run.phase("load"):
            end_s = run.now_s() + run.setup.profile.judged_s
            run.progress.phase("watching the host", end_s)
            while run.now_s() < end_s:
                run.crew.pause()

    def _sample_host(self) -> None:
        setup = self._run.setup
        targets = [url for area, url in setup.targets.items() if area in setup.areas]
        remote = elsewhere(targets)
        if remote is not None:
            self._run.record.host_is_elsewhere(without_credentials(remote))
        self._sampler = sampler_of(
            setup.file.slo.host,
            self._run.folder.parts / "host.arrows",
            self._run.wall_offset_us,
            target_is_here=remote is None,
            verify_tls=setup.verify_tls,
        )
        if self._sampler is not None:
            self._run.record.host_told_by(self._sampler.name, self._sampler.kind)
            self._sampler.start()
        self._sample_processes(setup.file.slo.host, remote)

    def _sample_processes(self, host: Host | None, remote: str | None) -> None:
        if host is None or not host.processes:
            return
        if remote is not None:
            self._run.record.processes_trouble(
                f"{without_credentials(remote)} is on another machine, whose processes are not sampled"
            )
            return
        path = self._run.folder.parts / "processes.arrows"
        self._process_sampler = process_sampler_of(host.processes, path, self._run.wall_offset_us, self._environ)
        self._run.record.processes_watched({name: str(process) for name, process in host.processes.items()})
        self._process_sampler.start()

    # While something is awaited

    def _tick(self) -> None:
        self._tell_of_silence()
        live = self._load.tick() if self._load is not None else None
        self._run.progress.tick(live, self._sampler.latest if self._sampler is not None else {})

    def _tell_of_silence(self) -> None:
        """As soon as it is known: somebody may still be there to end the run and mend it."""
        for sampler in (self._sampler, self._process_sampler):
            if sampler is not None and (why := sampler.silence()):
                self._run.progress.note(f"{why}; objectives that need it cannot be judged unless that comes back")

    def _told(self, event: Event) -> None:
        progress = self._run.progress
        if self._pages is not None:
            self._pages.told(event)
        match event["event"]:
            case "page_load":
                progress.page_load(event)
            case "evidence_load":
                progress.note(f"one more load of {event['page']}, which is filmed and not judged")
            case "cpu_benchmark":
                self._run.record.cpu_benchmark(event["index"])
            case "signing_in":
                progress.signing_in(event)
            case "gathering":
                progress.note("{joined} of {expected} load generators are here".format(**event))
            case "note":
                progress.note(str(event["text"]))
            case "generator_lost":
                progress.note("load generator {worker} ({host}) was lost; the others go on".format(**event))

    # The end

    def _broke(self, state: RunState, error: SlogateError) -> None:
        self._run.record.state, self._run.record.reason = state, error.message
        self.failure = error

    def _finish(self) -> None:
        """Ends all processes, settles the tables, and tells the guardian that all is in order."""
        run = self._run
        logs = run.crew.logs() if self.failure is not None else {}
        self._keep_the_load_under_way()
        run.crew.stop()
        if self._process_sampler is not None:
            self._process_sampler.stop()
            if self._process_sampler.trouble:
                run.record.processes_trouble(self._process_sampler.trouble)
        if self._sampler is not None:
            self._sampler.stop(patient=self.failure is None)
            run.record.host_clock(self._sampler.clock_ahead_s)
            if self._sampler.trouble:
                run.record.host_trouble(self._sampler.trouble)
                run.progress.note(f"of the target's host something is missing: {self._sampler.trouble}")
        try:
            run.folder.release_reserve()
            run.record.end(run.now_s())
            for name, text in logs.items():
                run.folder.keep_log(name, text)
            run.folder.settle()
        except SlogateError as error:
            self.failure = self.failure or error
        run.crew.dismiss_guardian()

    def _keep_the_load_under_way(self) -> None:
        """Before the others are stopped: the page loader may have ended by itself."""
        if self.failure is None or self._pages is None or not self._pages.is_at_work:
            return
        try:
            self._pages.keep_the_load_under_way(self.failure)
        except RunFolderError as error:
            self._run.progress.note(error.message)

    def _kill_everything(self) -> str:
        path = self._run.folder.path
        self._run.crew.kill()
        return f"ended at once; what was measured is in {path}: slogate judge {path}"
