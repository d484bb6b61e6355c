"""Which processes slo.yaml means."""

import os
from pathlib import Path

import psutil
import pytest
from process_tree import RESTING, running

from slogate.host.process_finder import roots_of
from slogate.host.process_table import ProcessTable
from slogate.slo.host import Process

NOWHERE = Path("/nowhere")


def found(process: Process, home: Path = NOWHERE, without: set[int] | None = None) -> list[int]:
    table = ProcessTable()
    table.refresh()
    return sorted(roots_of(process, table, home, without or set()))


def test_by_name_number_and_file(tmp_path: Path) -> None:
    file = tmp_path / "web.pid"
    with running(RESTING) as child:
        file.write_text(f"{child.pid}\n")
        assert found(Process(pid=child.pid)) == found(Process(pid_file=str(file))) == [child.pid]
        name = psutil.Process(child.pid).name()
        others = {pid for pid in psutil.pids() if pid != child.pid}
        assert found(Process(name=name), without=others) == [child.pid]
        assert found(Process(name=f"{name}x")) == []
    assert found(Process(pid=child.pid)) == []


def test_what_makes_the_measurement_is_never_the_target() -> None:
    assert found(Process(pid=os.getpid()), without={os.getpid()}) == []
    assert os.getpid() not in found(Process(name=psutil.Process().name()), without={os.getpid()})


@pytest.mark.parametrize("content", ["", "not a number", "-1", "1 2", "\xff"])
def test_a_file_without_a_number_names_nobody(content: str, tmp_path: Path) -> None:
    (tmp_path / "web.pid").write_text(content, encoding="latin-1")
    assert found(Process(pid_file=str(tmp_path / "web.pid"))) == []
    assert found(Process(pid_file=str(tmp_path / "none.pid"))) == []


def test_an_app_is_all_the_processes_that_pm2_has_of_it_and_no_other_app(tmp_path: Path) -> None:
    with running(RESTING) as first, running(RESTING) as second, running(RESTING) as other:
        pids = tmp_path / "pids"
        pids.mkdir()
        for name, process in (("o4o-api-0", first), ("o4o-api-12", second), ("o4o-api-2-3", other), ("api-0", other)):
            (pids / f"{name}.pid").write_text(str(process.pid))
        (pids / "o4o-api-4.pid").write_text("")
        assert found(Process(pm2="o4o-api"), tmp_path) == sorted([first.pid, second.pid])
        assert found(Process(pm2="o4o_api"), tmp_path) == sorted([first.pid, second.pid])  # as PM2 spells files
        assert found(Process(pm2="api"), tmp_path) == [other.pid]
        assert found(Process(pm2="o4o"), tmp_path) == []
    assert found(Process(pm2="api"), NOWHERE) == []
