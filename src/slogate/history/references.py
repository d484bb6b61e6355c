"""Which run of the history is meant: a run id or the beginning of one, a release, a run folder, or @latest."""

import difflib
from pathlib import Path

import sqlalchemy as sa

from slogate.errors import UsageError
from slogate.history.past import PastRun, Selection
from slogate.history.queries import run_of, select_runs
from slogate.history.tables import runs
from slogate.runs.folder import RunFolder

_LEAST_PREFIX = 4


def find_past_run(connection: sa.Connection, name: str) -> PastRun:
    """The run that `name` means; of a release the newest. Raises `UsageError` where there is none, or where there are
    several of which an id begins so.
    """
    if (Path(name) / "run.json").is_file():
        name = RunFolder.open(Path(name)).read_info().run_id
    if found := run_of(connection, name):
        return found
    selection = Selection(limit=1) if name == "@latest" else Selection(release=name, limit=1)
    if chosen := select_runs(connection, selection):
        return chosen[0]
    return _by_prefix(connection, name)


def _by_prefix(connection: sa.Connection, name: str) -> PastRun:
    beginning = runs.c.run_id.startswith(name, autoescape=True)
    ids = list(connection.execute(sa.select(runs.c.run_id).where(beginning).limit(2)).scalars())
    if len(name) >= _LEAST_PREFIX and len(ids) == 1 and (run := run_of(connection, ids[0])) is not None:
        return run
    if len(ids) > 1:
        raise UsageError(f"several runs begin with {name!r}, such as {ids[0]} and {ids[1]}", cure="write more of it")
    known = connection.execute(sa.select(runs.c.run_id, runs.c.release).order_by(runs.c.started_at.desc()).limit(1000))
    close = difflib.get_close_matches(name, sorted({text for row in known for text in row}), n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    raise UsageError(
        f"the history has no run and no release {name!r}{hint}",
        cure="`slogate history list` names them; `slogate history add` adds a run from its folder",
    )
