"""This machine tells of itself in ratios and rates."""

import time
from collections.abc import Iterator
from types import SimpleNamespace

import psutil
import pytest

from slogate.host.local import LocalSource


def test_what_this_machine_tells() -> None:
    source = LocalSource()
    time.sleep(1)
    reading = source.read()
    assert abs(reading.at_s - time.monotonic()) < 1
    assert all(0 <= reading.values[name] <= 1 for name in ("cpu", "cpu_busiest_core", "memory"))
    assert reading.values["memory"] > 0


def test_a_disk_whose_counters_went_back_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def counters(read_bytes: float) -> dict[str, SimpleNamespace]:
        names = ("write_bytes", "read_count", "write_count", "read_time", "write_time", "busy_time")
        return {"vda": SimpleNamespace(read_bytes=read_bytes, **dict.fromkeys(names, 0.0))}

    told: Iterator[dict[str, SimpleNamespace]] = iter([counters(1e12), counters(5.0), counters(105.0)])
    monkeypatch.setattr(psutil, "disk_io_counters", lambda **_: next(told))
    monkeypatch.setattr("pathlib.Path.exists", lambda _: True)
    source = LocalSource()
    assert "disk_read_bytes_per_s" not in source.read().values
    assert source.read().values["disk_read_bytes_per_s"] > 0
