"""Every request is kept, and comes out as rows of the run's table."""

import struct

import pyarrow as pa
import pytest

from slogate.load.recorder import Recorder
from slogate.runs.schema import REQUESTS

OFFSET_US = 1_700_000_000_000_000


def record(recorder: Recorder, count: int) -> None:
    kind = recorder.kind("/x", "GET", 200, "ok", "load")
    for number in range(count):
        intended_s = None if number % 2 else 9.5 + number
        connect_us = None if number else 850
        recorder.keep(10.0 + number, intended_s, 0.005, 12, connect_us, kind)


def test_rows_come_out_as_they_were() -> None:
    recorder = Recorder("w", OFFSET_US)
    record(recorder, 3)
    batch = recorder.take()
    assert batch is not None
    assert batch.schema.equals(REQUESTS)
    assert pa.Table.from_batches([batch]).to_pylist()[:2] == [
        {
            "started_at_us": OFFSET_US + 10_000_000,
            "intended_at_us": OFFSET_US + 9_500_000,
            "latency_us": 5_000,
            "endpoint": "/x",
            "method": "GET",
            "status": 200,
            "outcome": "ok",
            "bytes": 12,
            "connect_us": 850,
            "worker": "w",
            "phase": "load",
        },
        {
            "started_at_us": OFFSET_US + 11_000_000,
            "intended_at_us": None,
            "latency_us": 5_000,
            "endpoint": "/x",
            "method": "GET",
            "status": 200,
            "outcome": "ok",
            "bytes": 12,
            "connect_us": None,
            "worker": "w",
            "phase": "load",
        },
    ]


def test_each_row_is_taken_once_and_counted() -> None:
    recorder = Recorder("w", 0)
    assert recorder.take() is None
    record(recorder, 3)
    first = recorder.take()
    record(recorder, 2)
    second = recorder.take()
    assert first is not None
    assert second is not None
    assert (first.num_rows, second.num_rows, recorder.rows_taken) == (3, 2, 5)
    assert recorder.take() is None


def test_microseconds_are_rounded_not_cut() -> None:
    recorder = Recorder("w", 0)
    recorder.keep(1.0000006, None, 0.0012349, 0, None, recorder.kind("/x", "GET", 200, "ok", "load"))
    batch = recorder.take()
    assert batch is not None
    assert batch["started_at_us"][0].as_py() == 1_000_001
    assert batch["latency_us"][0].as_py() == 1_235


def test_kinds_are_told_apart_and_begin_anew_with_each_batch() -> None:
    recorder = Recorder("w", 0)
    for endpoints in (("/a", "/b"), ("/c", "/a")):
        kinds = [recorder.kind(endpoint, "GET", 200, "ok", "load") for endpoint in endpoints]
        for kind in (*kinds, kinds[0]):
            recorder.keep(1.0, None, 0.1, 0, None, kind)
        batch = recorder.take()
        assert batch is not None
        assert batch["endpoint"].to_pylist() == [*endpoints, endpoints[0]]


def test_what_is_no_number_leaves_the_rows_as_they_are() -> None:
    recorder = Recorder("w", 0)
    record(recorder, 1)
    with pytest.raises(struct.error):
        recorder.keep(1.0, None, 0.1, 0, "soon", 0)  # type: ignore[arg-type]  # a client of somebody else's
    record(recorder, 1)
    batch = recorder.take()
    assert batch is not None
    assert batch["latency_us"].to_pylist() == [5_000, 5_000]
