"""This machine is sampled once a second, and gaps and faults of the disk stay what they are."""

import time
from pathlib import Path

import pyarrow as pa
import pytest

from slogate.host.local import LocalSampler
from slogate.runs.chunks import ChunkWriter, read_batches
from slogate.runs.schema import HOST


def test_samples_are_ratios_about_a_second_apart(tmp_path: Path) -> None:
    offset_us = round((time.time() - time.monotonic()) * 1e6)
    sampler = LocalSampler(tmp_path / "host", offset_us)
    sampler.start()
    time.sleep(3.3)
    sampler.stop()
    rows = pa.Table.from_batches(read_batches(tmp_path / "host", HOST)).to_pylist()
    assert len(rows) in {2, 3}
    assert all(0 <= row["cpu"] <= 1 and 0 < row["memory"] < 1 and row["source"] == "target" for row in rows)
    assert all(row["lag_ms"] is None for row in rows)
    assert abs(rows[-1]["time_us"] / 1e6 - time.time()) < 3
    assert sampler.latest["memory"] == rows[-1]["memory"]
    assert sampler.failure == ""


def test_a_full_disk_ends_the_sampling_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ChunkWriter, "append", refuse)
    sampler = LocalSampler(tmp_path / "host", 0)
    sampler.start()
    time.sleep(1.3)
    sampler.stop()
    assert "No space left" in sampler.failure
