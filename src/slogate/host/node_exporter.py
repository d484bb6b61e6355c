"""A Prometheus node exporter on the target's host, asked directly.

The times of its samples are of this machine's clock, half-way through the request, so a clock that is wrong over there
moves nothing.
"""

import time

import requests
import urllib3

from slogate.host.exposition import NodeFacts, parse_node_facts
from slogate.host.node_rates import memory_of, rates_between
from slogate.host.source import Reading, SourceError
from slogate.redact import without_credentials

_TIMEOUT_S = 1.0  # what comes later than that belongs to another second
_LONGEST_SPAN_S = 2.5  # one lost second; an average over more of them is no sample of one
_MAX_BYTES = 16_000_000
_CHUNK_BYTES = 65_536


class NodeExporter:
    """Tells what the exporter at `url` tells. The first answer, and the first after a gap, has no rates yet."""

    def __init__(self, url: str, *, verify_tls: bool = True) -> None:
        self.name = f"the node exporter at {without_credentials(url)}"
        self._url = url
        self._session = requests.Session()
        self._session.verify = verify_tls
        self._before: tuple[float, NodeFacts] | None = None
        if not verify_tls:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # the file asked for it

    def read(self) -> Reading:
        """What the exporter tells now. Raises `SourceError` for one that is not there, hangs or tells nonsense."""
        sent_s = time.monotonic()
        text = self._answer(sent_s + _TIMEOUT_S)
        at_s = (sent_s + time.monotonic()) / 2
        now = parse_node_facts(text)
        before, self._before = self._before, (at_s, now)
        values = memory_of(now)
        if before is not None and at_s - before[0] <= _LONGEST_SPAN_S:
            values |= rates_between(before[1], now, at_s - before[0])
        return Reading(at_s, values)

    def close(self) -> None:
        """Closes its connection."""
        self._session.close()

    def _answer(self, deadline_s: float) -> str:
        try:
            # Not followed elsewhere: the file names this host and no other.
            with self._session.get(self._url, timeout=_TIMEOUT_S, allow_redirects=False, stream=True) as answer:
                if answer.status_code != requests.codes.ok:
                    raise SourceError(f"answers with status {answer.status_code}")
                body = bytearray()
                for chunk in answer.iter_content(_CHUNK_BYTES):
                    body += chunk
                    if len(body) > _MAX_BYTES:
                        raise SourceError(f"answers with more than {_MAX_BYTES / 1e6:.0f} MB")
                    if time.monotonic() > deadline_s:
                        raise SourceError(f"does not end its answer within {_TIMEOUT_S:.0f} s")
        except requests.exceptions.Timeout:
            raise SourceError(f"does not answer within {_TIMEOUT_S:.0f} s") from None
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
            raise SourceError(f"does not answer: {_problem(error)}") from None
        return body.decode("utf-8", "replace")


def _problem(error: Exception) -> str:
    """What lies below the wrappings of the libraries, in a few words."""
    first: BaseException = error
    while (cause := first.__cause__ or first.__context__) is not None:
        first = cause
    return str(getattr(first, "strerror", None) or first).partition("\n")[0][:200] or type(first).__name__
