"""Makes the folder of a run with any number of requests, without making the requests.

The rows are what `slogate run` writes of an open load on four workers: arrivals at even times, response times that
rise and fall in the course of the run, a few failures, timeouts and requests without an answer, in the order in which
the workers told of them. Memory is that of one block of rows, however many there are.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from slogate.analyzer.evidence import NO_ANSWER, Outcome, RunState
from slogate.runs.folder import RunFolder
from slogate.runs.info import LoadInfo, PhaseInfo, RunInfo, WorkerInfo
from slogate.runs.schema import HOST, REQUESTS

RATE_PER_S = 10_000
WORKERS = 4
_BEGAN_S = 1_700_000_000
_BLOCK = 1_000_000
_ROW_GROUP = 500_000  # as slogate writes them
_NO_ANSWER = 6
_ENDPOINTS = [
    ("GET", "/api/products"),
    ("GET", "/api/products/[id]"),
    ("GET", "/api/cart"),
    ("POST", "/api/cart"),
    ("POST", "/api/orders"),
    ("GET", "/health"),
    ("", NO_ANSWER),
]
_SHARES = [0.4, 0.3, 0.12, 0.1, 0.04, 0.04]
_TYPICAL_MS = np.array([40.0, 25.0, 60.0, 90.0, 150.0, 2.0, 0.0])
_OUTCOMES = [outcome.label for outcome in Outcome]
_STATUS = np.array([200, 0, 503, 200, 0, 429], np.int16)

SLO = """\
version: 1
service: shop
targets: {api: "http://127.0.0.1:8710"}
api:
  latency: {mean: < 80ms, p50: < 60ms, p95: < 250ms, p99: < 500ms, p99.9: < 1s}
  errors: < 1%
  endpoints:
    "GET /api/products": {latency: {p95: < 200ms, p99: < 300ms}, errors: < 1%}
    "GET /api/cart": {latency: {p95: < 250ms}}
    "POST /api/orders": {latency: {p95: < 600ms, mean: < 250ms}, errors: < 1%}
    "GET /health": ignore
profiles:
  load: {rate: 10000/s, warmup: 5s, duration: 1000s}
