"""The page side of a run: a process that loads pages, before the load, while it holds, or both."""

import socket
import sys
from collections.abc import Generator
from urllib.parse import urlsplit

from slogate.analyzer.judge_pages import undecided_pages
from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.channel import Event
from slogate.crew import Await, Conversation
from slogate.errors import CutShortError, MeasurementError, SlogateError
from slogate.host.address import is_this_machine
from slogate.process import Child
from slogate.runs.info import PagesInfo
from slogate.runs.pages import PageLoadWriter
from slogate.runs.reading import read_pages
from slogate.slo.conditions import Condition, conditions_of
from slogate.slo.model import Area
from slogate.suite_files import check_page_names
from slogate.under_way import RunUnderWay
from slogate.vitals.plan import PagesPlan

START_TIMEOUT_S = 90.0
_LAST_WORDS_S = 2.0  # between what it says of its end and its end


class PageSide:
    """Starts the page loader. Its conversations are to be followed in the order in which they stand here."""

    def __init__(self, run: RunUnderWay) -> None:
        self._run = run
        self._pages_path = run.folder.path / "pages.jsonl"
        self._conditions = conditions_of(run.setup.profile.when)
        self._under_way: Event | None = None  # what it told when it began the load that it makes now
        self.child = self._start()
        self.is_at_work = True

    @property
    def meets_the_load(self) -> bool:
        """Whether pages are loaded while the load holds."""
        return "loaded" in self._conditions

    def get_ready(self) -> Conversation:
        """Waits until its browser runs. Raises `ConfigError` for a page of slo.yaml that no journey declares."""
        ready = yield Await(("ready",), START_TIMEOUT_S)
        check_page_names(self._run.setup.file, ready["known_pages"])
        self._run.record.pages(self._planned(ready))
        self._run.record.tool("browser", "{engine} {version}".format(**ready["browser"]))

    def before_the_load(self) -> Conversation:
        """All page loads but those under load: warm-up loads, and the idle ones where they are wanted."""
        idle = "idle" in self._conditions
        with self._run.phase("pages" if idle else "page warm-up", judged=idle):
            self.child.command("go")
            told = yield from self._rounds("idle", until="waiting" if self.meets_the_load else "finished")
            if not self.meets_the_load:
                self._finish(told)

    def under_load(self) -> Conversation:
        """The page loads while the load holds, which begin when `load_begins` is called."""
        told = yield from self._rounds("loaded", until="finished")
        self._finish(told)

    def load_begins(self, from_s: float, until_s: float) -> None:
        """The judged part of the load is planned for these times, in seconds since the epoch."""
        self.child.command("load_begins", from_s=from_s, until_s=until_s)

    def load_is_over(self, at_s: float) -> None:
        """It ended at that time, or it ends now: no page load is begun any more."""
        self.child.command("load_is_over", until_s=at_s)

    def told(self, event: Event) -> None:
        """Takes note of which load it makes."""
        match event["event"]:
            case "page_begun":
                self._under_way = event
            case "page_load":
                self._under_way = None

    def keep_the_load_under_way(self, error: SlogateError) -> None:
        """Writes down the load that ended the page loader, with `error` as what became of it: its page has to be told
        from those that merely had not had their turn. Raises `RunFolderError`.
        """
        begun = self._under_way
        if begun is None or isinstance(error, CutShortError) or not self.child.wait(_LAST_WORDS_S):
            return
        load = PageLoad(
            page=begun["page"],
            index=begun["index"],
            warmup=begun["warmup"],
            throttle=begun["throttle"],
            when=begun["when"],
            started_at_us=begun["started_at_us"],
            outcome=LoadOutcome.JOURNEY_ERROR,
            reason=error.message,
        )
        with PageLoadWriter(self._pages_path) as writer:
            writer.append(load)

    def _why_dead(self, _log: str) -> SlogateError | None:
        begun = self._under_way
        if begun is None:
            return None
        ended = f"the page loader ended (exit code {self.child.exit_code}) while it loaded {begun['page']}"
        return MeasurementError(
            f"{begun['where']}: {ended}",
            cure="see whether the journey, or what it calls, ends its process, as os._exit does",
        )

    def _rounds(self, condition: Condition, until: str) -> Generator[Await, Event, Event]:
        """Answers after each round which pages are still undecided; returns the event that ends it."""
        while (told := (yield Await(("round", until))))["event"] == "round":
            undecided = undecided_pages(self._run.setup.file.slo, read_pages(self._run.folder), condition)
            self.child.command("more", pages=undecided)
        return told

    def _finish(self, told: Event) -> None:
        self._run.record.pages_made(told["loads"], told["loads_under_load"])
        self._run.crew.release(self.child)
        self.is_at_work = False

    def _planned(self, ready: Event) -> PagesInfo:
        profile = self._run.setup.profile
        return PagesInfo(
            planned=ready["pages"],
            known=ready["known_pages"],
            loads=profile.page_loads,
            max_loads=profile.max_page_loads,
            when=profile.when,
            warm=ready["warm_pages"],
            soft=ready["soft_pages"],
            throttles=ready["throttles"],
            browser=profile.browser,
            connected=self._run.setup.cdp is not None,
            host=machine_of_browser(self._run.setup.cdp),
        )

    def _start(self) -> Child:
        run, setup, profile = self._run, self._run.setup, self._run.setup.profile
        plan = PagesPlan(
            journeys=list(setup.journeys),
            base_url=setup.targets[Area.WEB],
            allowed_hosts=sorted(setup.allowed_hosts),
            pages=profile.pages,
            page_loads=profile.page_loads,
            max_page_loads=profile.max_page_loads,
            when=profile.when,
            browser=profile.browser,
            cdp=setup.cdp,
            output=self._pages_path,
            evidence=run.folder.path / "pages",
            wall_offset_us=run.wall_offset_us,
            known_secrets_env=setup.secret_variables,
            verify_tls=setup.verify_tls,
        )
        path = run.folder.parts / "pages-plan.json"
        plan.write(path)
        arguments = [sys.executable, "-m", "slogate.vitals", str(path)]
        log_path = run.folder.parts / "pages.log"
        environ = run.crew.environ
        child = Child("the page loader", arguments, log_path=log_path, environ=environ, explain=self._why_dead)
        return run.crew.add(child)


def machine_of_browser(cdp: str | None) -> str:
    """The name of the machine on which pages are loaded, as generators tell theirs; `cdp` is where the DevTools of a
    browser are that runs already.
    """
    if cdp is None or is_this_machine(cdp):
        return socket.gethostname()
    return urlsplit(cdp).hostname or ""
