"""Marks in the folder of a run that something happened to its target: which run is meant, and when it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from slogate.analyzer.evidence import Phase, RunState
from slogate.analyzer.marks import Mark
from slogate.errors import UsageError
from slogate.redact import Redactor, secrets_in_environment
from slogate.runs.folder import RunFolder
from slogate.runs.info import RunInfo
from slogate.runs.marks import append_mark
from slogate.runs.references import find_run, runs_under_way
from slogate.slo.grammar import Dimension, GrammarError, parse_quantity

_MOST_LETTERS = 1000
_HOW = "write --at as 90s, counted from the start of the load, or as 2026-11-29T14:05:30"


@dataclass(frozen=True)
class Marked:
    """What was marked: `after_s` counts from the start of the load, and is None before that; `over` tells that the run
    is, so that its reports are written already.
    """

    folder: Path
    text: str
    after_s: float | None
    over: bool


def mark(text: str, name: str | None, at: str | None, base: Path, now_s: float, environ: Mapping[str, str]) -> Marked:
    """Marks the run that `name` means, or the one that is under way under `base`, with `text`.

    `at` is when it was: a duration since the start of the load, or a date and time; else it is `now_s` (seconds since
    the epoch). Raises `UsageError` where there is no such run or no such time in it.
    """
    said = Redactor(secrets_in_environment(environ))(text.encode("utf-8", "replace").decode()).strip()[:_MOST_LETTERS]
    if not said:
        raise UsageError("a mark needs a text", cure='such as slogate mark "deploy 1.5.0"')
    folder = RunFolder.open(find_run(name, base) if name is not None else _under_way(base))
    info = folder.read_info()
    running = info.state is RunState.RUNNING
    began_s = _load_began_s(info)
    at_s = now_s if at is None else _moment_s(at, began_s)
    if at is None and not running:
        raise UsageError(f"{folder.path} is over, so a mark in it needs its time", cure=_HOW)
    _check_inside(folder.path, info, at_s, now_s)
    append_mark(folder.path, Mark(at_s, said))
    return Marked(folder.path, said, None if began_s is None else at_s - began_s, not running)


def _under_way(base: Path) -> Path:
    runs = runs_under_way(base)
    if not runs:
        raise UsageError(
            f"no run in {base} is under way", cure='name one: slogate mark "deploy 1.5.0" RUN --at 90s; or --out'
        )
    if len(runs) > 1:
        named = ", ".join(str(run.path) for run in runs)
        raise UsageError(f"{len(runs)} runs are under way: {named}", cure="name the one that is meant")
    return runs[0].path


def _load_began_s(info: RunInfo) -> float | None:
    return min((phase.start_s for phase in info.phases if phase.name in Phase.OF_LOAD), default=None)


def _moment_s(at: str, began_s: float | None) -> float:
    """Seconds since the epoch."""
    try:
        after_s = parse_quantity(at, Dimension.DURATION) / 1e6
    except GrammarError:
        try:
            return datetime.fromisoformat(at).timestamp()  # without a zone it is of this machine's
        except (ValueError, OverflowError):
            raise UsageError(f"--at {at!r} is no time", cure=_HOW) from None
    if began_s is None:
        raise UsageError(f"--at {at}: the load of this run has not begun", cure="leave --at out to mark this moment")
    return began_s + after_s


def _check_inside(path: Path, info: RunInfo, at_s: float, now_s: float) -> None:
    if not info.phases:
        return  # it has only just begun
    first_s = min(phase.start_s for phase in info.phases)
    last_s = min(now_s, max(phase.end_s for phase in info.phases))
    if not first_s <= at_s <= last_s:
        began, ended = (
            datetime.fromtimestamp(moment).astimezone().isoformat("T", "seconds") for moment in (first_s, last_s)
        )
        raise UsageError(f"that is not in {path}, which was measured from {began} to {ended}", cure=_HOW)
