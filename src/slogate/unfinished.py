"""Makes up for what an earlier night left undone: a run that was killed before its verdict, or that a history which
was locked or gone did not take.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from slogate import verify
from slogate.analyzer.evidence import RunState
from slogate.errors import HistoryError, SlogateError
from slogate.history.database import open_history
from slogate.history.place import location
from slogate.history.recording import known_runs
from slogate.known_runs import know_readable
from slogate.remembering import read_judged, remember
from slogate.runs.folder import RunFolder, abandon
from slogate.runs.references import RunRef, all_runs

_SILENT_S = 3600.0  # a run that goes on writes something at least as often as a page takes to load


def make_up_for(reports: Path, note: Callable[[str], None], environ: Mapping[str, str], now_s: float) -> None:
    """Judges the runs under `reports` that have no verdict, and adds those to the history that are not in it.

    What cannot be mended is told and left as it is. A run that may be under way is left alone.
    """
    try:
        with open_history(location(reports, environ)) as history, history.begin() as connection:
            runs = list(know_readable(all_runs(reports)))
            known = known_runs(connection, [run.info.run_id for run in runs])
    except HistoryError as error:
        note(f"what earlier runs left undone stays so: {error.message}")
        return
    for run in runs:
        if run.info.run_id not in known:
            try:
                _finish(run.ref, note, environ, now_s)
            except SlogateError as error:
                note(f"{run.name} stays without a place in the history: {error.message}")


def _finish(ref: RunRef, note: Callable[[str], None], environ: Mapping[str, str], now_s: float) -> None:
    if all((ref.path / name).is_file() for name in verify.REPORTS):
        remember(read_judged(ref.path), note, environ)
        return
    if ref.state == RunState.RUNNING:
        if now_s - _last_written_s(ref.path) < _SILENT_S:
            return
        abandon(RunFolder.open(ref.path), "slogate was killed, or its machine")
    outcome = verify.judge_folder(ref.path, None, environ)
    verify.write_reports(outcome)
    remember(verify.judged_run(outcome), note, environ)
    note(f"{ref.path.name} was left without a verdict and is judged now: {outcome.report.word}")


def _last_written_s(folder: Path) -> float:
    return max((path.stat().st_mtime for path in _files(folder)), default=time.time())


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.rglob("*") if path.is_file())
