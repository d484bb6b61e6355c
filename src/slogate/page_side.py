"""The page side of a run: a process that loads pages, before the load, while it holds, or both."""

import socket
import sys
from collections.abc import Generator
from urllib.parse import urlsplit

from slogate.analyzer.judge_pages import undecided_pages
from slogate.channel import Event
from slogate.crew import Await, Conversation
from slogate.host.address import is_this_machine
from slogate.process import Child
from slogate.runs.info import PagesInfo
from slogate.runs.reading import read_pages
from slogate.slo.conditions import Condition, conditions_of
from slogate.slo.model import Area
from slogate.under_way import RunUnderWay
from slogate.vitals.plan import PagesPlan

START_TIMEOUT_S = 90.0


class PageSide:
    """Starts the page loader. Its conversations are to be followed in the order in which they stand here."""

    def __init__(self, run: RunUnderWay) -> None:
        self._run = run
        self._conditions = conditions_of(run.setup.profile.when)
        self.child = self._start()
        self.is_at_work = True

    @property
    def meets_the_load(self) -> bool:
        """Whether pages are loaded while the load holds."""
        return "loaded" in self._conditions

    def get_ready(self) -> Conversation:
        """Waits until its browser runs. Raises `ConfigError` for a page of slo.yaml that no journey declares."""
        ready = yield Await(("ready",), START_TIMEOUT_S)
        self._run.setup.check_page_names(ready["known_pages"])
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
            output=run.folder.path / "pages.jsonl",
            evidence=run.folder.path / "pages",
            wall_offset_us=run.wall_offset_us,
            known_secrets_env=setup.secret_variables,
            verify_tls=setup.verify_tls,
        )
        path = run.folder.parts / "pages-plan.json"
        plan.write(path)
        arguments = [sys.executable, "-m", "slogate.vitals", str(path)]
        log_path = run.folder.parts / "pages.log"
        return run.crew.add(Child("the page loader", arguments, log_path=log_path, environ=run.crew.environ))


def machine_of_browser(cdp: str | None) -> str:
    """The name of the machine on which pages are loaded, as generators tell theirs; `cdp` is where the DevTools of a
    browser are that runs already.
    """
    if cdp is None or is_this_machine(cdp):
        return socket.gethostname()
    return urlsplit(cdp).hostname or ""
