"""Which processes of this machine slo.yaml means: the roots, from which all others of it descend.

Of a PM2 app they stand in the files that PM2 keeps for each of its processes, `pids/<app>-<number>.pid` in its home.
`pm2 jlist` would tell more, and starts a Node.js each time, which takes half a second of CPU.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from slogate.host.process_table import ProcessTable
from slogate.slo.host import Process

_REPLACED_BY_PM2 = re.compile(r"[^a-zA-Z0-9\\.\\-]")  # in the names of its files, by a hyphen


def roots_of(process: Process, table: ProcessTable, pm2_home: Path, without: set[int]) -> list[int]:
    """The roots that run now, in no order. Those `without` belong to the measurement, and are never the target."""
    if process.name is not None:
        return table.roots({*table.named(process.name)} - without)
    if process.pm2 is not None:
        pids = list(_of_app(process.pm2, pm2_home))
    elif process.pid_file is not None:
        pids = list(_in_file(Path(process.pid_file)))
    else:
        pids = [process.pid] if process.pid is not None else []
    return table.roots({*table.there(pids)} - without)


def _of_app(app: str, home: Path) -> Iterator[int]:
    name = re.compile(rf"{re.escape(_REPLACED_BY_PM2.sub('-', app))}-[0-9]+\.pid")
    try:
        files = [path for path in (home / "pids").iterdir() if name.fullmatch(path.name)]
    except OSError:
        return
    for path in files:
        yield from _in_file(path)


def _in_file(path: Path) -> Iterator[int]:
    try:
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return
    if text.isdigit():
        yield int(text)
