"""Journeys: the plain functions, in a team's own files, that open the pages to be measured.

    @session
    def shopper(page): ...            # signs in; runs once, its cookies and storage are reused

    @page("checkout", login=shopper, ready="#total", throttle="mobile")
    def checkout(page): page.goto("/cart")

    @checkout.interact
    def one_more(page): page.click("#more")

    @checkout.then("orders", ready="#orders")  # a soft navigation: no document is loaded
    def orders(page): page.click("a[href='/orders']")

They are declared here, and run elsewhere (`loading`, `sessions`); this module never imports Playwright.
"""

import difflib
import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING

from slogate.errors import ConfigError
from slogate.vitals.credentials import CredentialNames
from slogate.vitals.throttle import PRESETS

if TYPE_CHECKING:  # importing slogate must stay cheap, and Playwright is not
    from playwright.sync_api import Page

Journey = Callable[["Page"], object]
TEXT_PREFIX = "text="
MAX_NAME = 100  # characters of a page's name

_declared: ContextVar["list[PageJourney] | None"] = ContextVar("declared", default=None)


@dataclass(frozen=True, eq=False)
class Session:
    """A function that signs in; two sessions are the same only if they are the same object."""

    function: Journey

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.__name__

    def __call__(self, page: "Page") -> None:
        self.function(page)


@dataclass(eq=False)
class PageJourney:
    """A page to measure, and how to get there."""

    name: str
    function: Journey
    login: Session | None = None
    ready: str | None = None  # a CSS selector, or text=...
    throttle: str = "none"
    warm: bool = False  # each judged load follows another one in the same context
    storage: Path | None = None  # a saved sign-in, in place of a login
    http_credentials: CredentialNames | None = None
    interaction: Journey | None = None  # what a visitor does once the page has settled
    after: "PageJourney | None" = None  # the page that a soft navigation leads from; None: a document is loaded

    @property
    def location(self) -> str:
        """`file:line` of the function."""
        path, line = source_of(self.function)
        return f"{path}:{line}"

    @property
    def steps(self) -> "list[PageJourney]":
        """The page that is loaded as a document, and the soft navigations from there to this page, itself the last."""
        return [self] if self.after is None else [*self.after.steps, self]

    def __call__(self, page: "Page") -> None:
        self.function(page)

    def then(self, name: str, *, ready: str | None = None) -> "Callable[[Journey], PageJourney]":
        """Declares the page that a soft navigation leads to: its function clicks what changes the view of this page.

        It is loaded as this page is, and on from there: signed in, throttled and cached alike. `ready` is as in @page,
        and must not be in the document before.
        """
        decorator = f"@{self.function.__name__}.then"
        _check_name(decorator, name)

        def declare(function: Journey) -> PageJourney:
            _check_function(decorator, function)
            return _declare(
                PageJourney(
                    name,
                    function,
                    self.login,
                    _checked_ready(ready),
                    self.throttle,
                    self.warm,
                    self.storage,
                    self.http_credentials,
                    after=self,
                )
            )

        return declare

    def interact(self, function: Journey) -> Journey:
        """Declares what a visitor does on the page once it has settled: clicks and types, and stays on it."""
        _check_function(f"@{self.function.__name__}.interact", function)
        if self.interaction is not None:
            raise ConfigError(f"{self.name!r} has two interactions", cure="put all that is done into one function")
        self.interaction = function
        return function


def session(function: Journey) -> Session:
    """Declares a function that signs in. It gets a fresh Playwright page and runs once in each process run."""
    _check_function("@session", function)
    return Session(function)