"""

Numbers = npt.NDArray[Any]


@dataclass
class _Block:
    """Rows by column; `told_us` is when a worker told of each."""

    columns: dict[str, Numbers] = field(default_factory=dict)

    def where(self, chosen: Numbers) -> "_Block":
        return _Block({name: values[chosen] for name, values in self.columns.items()})

    def and_then(self, other: "_Block") -> "_Block":
        if not self.columns:
            return other
        return _Block({name: np.concatenate((self.columns[name], other.columns[name])) for name in self.columns})


def make(path: Path, requests: int, seed: int = 1) -> None:
    """Writes the run into `path`, which must not be there."""
    path.mkdir(parents=True)
    folder = RunFolder(path)
    judged = _write_requests(path / "requests.parquet", requests, np.random.default_rng(seed))
    seconds = requests / RATE_PER_S
    pq.write_table(_host(seconds), path / "host.parquet")
    folder.write_text("slo.yaml", SLO)
    folder.write_info(_info(requests, judged, seconds))


def _write_requests(path: Path, requests: int, random: np.random.Generator) -> int:
    """Writes the rows, and returns how many arrivals of the judged phase have an intended time."""
    judged, waiting = 0, _Block()
    kinds = {field.name: "DELTA_BINARY_PACKED" for field in REQUESTS if pa.types.is_int64(field.type)}
    texts = [field.name for field in REQUESTS if pa.types.is_string(field.type)]
    with pq.ParquetWriter(
        path, REQUESTS, write_page_checksum=True, compression="zstd", column_encoding=kinds, use_dictionary=texts
    ) as writer:
        for block, end_us in _blocks(requests, random):
            judged += int(np.count_nonzero(block.columns["planned"] & (block.columns["phase"] == 1)))
            waiting = waiting.and_then(block)
            told = waiting.columns["told_us"] < end_us
            ready = waiting.where(told)
            waiting = waiting.where(~told)
            ended_us = ready.columns["told_us"]
            order = np.lexsort((ended_us, ready.columns["worker"], ended_us // 1_000_000))
            writer.write_table(_table(ready.where(order)), row_group_size=_ROW_GROUP)
        writer.write_table(_table(waiting))
    return judged


def _blocks(requests: int, random: np.random.Generator) -> Iterator[tuple[_Block, int]]:
    """Stretches of arrivals, each with the time at which it ends."""
    warm_us = _BEGAN_S * 1_000_000 + int(requests / RATE_PER_S * 0.02 * 1e6)
    for first in range(0, requests, _BLOCK):
        size = min(_BLOCK, requests - first)
        arrival = _BEGAN_S * 1_000_000 + (first + np.arange(size)) * (1_000_000 // RATE_PER_S)
        endpoint = random.choice(len(_SHARES), size, p=_SHARES)
        outcome = np.zeros(size, np.int64)
        drawn = random.random(size)
        for kind, below in ((2, 0.002), (3, 0.0025), (4, 0.003), (1, 0.00302), (_NO_ANSWER, 0.00304)):
            outcome[(drawn < below) & (outcome == 0)] = kind
        endpoint[outcome == _NO_ANSWER] = _NO_ANSWER
        swell = 1 + 0.3 * np.sin(arrival / 1e6 / 20)
        latency = _TYPICAL_MS[endpoint] * 1000 * random.lognormal(0, 0.6, size) * swell
        latency[outcome == 1] = 10_000_000
        latency[outcome == 2] = 3_000
        late = random.exponential(120, size).astype(np.int64)
        opened = np.where(random.random(size) < 0.001, 900, -1)
        started = arrival + late + np.maximum(opened, 0)
        yield (
            _Block(
                {
                    "started": started,
                    "intended": arrival,
                    "planned": random.random(size) < 0.7,
                    "latency": latency.astype(np.int64),
                    "endpoint": endpoint,
                    "outcome": np.where(outcome == _NO_ANSWER, 1, outcome),
                    "bytes": random.integers(200, 4000, size),
                    "connect": opened,
                    "worker": random.integers(0, WORKERS, size),
                    "phase": (arrival >= warm_us).astype(np.int64),
                    "told_us": started + latency.astype(np.int64),
                }
            ),
            int(arrival[-1]),
        )


def _table(block: _Block) -> pa.Table:
    columns = block.columns
    methods, names = [item[0] for item in _ENDPOINTS], [item[1] for item in _ENDPOINTS]
    values = {
        "started_at_us": columns["started"],
        "intended_at_us": pa.array(columns["intended"], mask=~columns["planned"]),
        "latency_us": columns["latency"],
        "endpoint": _named(columns["endpoint"], names),
        "method": _named(columns["endpoint"], methods),
        "status": _STATUS[columns["outcome"]],
        "outcome": _named(columns["outcome"], _OUTCOMES),
        "bytes": columns["bytes"],
        "connect_us": pa.array(columns["connect"], mask=columns["connect"] < 0),
        "worker": _named(columns["worker"], [str(number) for number in range(WORKERS)]),
        "phase": _named(columns["phase"], ["warm-up", "load"]),
    }
    return pa.table(
        [
            pa.array(values[item.name]) if isinstance(values[item.name], np.ndarray) else values[item.name]
            for item in REQUESTS
        ],
        schema=REQUESTS,
    )


def _named(numbers: Numbers, names: list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(numbers, pa.int32()), pa.array(names)).cast(pa.string())


def _host(seconds: float) -> pa.Table:
    at = np.arange(1, int(seconds) + 2)
    rows = len(at) * WORKERS
    constant = {"cpu": 0.4, "lag_ms": 0.8, "backlog": 0.0, "in_flight": 150.0, "own_errors": 0.0}
    columns = {
        "time_us": (_BEGAN_S + np.repeat(at, WORKERS)) * 1_000_000,
        "source": ["generator"] * rows,
        "worker": [str(number) for number in range(WORKERS)] * len(at),
        **{name: np.full(rows, value) for name, value in constant.items()},
    }
    return pa.table(
        [
            pa.array(columns[item.name], item.type) if item.name in columns else pa.nulls(rows, item.type)
            for item in HOST
        ],
        schema=HOST,
    )


def _info(requests: int, judged: int, seconds: float) -> RunInfo:
    warm_s = int(seconds * 0.02 * 1e6) / 1e6
    return RunInfo(
        run_id="big",
        service="shop",
        release="big",
        profile="load",
        state=RunState.COMPLETE,
        started_at="2023-11-14T22:13:20+00:00",
        areas=["api"],
        targets={"api": "http://127.0.0.1:8710"},
        allow_inconclusive=False,
        phases=[
            PhaseInfo(name="warm-up", start_s=_BEGAN_S, end_s=_BEGAN_S + warm_s, judged=False),
            PhaseInfo(name="load", start_s=_BEGAN_S + warm_s, end_s=_BEGAN_S + seconds, judged=True),
        ],
        load=LoadInfo(
            model="open",
            arrivals="uniform",
            seed=1,
            users=4000,
            warmup_s=warm_s,
            duration_s=seconds - warm_s,
            planned_arrivals=judged,
            started_arrivals=judged,
            unfinished=0,
            rows_sent=requests,
            workers=[
                WorkerInfo(
                    name=str(number),
                    host="here",
                    state="finished",
                    rows_told=requests // WORKERS,
                    rows_received=requests // WORKERS,
                )
                for number in range(WORKERS)
            ],
        ),
    )
