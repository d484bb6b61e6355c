"""Asks an exporter or a Prometheus server, and waits no longer for the whole answer than it is worth."""

import time
from collections.abc import Mapping

import requests
import urllib3

from slogate.host.source import SourceError

_CHUNK_BYTES = 65_536


def new_session(*, verify_tls: bool) -> requests.Session:
    """A session that keeps its connection. Without `verify_tls` any certificate will do."""
    session = requests.Session()
    session.verify = verify_tls
    if not verify_tls:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # the file asked for it
    return session


def ask(
    session: requests.Session,
    url: str,
    *,
    timeout_s: float,
    max_bytes: int,
    parameters: Mapping[str, str] | None = None,
) -> bytes:
    """The body of an answer with status 200. Raises `SourceError` for anything else, as the end of a sentence about
    whoever is asked. Redirects are not followed: the file names this host and no other.
    """
    deadline_s = time.monotonic() + timeout_s
    try:
        with session.get(url, params=parameters, timeout=timeout_s, allow_redirects=False, stream=True) as answer:
            if answer.status_code != requests.codes.ok:
                raise SourceError(f"answers with status {answer.status_code}")
            body = bytearray()
            for chunk in answer.iter_content(_CHUNK_BYTES):
                body += chunk
                if len(body) > max_bytes:
                    raise SourceError(f"answers with more than {max_bytes / 1e6:.0f} MB")
                if time.monotonic() > deadline_s:
                    raise SourceError(f"does not end its answer within {timeout_s:.0f} s")
    except requests.exceptions.Timeout:
        raise SourceError(f"does not answer within {timeout_s:.0f} s") from None
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
        raise SourceError(f"does not answer: {_problem(error)}") from None
    return bytes(body)


def _problem(error: Exception) -> str:
    """What lies below the wrappings of the libraries, in a few words."""
    first: BaseException = error
    while (cause := first.__cause__ or first.__context__) is not None:
        first = cause
    return str(getattr(first, "strerror", None) or first).partition("\n")[0][:200] or type(first).__name__
