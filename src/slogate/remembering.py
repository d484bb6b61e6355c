"""Puts judged runs into the history. A history that fails is told and changes no verdict: the run is in its folder, and
`slogate history add` makes up for it.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from slogate.errors import HistoryError, RunFolderError
from slogate.history.past import JudgedRun
from slogate.history.place import location
from slogate.report.json import VerdictDocument
from slogate.runs.folder import RunFolder
from slogate.runs.references import RunRef

if TYPE_CHECKING:
    from slogate.history.database import History


def remember(
    run: JudgedRun, note: Callable[[str], None], environ: Mapping[str, str], reports: Path | None = None
) -> bool:
    """Adds a run to the history of `reports`, where its folder is unless given. Returns whether it is there now; what
    went wrong is a note.
    """
    from slogate.history.database import open_history  # noqa: PLC0415  # who only judges does not wait for a database library
    from slogate.history.recording import record  # noqa: PLC0415  # as above

    try:
        with (
            open_history(location(reports or run.folder.resolve().parent, environ)) as history,
            history.begin() as connection,
        ):
            record(connection, run)
    except HistoryError as error:
        note(f"the run is not in the history: {error.message}; {error.cure or 'the run itself is kept'}")
        return False
    return True


def add(history: "History", refs: Iterable[RunRef], tell: Callable[[str], None]) -> int:
    """Adds finished runs from their folders, with the verdict that they have. Returns how many are new."""
    from slogate.history.recording import record  # noqa: PLC0415  # as above

    new = 0
    for ref in refs:
        try:
            run = read_judged(ref.path)
        except RunFolderError as error:
            tell(str(error))
            continue
        with history.begin() as connection:
            new += record(connection, run)
    return new


def read_judged(path: Path) -> JudgedRun:
    """A run with its verdict as it was given then. Raises `RunFolderError` where there is none, or it is damaged."""
    folder = RunFolder.open(path)
    info, file = folder.read_info(), path / "verdict.json"
    try:
        verdict = VerdictDocument.model_validate_json(file.read_bytes())
    except OSError as error:
        raise RunFolderError(
            f"{file} cannot be read: {error.strerror}", cure="a run without a verdict has no place in the history"
        ) from None
    except ValidationError as error:
        raise RunFolderError(f"{file} is damaged: {error.errors()[0]['msg']}", cure="leave this run out") from None
    for name, moment in (("started_at", info.started_at), ("ended_at", info.ended_at)):
        if moment is not None and not _is_time(moment):
            raise RunFolderError(f"{path / 'run.json'} is damaged: {name}: {moment!r} is no time")
    return JudgedRun(path, info, verdict.state, verdict.reason, verdict.exit_code, tuple(verdict.objectives))


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
