"""Processes are sampled with all that descends from them; one that ends, or whose number is used again, is no spike."""

import contextlib
import os
import signal
import time
from pathlib import Path

import psutil
import pytest
from process_tree import BUSY, PARENT, RESTING, eventually, running

from slogate.host.processes import ProcessSource
from slogate.host.source import SourceError
from slogate.slo.host import Process

NOBODY = 2**30  # stands for the measurement, whose children these processes are in truth


def source(processes: dict[str, Process], own_pid: int = NOBODY) -> ProcessSource:
    made = ProcessSource(processes, Path("/nowhere"), own_pid)
    with contextlib.suppress(SourceError):
        made.begin()
    return made


def told(asked: ProcessSource) -> dict[str, dict[str, float]]:
    return {part.name: part.values for part in asked.read().parts}


def used_and_now(process: psutil.Process) -> tuple[float, float]:
    times = process.cpu_times()
    return times.user + times.system, time.monotonic()


def test_the_cpu_of_a_busy_child_is_its_parents() -> None:
    with running(PARENT) as parent:
        eventually(lambda: len(psutil.Process(parent.pid).children()) == 1)
        (child,) = psutil.Process(parent.pid).children()
        seen = [used_and_now(child)]
        asked = source({"web": Process(pid=parent.pid)})
        seen.append(used_and_now(child))
        time.sleep(1)
        seen.append(used_and_now(child))
        values = told(asked)["web"]
        seen.append(used_and_now(child))
        # What it used is between what was seen inside and outside of the two looks, give or take a tick of the clock.
        least_s, most_s = seen[2][0] - seen[1][0] - 0.05, seen[3][0] - seen[0][0] + 0.05
        assert least_s / (seen[3][1] - seen[0][1]) <= values["cpu"] <= most_s / (seen[2][1] - seen[1][1])
        assert values["cpu"] > 0
        assert values["cpu_of_machine"] == pytest.approx(values["cpu"] / (os.cpu_count() or 1))
        rss = child.memory_info().rss + psutil.Process(parent.pid).memory_info().rss
        assert values["rss_bytes"] == pytest.approx(rss, rel=0.1)
        assert (values["processes"], values["restarts"], values["threads"]) == (2, 0, 2)
        child.kill()


def test_one_that_ends_is_counted_once_and_is_a_gap_from_then_on() -> None:
    with running(RESTING) as process:
        asked = source({"web": Process(pid=process.pid)})
        assert told(asked)["web"]["restarts"] == 0
    assert told(asked) == {"web": {"processes": 0, "restarts": 1}}
    assert told(asked) == {"web": {"processes": 0, "restarts": 0}}


def test_one_that_ended_and_that_its_parent_did_not_notice_is_gone() -> None:
    with running(RESTING) as process:
        asked = source({"web": Process(pid=process.pid)})
        os.kill(process.pid, signal.SIGKILL)
        eventually(lambda: psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE)
        assert told(asked) == {"web": {"processes": 0, "restarts": 1}}


def test_one_that_is_started_again_is_counted_and_its_counters_are_no_spike(tmp_path: Path) -> None:
    file = tmp_path / "web.pid"
    asked = source({"web": Process(pid_file=str(file))})
    with running(BUSY) as first:
        file.write_text(str(first.pid))
        time.sleep(0.5)
        told(asked)
    with running(RESTING) as second:
        file.write_text(str(second.pid))
        time.sleep(0.5)
        values = told(asked)["web"]
    assert (values["restarts"], values["processes"]) == (1, 1)
    assert 0 <= values["cpu"] < 1.5


def test_one_that_joins_after_a_life_of_work_brings_none_of_it(tmp_path: Path) -> None:
    file = tmp_path / "web.pid"
    with running(BUSY) as process:
        asked = source({"web": Process(pid_file=str(file))})
        time.sleep(1)
        told(asked)
        file.write_text(str(process.pid))
        assert told(asked)["web"]["cpu"] == 0
        assert told(asked)["web"]["restarts"] == 0


def test_a_number_that_is_used_again_is_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    with running(RESTING) as process:
        asked = source({"web": Process(pid=process.pid)})
        born = psutil.Process(process.pid).create_time()
        monkeypatch.setattr(psutil.Process, "create_time", lambda _: born + 5)
        values = told(asked)["web"]
    assert (values["restarts"], values["cpu"]) == (1, 0)


def test_the_measurement_itself_is_never_counted() -> None:
    with running(RESTING) as process:
        of_it = {"own": Process(pid=os.getpid()), "child": Process(pid=process.pid)}
        assert [values["processes"] for values in told(source(of_it, own_pid=os.getpid())).values()] == [0, 0]
        assert [values["processes"] > 0 for values in told(source(of_it)).values()] == [True, True]


def test_one_that_is_not_there_is_told_at_once() -> None:
    asked = ProcessSource({"web": Process(pm2="shop"), "db": Process(name="nobody")}, Path("/nowhere"), NOBODY)
    with pytest.raises(SourceError, match=r"does not run web \(the PM2 app shop\) nor db \(processes named nobody\)"):
        asked.begin()
    assert told(asked) == {name: {"processes": 0, "restarts": 0} for name in ("web", "db")}


def test_what_the_system_does_not_tell_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(process: psutil.Process) -> None:
        raise psutil.AccessDenied(process.pid)

    with running(RESTING) as process:
        asked = source({"web": Process(pid=process.pid)})
        monkeypatch.setattr(psutil.Process, "num_threads", refuse)
        assert "cpu" not in told(asked)["web"]
