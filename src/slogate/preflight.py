"""Asks, before any load, whether the targets may and can be measured; each answer that is no says what to do."""

import re
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from urllib.parse import urljoin, urlsplit

from slogate.errors import HostNotAllowedError, TargetError
from slogate.redact import without_credentials

_TIMEOUT_S = 10.0
_LONGEST_PROBLEM = 200


def host_of(url: str) -> str:
    """The host of a web address, in lower case."""
    return (urlsplit(url).hostname or "").lower()


def check_hosts(targets: Iterable[str], allowed: frozenset[str]) -> None:
    """Raises `HostNotAllowedError` for a target whose host the SLO file does not name."""
    for url in targets:
        if host_of(url) not in allowed:
            raise HostNotAllowedError(
                f"{without_credentials(url)} is not on a host of the SLO file: {', '.join(sorted(allowed))}",
                cure=f"add it to the file if it is yours: allowed_hosts: [{host_of(url)}]",
            )


def check_answers(url: str, allowed: frozenset[str], *, verify_tls: bool = True) -> None:
    """Raises `TargetError` unless something speaks HTTP there; any status will do, since `/` need not be a page."""
    import requests  # noqa: PLC0415  # takes long to load, and only what measures needs it
    import urllib3  # noqa: PLC0415  # as above

    shown = without_credentials(url)
    try:
        location = _within(_TIMEOUT_S, lambda: _redirect_of(url, verify_tls=verify_tls))
    except requests.exceptions.SSLError as error:
        raise _tls_error(shown, error) from None
    except (requests.exceptions.Timeout, TimeoutError):
        raise TargetError(
            f"{shown} did not answer within {_TIMEOUT_S:.0f} s", cure="see whether the service hangs"
        ) from None
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
        raise TargetError(
            f"{shown} does not answer: {_connection_problem(error)}",
            cure="start the service, or correct the address in slo.yaml or --target",
        ) from None
    if location:
        elsewhere = host_of(urljoin(url, location))
        if elsewhere and elsewhere not in allowed:
            raise HostNotAllowedError(
                f"{shown} redirects to another host, {elsewhere}, which the SLO file does not name",
                cure=f"correct the target, or add it if it is yours: allowed_hosts: [{elsewhere}]",
            )


def _redirect_of(url: str, *, verify_tls: bool) -> str:
    """Where an answer sends its reader; empty when it sends nobody anywhere."""
    import requests  # noqa: PLC0415  # as above
    import urllib3  # noqa: PLC0415  # as above

    if not verify_tls:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # it was asked for, and the report says it
    with requests.get(url, timeout=_TIMEOUT_S, allow_redirects=False, stream=True, verify=verify_tls) as answer:
        return answer.headers.get("Location", "") if answer.is_redirect else ""


def _within(seconds: float, ask: Callable[[], str]) -> str:
    """What `ask` returns or raises; `TimeoutError` when that takes longer.

    The timeout of requests is for each read, and a server that sends a line now and then never exceeds it. Asking goes
    on in a thread that nobody waits for: the program ends without it.
    """
    answer: Future[str] = Future()

    def run() -> None:
        try:
            answer.set_result(ask())
        except BaseException as error:  # noqa: BLE001  # it is raised again where the answer is awaited
            answer.set_exception(error)

    threading.Thread(target=run, name="preflight", daemon=True).start()
    return answer.result(seconds)


def _tls_error(shown: str, error: Exception) -> TargetError:
    found = re.search(r"certificate verify failed: ([^(']+)", str(error))
    if found is None:
        return TargetError(
            f"{shown} does not speak TLS that we understand: {_connection_problem(error)}",
            cure="see whether the address is one for http, and which versions of TLS the service offers",
        )
    return TargetError(
        f"{shown} has a certificate that cannot be verified: {found[1].strip()}",
        cure="mend the certificate, or name the authority that signed it with REQUESTS_CA_BUNDLE and SSL_CERT_FILE; "
        "for a test host that signs its own, write verify_tls: false into slo.yaml, or give --no-verify-tls",
    )


def _connection_problem(error: Exception) -> str:
    text = str(error)
    for sign, meaning in (
        ("Connection refused", "the connection was refused"),
        ("Name or service not known", "there is no such host"),
        ("Temporary failure in name resolution", "the host's name could not be looked up"),
        ("No route to host", "there is no route to that host"),
        ("Connection reset", "the connection was reset"),
        ("RemoteDisconnected", "it closed the connection without an answer"),
        ("BadStatusLine", "what answers does not speak HTTP"),
        ("Network is unreachable", "there is no route to that network"),
    ):
        if sign in text:
            return meaning
    first: BaseException = error
    while (cause := first.__cause__ or first.__context__) is not None:
        first = cause
    said = str(getattr(first, "strerror", None) or first).partition("\n")[0][:_LONGEST_PROBLEM]
    return f"{type(first).__name__}: {said}" if said else type(first).__name__
