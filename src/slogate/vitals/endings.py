"""How a load ended, in a sentence: what the browser or the journey raised becomes an outcome and its reason.

Pure. Playwright's call log is never quoted whole, because it repeats what a journey typed.
"""

import re
import traceback
from dataclasses import dataclass

from slogate.analyzer.web.facts import LoadOutcome
from slogate.vitals.journeys import Journey, source_of

_NET_ERROR = re.compile(r"net::(ERR_\w+)(?: at (\S+))?")
_FIREFOX_ERROR = re.compile(r"\b(NS_(?:ERROR|BINDING)_\w+|deniedPortAccess)(?:\(\w+, (\w+)\))?(?: at (\S+))?")
_NAVIGATION_TIMEOUT = re.compile(
    r"(?:Page|Frame)\.(?:goto|reload|go_back|go_forward|wait_for_load_state|set_content): Timeout"
)
_WAITING_FOR = re.compile(r"waiting for (?:locator|get_by_\w+)\(.*")
_CREDENTIALS = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)?[^/?#]*@")  # also with quotes in it, or without a scheme
_EXPLAINED = {
    "ERR_CONNECTION_REFUSED": "the server refused the connection",
    "ERR_CONNECTION_RESET": "the server broke the connection off",
    "ERR_CONNECTION_CLOSED": "the server closed the connection",
    "ERR_EMPTY_RESPONSE": "the server closed the connection without an answer",
    "ERR_NAME_NOT_RESOLVED": "the host name does not resolve",
    "ERR_TOO_MANY_REDIRECTS": "the server redirects in a circle",
    "ERR_TIMED_OUT": "the server did not answer",
    "ERR_SSL_PROTOCOL_ERROR": "the server does not speak TLS",
    "ERR_UNSAFE_PORT": "browsers refuse this port",
    "NS_ERROR_CONNECTION_REFUSED": "the server refused the connection",
    "NS_ERROR_NET_RESET": "the server broke the connection off",
    "NS_ERROR_NET_INTERRUPT": "the server broke the connection off",
    "NS_ERROR_NET_EMPTY_RESPONSE": "the server closed the connection without an answer",
    "NS_ERROR_UNKNOWN_HOST": "the host name does not resolve",
    "NS_ERROR_REDIRECT_LOOP": "the server redirects in a circle",
    "NS_ERROR_NET_TIMEOUT": "the server did not answer",
    "SSL_ERROR_RX_RECORD_TOO_LONG": "the server does not speak TLS",
    "deniedPortAccess": "browsers refuse this port",
}
_CERTIFICATE_ERRORS = ("ERR_CERT", "SEC_ERROR_", "MOZILLA_PKIX_ERROR_", "SSL_ERROR_BAD_CERT")
_RESTLESS = 3  # a redirect by a script, and another to the sign-in and back, are ways to a page
_CERTIFICATE = "the server's certificate is not trusted"


@dataclass(frozen=True)
class Ending:
    """An outcome and its reason."""

    outcome: LoadOutcome
    reason: str = ""


def of_network_error(message: str) -> Ending | None:
    """The ending that a failed navigation means; None if `message` does not tell of one."""
    chromium, firefox = _NET_ERROR.search(message), _FIREFOX_ERROR.search(message)
    if chromium is not None:
        code, address = chromium[1], chromium[2]
    elif firefox is not None:
        code, address = firefox[2] or firefox[1], firefox[3]
    else:
        return None
    url = _CREDENTIALS.sub(r"\1", address or "the page")
    if code == "ERR_HTTP_RESPONSE_CODE_FAILURE":
        return Ending(LoadOutcome.HTTP_ERROR, f"{url} answered with an error status and no page")
    if code in {"ERR_ABORTED", "NS_BINDING_ABORTED"}:
        reason = f"{url} gave no document: an answer without content, or a navigation that was cut short ({code})"
        return Ending(LoadOutcome.JOURNEY_ERROR, reason)
    explained = _EXPLAINED.get(code, _CERTIFICATE if code.startswith(_CERTIFICATE_ERRORS) else "it did not load")
    return Ending(LoadOutcome.NO_RESPONSE, f"{url}: {explained} ({code})")


def is_navigation_timeout(message: str) -> bool:
    """Whether a journey gave up waiting for `load`: a page with a hanging sub-resource can still be measured."""
    return _NAVIGATION_TIMEOUT.match(message) is not None


def of_journey(error: BaseException, journey: Journey, name: str) -> str:
    """What a journey or a login raised, and on which line of its file."""
    message = str(error).strip()
    said = message.partition("\n")[0]
    waiting = _WAITING_FOR.search(message)
    detail = f"{said} ({waiting[0].strip()})" if waiting else said
    return f"{_line_in(journey, error)}: {name} raised {type(error).__name__}{f': {detail}' if detail else ''}"


def of_endless_journey(error: BaseException, journey: Journey, name: str, seconds: float) -> str:
    """That a journey or a login had to be ended, which raised `error`, and on which line of its file."""
    return f"{_line_in(journey, error)}: {name} did not come to its end within {seconds:g} s"


def of_leaving_interaction(url: str) -> str:
    """That an interaction opened a document, at `url`."""
    return f"its interaction opened {url}: it must stay on the page that is measured"


def of_bad_selector(where: str, said: str) -> str:
    """What a browser said of a `ready=` that it cannot parse, which is declared there."""
    return f"{where}: ready= is not a CSS selector: {said}"


def of_restless_page(url: str | None, times: int, seconds: float) -> str:
    """That a page navigated away by itself so often; empty where that may have been its way to the page."""
    if times < _RESTLESS:
        return ""
    return f"{url or 'the page'} navigated away {times} times within {seconds:g} s: see what reloads it"


def _line_in(journey: Journey, error: BaseException) -> str:
    """`file:line` of the journey at which `error` went through it."""
    path, first_line = source_of(journey)
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return f"{path.name}:{lines[-1] if lines else first_line}"
