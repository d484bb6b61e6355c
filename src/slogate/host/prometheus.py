"""A Prometheus server that scrapes a node exporter on the target's host, asked once when a run has ended.

It is asked for the samples themselves, by a range of time, and not for values at even steps: between those the server
would repeat a sample that is minutes old. All samples of one scrape have the same time, which is of the server's clock;
how far that is from the clock of this machine is measured and taken off.
"""

import itertools
import json
import statistics
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import requests

from slogate.host.asking import ask, new_session
from slogate.host.node_facts import NAMES, NodeFacts
from slogate.host.node_rates import memory_of, rates_between
from slogate.host.rows import columns_of
from slogate.host.source import Part, SourceError
from slogate.redact import without_credentials
from slogate.runs.chunks import ChunkWriter
from slogate.runs.schema import HOST

_TIMEOUT_S = 10.0
_MAX_BYTES = 64_000_000
_EARLIER_S = 60.0  # the scrape before the beginning, without which the first seconds have no rate
_LONGEST_WAIT_S = 75.0  # for the scrape after the end: usual intervals are 15 s to 60 s
_POLL_S = 1.0
_MISSED = 2.5  # times the usual interval; in a longer one, scrapes were lost

Scrapes = Mapping[float, NodeFacts]
Second = tuple[float, dict[str, float], tuple[Part, ...]]


class PrometheusHistory:
    """Writes one row a second to `path` when it is stopped, from what the server at `url` knows of `instance`.

    Each second has the average between the two scrapes around it; memory is that of the later one. `wall_offset_us` is
    what turns the monotonic clock into microseconds since the epoch.
    """

    kind = "prometheus"

    def __init__(self, url: str, instance: str, path: Path, wall_offset_us: int, *, verify_tls: bool = True) -> None:
        self.name = f"Prometheus at {without_credentials(url)} with instance {instance}"
        self.latest: dict[str, float] = {}
        self.trouble = ""
        self._silence = ""
        self.clock_ahead_s: float | None = None
        self._url = url.rstrip("/")
        self._instance = instance
        self._path = path
        self._wall_offset_us = wall_offset_us
        self._session = new_session(verify_tls=verify_tls)
        self._began_s = 0.0

    def start(self) -> None:
        """Remembers when the run began, and asks once whether the server knows the host."""
        self._began_s = self._now_s()
        threading.Thread(target=self._ask_whether_it_knows, name="first look at Prometheus", daemon=True).start()

    def stop(self, *, patient: bool = True) -> None:
        """Asks for what happened since the start, and waits for the next scrape if `patient`. What it could not learn
        is told by `trouble`.
        """
        ended_s = self._now_s()
        try:
            rows = rows_of(self._scrapes_until(ended_s, patient=patient), self._began_s, ended_s)
            if not rows:
                self.trouble = f"{self.name} has no two scrapes of the run; see whether it scrapes that instance"
                return
            with ChunkWriter(self._path, HOST) as writer:
                writer.append(columns_of((round(at_s * 1e6), values, parts) for at_s, values, parts in rows))
        except SourceError as error:
            self.trouble = f"{self.name} {error}"
        except OSError as error:
            self.trouble = f"the samples of the host could not be kept: {error.strerror}"
        finally:
            self._session.close()

    def silence(self) -> str:
        """Why it will tell nothing, as soon as that is known; once, and empty from then on."""
        told, self._silence = self._silence, ""
        return told

    def _ask_whether_it_knows(self) -> None:
        session = new_session(verify_tls=self._session.verify is True)  # a session is not for two threads
        try:
            if not self._query(self._selected(), session):
                self._silence = f"{self.name} has no samples of that instance"
        except SourceError as error:
            self._silence = f"{self.name} {error}"
        finally:
            session.close()

    def _now_s(self) -> float:
        return time.monotonic() + self._wall_offset_us / 1e6

    def _scrapes_until(self, ended_s: float, *, patient: bool) -> Scrapes:
        """Waits for the scrape that ends the last interval, if one may still come."""
        while True:
            scrapes = self._scrapes()
            waited_s = self._now_s() - ended_s
            if (
                not patient
                or not scrapes
                or max(scrapes) >= ended_s
                or waited_s >= min(_LONGEST_WAIT_S, _MISSED * usual(scrapes))
            ):
                return scrapes
            time.sleep(_POLL_S)

    def _scrapes(self) -> Scrapes:
        asked_s = self._now_s()
        clock = self._query("time()")
        half_way_s = (asked_s + self._now_s()) / 2
        span_s = round(self._now_s() - self._began_s + _EARLIER_S)
        found = self._query(f"{self._selected()}[{span_s}s]")
        try:
            self.clock_ahead_s = float(clock[0]) - half_way_s
            return _by_time(found, self.clock_ahead_s)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise SourceError(f"answers with what are no samples: {error!r}") from None

    def _selected(self) -> str:
        return f'{{__name__=~"{"|".join(NAMES)}",instance={json.dumps(self._instance)}}}'

    def _query(self, query: str, session: requests.Session | None = None) -> Any:
        body = ask(
            session or self._session,
            f"{self._url}/api/v1/query",
            timeout_s=_TIMEOUT_S,
            max_bytes=_MAX_BYTES,
            parameters={"query": query},
        )
        try:
            return json.loads(body)["data"]["result"]
        except (ValueError, KeyError, TypeError):
            raise SourceError("answers with what is not the JSON of a Prometheus server") from None


def usual(scrapes: Scrapes) -> float:
    """The median interval between scrapes, in seconds; of fewer than two it is not known, and may be any."""
    times = sorted(scrapes)
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    return statistics.median(gaps) if gaps else _LONGEST_WAIT_S


def rows_of(scrapes: Scrapes, began_s: float, ended_s: float) -> list[Second]:
    """The seconds in [began_s, ended_s) that lie between two scrapes, each by its end, with columns of host.parquet and
    the same of each disk.

    An interval in which scrapes were lost is a gap, as is one in which the host was started anew but for its memory.
    """
    times = sorted(scrapes)
    longest_s = _MISSED * usual(scrapes)
    rows: list[Second] = []
    for earlier, later in itertools.pairwise(times):
        if later - earlier <= longest_s:
            now = scrapes[later]
            rates, parts = rates_between(scrapes[earlier], now, later - earlier)
            values = memory_of(now) | rates
            first, last = np.ceil((earlier - began_s, later - began_s)).astype(int)
            ends = (began_s + int(second) for second in range(first, last))
            rows += [(end_s, values, parts) for end_s in ends if values and began_s <= end_s < ended_s]
    return rows


def _by_time(result: Any, ahead_s: float) -> Scrapes:
    """The scrapes by their time on this machine's clock. Of several jobs that scrape the instance it is the one that
    scraped most, since each has times of its own.
    """
    jobs: dict[str, dict[float, NodeFacts]] = {}
    for series in result:
        labels = series["metric"]
        scrapes = jobs.setdefault(labels.get("job", ""), {})
        for at_s, value in series["values"]:
            scrapes.setdefault(float(at_s) - ahead_s, NodeFacts()).add(labels["__name__"], labels, float(value))
    return max(jobs.values(), key=len, default={})