def page(
    name: str,
    *,
    login: Session | None = None,
    ready: str | None = None,
    throttle: str = "none",
    warm: bool = False,
    storage: str | None = None,
    http_credentials: tuple[str, str] | None = None,
) -> Callable[[Journey], PageJourney]:
    """Declares a page: its function gets a fresh Playwright page and opens the page to be measured.

    `ready` is a CSS selector of an element without which the page is not what it should be, or a text of it:
    "text=Your basket", in any case. `throttle` is one of none, desktop, mobile. With `warm` the page is measured as
    a visitor sees it who comes again. `login` is a @session function; `storage` in its place a file of Playwright's
    `storage_state`, beside the journey file. `http_credentials` names the environment variables of a name and a
    password for HTTP Basic.
    """
    _check_name("@page", name)

    def declare(function: Journey) -> PageJourney:
        _check_function("@page", function)
        if login is not None and not isinstance(login, Session):
            raise ConfigError(f"login={login!r} is not a @session function", cure="put @session above it")
        if not isinstance(warm, bool):
            raise ConfigError(f"warm={warm!r} is neither True nor False", cure="write warm=True, or leave it out")
        if throttle not in PRESETS:
            raise ConfigError(f"there is no throttle={throttle!r}", cure=suggest(throttle, PRESETS))
        if login is not None and storage is not None:
            raise ConfigError("login= and storage= are two ways to be signed in", cure="keep one of them")
        return _declare(
            PageJourney(
                name,
                function,
                login,
                _checked_ready(ready),
                throttle,
                warm,
                None if storage is None else source_of(function)[0].parent / storage,
                _credential_names(http_credentials),
            )
        )

    return declare


def source_of(function: Journey) -> tuple[Path, int]:
    """The file and the line of a journey's or a session's function, behind any decorators of its own."""
    code: CodeType = inspect.unwrap(function).__code__
    return Path(code.co_filename), code.co_firstlineno


@contextmanager
def collecting() -> Iterator[list[PageJourney]]:
    declared: list[PageJourney] = []
    token = _declared.set(declared)
    try:
        yield declared
    finally:
        _declared.reset(token)


def _declare(journey: PageJourney) -> PageJourney:
    declared = _declared.get()
    if declared is not None:
        declared.append(journey)
    return journey


def _check_name(decorator: str, name: object) -> None:
    if not isinstance(name, str) or not name.strip():
        lacks = "has an empty name" if isinstance(name, str) else "needs a name"
        raise ConfigError(f"{decorator} {lacks}", cure=f'write {decorator}("checkout")')
    if not name.isprintable():
        lacks, cure = "a line break or another character that cannot be printed", "write a name that fits on one line"
    elif "," in name:
        lacks, cure = "a comma, which separates names in --pages", "write the name without it"
    elif len(name) > MAX_NAME:
        lacks, cure = f"{len(name)} characters, and has to fit into a table", f"write at most {MAX_NAME}"
    else:
        return
    raise ConfigError(f"{decorator}({name[:40]!r}): the name has {lacks}", cure=cure)


def _check_function(decorator: str, function: object) -> None:
    """Refuses what cannot be called with one Playwright page."""
    if not inspect.isfunction(function):
        raise ConfigError(f"{decorator} is not above a function", cure="put it above def")
    if inspect.iscoroutinefunction(function):
        raise ConfigError(f"{function.__name__} is async", cure="write a plain function; slogate drives the browser")
    try:
        inspect.signature(function).bind(None)
    except TypeError:
        cure = f"write def {function.__name__}(page):"
        raise ConfigError(f"{function.__name__} does not take one argument", cure=cure) from None


def _checked_ready(ready: object) -> str | None:
    if ready is None:
        return None
    if not isinstance(ready, str) or not ready.strip().removeprefix(TEXT_PREFIX).strip():
        raise ConfigError(
            f"ready={ready!r} names nothing", cure='write a CSS selector, "#total", or a text, "text=Your basket"'
        )
    return ready.strip()


def _credential_names(names: object) -> CredentialNames | None:
    match names:
        case None:
            return None
        case (str(username), str(password)):
            return CredentialNames(username, password)
    raise ConfigError(  # what was written is not quoted: it may be the password itself
        "http_credentials= is not two names of environment variables",
        cure='write http_credentials=("SHOP_USER", "SHOP_PASSWORD"), and put the values there',
    )


def suggest(name: str, known: Iterable[str]) -> str:
    """What may have been meant, as a cure."""
    known = list(known)
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
