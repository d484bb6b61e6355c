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


def test_a_container_tells_of_its_limits_and_the_machine_of_all_else(monkeypatch: pytest.MonkeyPatch) -> None:
    limited = SimpleNamespace(limits="1 GiB of memory", read=lambda: {"memory": 0.99})
    monkeypatch.setattr("slogate.host.local.Cgroup", lambda _: limited)
    source = LocalSource()
    time.sleep(0.2)
    values = source.read().values
    assert (source.name, source.kind) == (
        "this container, which may use 1 GiB of memory",
        "local, within 1 GiB of memory",
    )
    assert values["memory"] == 0.99
    assert {"cpu", "iowait", "swap"} <= values.keys()


def test_each_whole_disk_is_a_part_and_none_that_lies_on_others(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("read_bytes", "write_bytes", "read_count", "write_count", "read_time", "write_time", "busy_time")
    still = SimpleNamespace(**dict.fromkeys(names, 0.0))
    monkeypatch.setattr(psutil, "disk_io_counters", lambda **_: dict.fromkeys(["vdb", "vda", "dm-0", "loop1"], still))
    monkeypatch.setattr("pathlib.Path.exists", lambda _: True)
    assert [part.name for part in LocalSource().read().parts] == ["vda", "vdb"]
