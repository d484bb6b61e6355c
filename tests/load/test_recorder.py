"""Every request is kept, and a disk that is full stops the keeping and not the load."""

import errno
from pathlib import Path

import pyarrow as pa
import pytest

from slogate.load.recorder import Recorder
from slogate.runs.chunks import ChunkWriter, read_batches
from slogate.runs.schema import HOST, REQUESTS


def record(recorder: Recorder, count: int) -> None:
    for number in range(count):
        recorder.request(1_000_000 + number, None if number % 2 else number, 5_000, "/x", "GET", 200, "ok", 12, "load")


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "r", tmp_path / "g", worker="w")
    record(recorder, 3)
    recorder.flush()
    record(recorder, 2)
    recorder.generator(time_us=5, cpu=0.5, lag_ms=1.0, backlog=0.0, in_flight=2.0)
    recorder.close()
    rows = pa.Table.from_batches(read_batches(tmp_path / "r", REQUESTS)).to_pylist()
    assert len(rows) == recorder.rows_recorded == 5
    assert rows[1] == {
        "started_at_us": 1_000_001,
        "intended_at_us": None,
        "latency_us": 5_000,
        "endpoint": "/x",
        "method": "GET",
        "status": 200,
        "outcome": "ok",
        "bytes": 12,
        "worker": "w",
        "phase": "load",
    }
    (sample,) = pa.Table.from_batches(read_batches(tmp_path / "g", HOST)).to_pylist()
    assert (sample["source"], sample["cpu"], sample["memory"]) == ("generator", 0.5, None)


def test_what_was_flushed_is_readable_before_the_end(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "r", tmp_path / "g", worker="w")
    record(recorder, 4)
    recorder.flush()
    record(recorder, 4)
    assert sum(batch.num_rows for batch in read_batches(tmp_path / "r", REQUESTS)) == 4
    recorder.close()


def test_a_full_disk_is_told_and_counting_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder(tmp_path / "r", tmp_path / "g", worker="w")
    record(recorder, 10)
    recorder.flush()

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ChunkWriter, "append", refuse)
    record(recorder, 10)
    recorder.close()
    assert isinstance(recorder.failure, OSError)
    assert recorder.rows_recorded == 20
    assert sum(batch.num_rows for batch in read_batches(tmp_path / "r", REQUESTS)) == 10
