"""A Prometheus node exporter on the target's host, asked directly.

The times of its samples are of this machine's clock, half-way through the request, so a clock that is wrong over there
moves nothing. How wrong it is, is told all the same.
"""

import time

from slogate.host.asking import ask, new_session
from slogate.host.exposition import parse_node_facts
from slogate.host.node_facts import NodeFacts
from slogate.host.node_rates import memory_of, rates_between
from slogate.host.source import Part, Reading
from slogate.redact import without_credentials

_TIMEOUT_S = 1.0  # what comes later than that belongs to another second
_LONGEST_SPAN_S = 2.5  # one lost second; an average over more of them is no sample of one
_MAX_BYTES = 16_000_000


class NodeExporter:
    """Tells what the exporter at `url` tells. The first answer, and the first after a gap, has no rates yet."""

    kind = "node_exporter"

    def __init__(self, url: str, *, verify_tls: bool = True) -> None:
        self.name = f"the node exporter at {without_credentials(url)}"
        self._url = url
        self._session = new_session(verify_tls=verify_tls)
        self._before: tuple[float, NodeFacts] | None = None

    def begin(self) -> None:
        """Asks once. Raises `SourceError` as `read` does."""
        self.read()

    def read(self) -> Reading:
        """What the exporter tells now. Raises `SourceError` for one that is not there, hangs or tells nonsense."""
        sent_s = time.monotonic()
        text = ask(self._session, self._url, timeout_s=_TIMEOUT_S, max_bytes=_MAX_BYTES).decode("utf-8", "replace")
        at_s = (sent_s + time.monotonic()) / 2
        now = parse_node_facts(text)
        before, self._before = self._before, (at_s, now)
        rates: dict[str, float] = {}
        parts: tuple[Part, ...] = ()
        if before is not None and at_s - before[0] <= _LONGEST_SPAN_S:
            rates, parts = rates_between(before[1], now, at_s - before[0])
        return Reading(at_s, memory_of(now) | rates, parts, now.gauges.get("node_time_seconds"))

    def close(self) -> None:
        """Closes its connection."""
        self._session.close()
