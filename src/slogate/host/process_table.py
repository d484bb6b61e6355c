"""The processes of this machine: their names and parents, kept from one second to the next.

Reading all of them each second would cost more than all else, so only those are read that are new. A process may take
another name soon after its birth, so young ones are read again, and of the old ones a few each time.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import psutil

_YOUNG = 5  # times that a process is read from its birth on
_ROUNDS = 20  # in which each old one is read once


@dataclass
class Entry:
    """One process, and how often it has been seen."""

    name: str
    parent: int
    seen: int = 0


class ProcessTable:
    """`refresh` brings it up to date; `born` are those that were not there the time before."""

    def __init__(self) -> None:
        self._entries: dict[int, Entry] = {}
        self._round = 0
        self.born: frozenset[int] = frozenset()

    def refresh(self) -> None:
        """Looks at what runs now. After the first time nobody knows what was born."""
        first, now = not self._entries, frozenset(psutil.pids())
        self.born = frozenset() if first else now - self._entries.keys()
        self._round = (self._round + 1) % _ROUNDS
        for pid in self._entries.keys() - now:
            del self._entries[pid]
        for pid in now:
            known = self._entries.get(pid)
            if known is None or known.seen < _YOUNG or pid % _ROUNDS == self._round:
                self._read(pid, (_YOUNG if first else 0) if known is None else known.seen + 1)

    def named(self, name: str) -> list[int]:
        """All processes of that name."""
        return [pid for pid, entry in self._entries.items() if entry.name == name]

    def there(self, pids: Iterable[int]) -> list[int]:
        """Those of them that run."""
        return [pid for pid in pids if pid in self._entries]

    def roots(self, pids: Collection[int]) -> list[int]:
        """Those of them that descend from no other of them."""
        return [pid for pid in pids if not any(above in pids for above in self._ancestors(pid))]

    def family(self, roots: Iterable[int]) -> set[int]:
        """The roots and all that descend from them."""
        children: dict[int, list[int]] = defaultdict(list)
        for pid, entry in self._entries.items():
            children[entry.parent].append(pid)
        found: set[int] = set()
        waiting = list(roots)
        while waiting:
            pid = waiting.pop()
            if pid not in found:
                found.add(pid)
                waiting += children[pid]
        return found

    def _ancestors(self, pid: int) -> Iterable[int]:
        passed = {pid}
        entry = self._entries.get(pid)
        while entry is not None and entry.parent not in passed:
            passed.add(entry.parent)
            yield entry.parent
            entry = self._entries.get(entry.parent)

    def _read(self, pid: int, seen: int) -> None:
        try:
            process = psutil.Process(pid)
            with process.oneshot():
                self._entries[pid] = Entry(process.name(), process.ppid(), seen)
        except psutil.Error:
            self._entries.pop(pid, None)
