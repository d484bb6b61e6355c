"""Signing in: each @session runs once in a process run; every load that wants it gets its cookies and storage."""

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, StorageState

from slogate.analyzer.web.facts import LoadOutcome
from slogate.vitals import own_code
from slogate.vitals.capture import SETUP_LIMIT_S
from slogate.vitals.credentials import Credentials
from slogate.vitals.endings import of_endless_journey, of_journey, of_network_error
from slogate.vitals.journeys import Session, source_of
from slogate.vitals.loading import ANSWER_LIMIT_S
from slogate.vitals.running import RunningBrowser
from slogate.vitals.site import Site
from slogate.vitals.strangers import describe, guard_of
from slogate.vitals.throttle import PRESETS


class LoginFailed(Exception):  # noqa: N818 (reads as what happened; it becomes the outcome of loads, never an exit code)
    """A login did not succeed; the message says why, `outcome` what becomes of the loads that need it."""

    def __init__(self, reason: str, outcome: LoadOutcome = LoadOutcome.JOURNEY_ERROR) -> None:
        super().__init__(reason)
        self.outcome = outcome


class Sessions:
    """The signed-in states of one run, made when they are first asked for. A login that failed is not tried again."""

    def __init__(self, site: Site, *, deadline_s: float, answer_limit_s: float = ANSWER_LIMIT_S) -> None:
        self._site = site
        self._deadline_s = deadline_s
        self._answer_limit_s = answer_limit_s
        self._results: dict[tuple[Session, Credentials | None], StorageState | LoginFailed] = {}

    def state(self, session: Session, running: RunningBrowser, credentials: Credentials | None = None) -> StorageState:
        """The cookies and storage after `session`. Raises `LoginFailed`; Playwright's error if the browser is gone."""
        key = (session, credentials)
        if key not in self._results:
            self._results[key] = self._sign_in(session, running, credentials)
        result = self._results[key]
        if isinstance(result, LoginFailed):
            raise result
        return result

    def _sign_in(
        self, session: Session, running: RunningBrowser, credentials: Credentials | None
    ) -> StorageState | LoginFailed:
        with running.limit(SETUP_LIMIT_S, "opening a page"):
            context = self._site.open_context(running.browser, PRESETS["none"], None, credentials)
            context.set_default_timeout(self._deadline_s * 1000)
            page = context.new_page()
            guard = guard_of(running, self._site, page)
        result = self._run(session, page, running)
        if guard.refused is not None:
            reason = f"the login {session.name} failed: {describe(guard.refused, sent=guard.sent)}"
            result = LoginFailed(reason, LoadOutcome.REDIRECTED_AWAY)
        if running.timed_out is None:
            with running.limit(self._answer_limit_s, "closing a page"):
                context.close()
                guard.close()
        return result

    def _run(self, session: Session, page: Page, running: RunningBrowser) -> StorageState | LoginFailed:
        limit_s, (path, line) = self._deadline_s + self._answer_limit_s, source_of(session.function)
        try:
            with running.limit(limit_s, f"the login {session.name} ({path}:{line})"):
                own_code.run(session.function, page)
                return page.context.storage_state()
        except BaseException as error:
            if running.timed_out is not None:
                endless = of_endless_journey(error, session.function, session.name, limit_s)
                return LoginFailed(f"the login failed: {endless}")
            if isinstance(error, PlaywrightError):
                if running.why_gone() is not None:
                    raise
                ending = of_network_error(str(error))
                if ending is not None:
                    return LoginFailed(f"the login {session.name} failed: {ending.reason}")
            return LoginFailed(f"the login failed: {of_journey(error, session.function, session.name)}")
