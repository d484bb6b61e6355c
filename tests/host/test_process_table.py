"""What runs on this machine, from one second to the next."""

import contextlib
import os
import subprocess
import sys
from types import SimpleNamespace

import psutil
import pytest

from slogate.host.process_table import ProcessTable


class Machine:
    """Processes as `psutil` would tell of them: by number, a name and a parent."""

    def __init__(self) -> None:
        self.running: dict[int, tuple[str, int]] = {}
        self.reads: list[int] = []

    def pids(self) -> list[int]:
        return list(self.running)

    def process(self, pid: int) -> SimpleNamespace:
        self.reads.append(pid)
        if pid not in self.running:
            raise psutil.NoSuchProcess(pid)
        name, parent = self.running[pid]
        return SimpleNamespace(name=lambda: name, ppid=lambda: parent, oneshot=contextlib.nullcontext)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine()
    monkeypatch.setattr(psutil, "pids", made.pids)
    monkeypatch.setattr(psutil, "Process", made.process)
    return made


def test_real_ones_are_found_by_name_and_by_descent() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        table = ProcessTable()
        table.refresh()
        name = psutil.Process(child.pid).name()
        assert child.pid in table.named(name)
        assert child.pid in table.family([os.getpid()])
        assert table.there([child.pid, 2**30]) == [child.pid]
        child.communicate(b"\n")
    table.refresh()
    assert table.there([child.pid]) == []


def test_roots_descend_from_no_other_of_theirs(machine: Machine) -> None:
    machine.running = {1: ("init", 0), 5: ("web", 1), 6: ("sh", 5), 7: ("web", 6), 8: ("web", 1), 9: ("web", 9)}
    table = ProcessTable()
    table.refresh()
    assert sorted(table.roots({*table.named("web")})) == [5, 8, 9]
    assert table.family([5]) == {5, 6, 7}


def test_only_what_came_since_the_last_look_is_born(machine: Machine) -> None:
    machine.running = {1: ("init", 0)}
    table = ProcessTable()
    table.refresh()
    assert table.born == frozenset()
    machine.running[7] = ("web", 1)
    table.refresh()
    assert table.born == {7}
    table.refresh()
    assert table.born == frozenset()


def test_the_old_are_seldom_read_again_and_the_young_take_their_names(machine: Machine) -> None:
    machine.running = dict.fromkeys(range(1, 101), ("old", 0))
    table = ProcessTable()
    table.refresh()
    machine.running[200] = ("sh", 1)
    table.refresh()
    machine.running[200], machine.reads = ("web", 1), []
    table.refresh()
    assert table.named("web") == [200]
    assert len(machine.reads) <= 10
    machine.running[50] = ("renamed", 0)
    for _ in range(20):
        table.refresh()
    assert table.named("renamed") == [50]


def test_one_that_ends_while_it_is_read_is_not_there(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.running = {1: ("init", 0)}
    monkeypatch.setattr(psutil, "pids", lambda: [1, 2])
    table = ProcessTable()
    table.refresh()
    assert table.there([1, 2]) == [1]
