"""The limits of a container, as both versions of cgroups tell of them."""

import time
from pathlib import Path

import pytest

from slogate.host.cgroup import Cgroup

GIB = 2**30
MACHINE = 8 * GIB


def version_2(root: Path, memory: str = "1073741824", cpu: str = "150000 100000", used_us: int = 0) -> Path:
    for name, text in {
        "cgroup.controllers": "cpu memory",
        "memory.max": memory,
        "memory.current": str(GIB // 2 + 1000),
        "memory.stat": f"anon 5\ninactive_file {GIB // 4 + 1000}\nactive_file 7",
        "cpu.max": cpu,
        "cpu.stat": f"usage_usec {used_us}\nuser_usec 0",
    }.items():
        (root / name).write_text(f"{text}\n")
    return root


def version_1(root: Path, memory: str = "1073741824", quota: str = "150000", used_ns: int = 0) -> Path:
    for name, text in {
        "memory/memory.limit_in_bytes": memory,
        "memory/memory.usage_in_bytes": str(GIB // 2 + 1000),
        "memory/memory.stat": f"inactive_file 3\ntotal_inactive_file {GIB // 4 + 1000}",
        "cpu/cpu.cfs_quota_us": quota,
        "cpu/cpu.cfs_period_us": "100000",
        "cpuacct/cpuacct.usage": str(used_ns),
    }.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{text}\n")
    return root


@pytest.mark.parametrize("make", [version_2, version_1])
def test_ratios_are_of_the_limits(make: object, tmp_path: Path) -> None:
    assert callable(make)
    began_s = time.monotonic()
    cgroup = Cgroup(MACHINE, make(tmp_path))
    assert (cgroup.memory_bytes, cgroup.cpus) == (GIB, 1.5)
    assert cgroup.limits == "1 GiB of memory and 1.5 CPUs"
    time.sleep(0.2)
    used_s = 0.15
    if make is version_2:
        version_2(tmp_path, used_us=round(used_s * 1e6))
    else:
        version_1(tmp_path, used_ns=round(used_s * 1e9))
    told = cgroup.read()
    assert told["memory"] == pytest.approx(0.25)
    assert used_s / (time.monotonic() - began_s) / 1.5 <= told["cpu"] <= used_s / 0.2 / 1.5


@pytest.mark.parametrize("make", [version_2, version_1])
def test_counters_that_went_back_are_a_gap(make: object, tmp_path: Path) -> None:
    cgroup = Cgroup(
        MACHINE, version_2(tmp_path, used_us=9_000_000) if make is version_2 else version_1(tmp_path, used_ns=9)
    )
    (version_2 if make is version_2 else version_1)(tmp_path)
    assert "cpu" not in cgroup.read()


def test_a_machine_itself_has_no_limits(tmp_path: Path) -> None:
    (tmp_path / "2").mkdir()
    (tmp_path / "2" / "cgroup.controllers").write_text("cpu memory\n")
    for root in (
        tmp_path,
        tmp_path / "2",
        version_1(tmp_path, memory="9223372036854771712", quota="-1"),
        version_2(tmp_path / "2", memory="max", cpu="max 100000"),
        version_2(tmp_path / "2", memory=str(9 * GIB), cpu="max 100000"),
    ):
        cgroup = Cgroup(MACHINE, root)
        assert (cgroup.limits, cgroup.read()) == ("", {})


def test_one_limit_alone(tmp_path: Path) -> None:
    assert Cgroup(MACHINE, version_2(tmp_path, cpu="max 100000")).limits == "1 GiB of memory"
    assert Cgroup(MACHINE, version_2(tmp_path, memory="max")).limits == "1.5 CPUs"


def test_files_that_go_or_hold_nonsense_are_a_gap(tmp_path: Path) -> None:
    cgroup = Cgroup(MACHINE, version_2(tmp_path))
    (tmp_path / "memory.current").unlink()
    (tmp_path / "cpu.stat").write_bytes(b"\xff\xfe")
    assert cgroup.read() == {}
    assert cgroup.read() == {}
