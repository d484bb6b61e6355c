"""Asks, before any load, whether the targets may and can be measured; each answer that is no says what to do."""

import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from slogate.errors import HostNotAllowedError, TargetError
from slogate.redact import without_credentials

_TIMEOUT_S = 10.0


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


def check_answers(url: str, allowed: frozenset[str]) -> None:
    """Raises `TargetError` unless something speaks HTTP there; any status will do, since `/` need not be a page."""
    shown = without_credentials(url)
    try:
        with requests.get(url, timeout=_TIMEOUT_S, allow_redirects=False, stream=True) as answer:
            location = answer.headers.get("Location", "") if answer.is_redirect else ""
    except requests.exceptions.SSLError as error:
        raise TargetError(
            f"{shown} has a certificate that cannot be verified: {_certificate_problem(error)}",
            cure="mend the certificate, or name the authority that signed it with REQUESTS_CA_BUNDLE and SSL_CERT_FILE",
        ) from None
    except requests.exceptions.Timeout:
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


def _certificate_problem(error: Exception) -> str:
    found = re.search(r"certificate verify failed: ([^(']+)", str(error))
    return found[1].strip() if found else "the TLS handshake failed"


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
    ):
        if sign in text:
            return meaning
    return type(error).__name__
