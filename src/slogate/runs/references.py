"""Which runs are meant: a folder, a release, or one of `@latest`, `@previous` and `@baseline`.

A folder and `@latest`, `@previous` are one run; a release, and `@baseline`, are all runs of it that came to their end.
The baseline is the release of the newest run that passed and is of another release than the one it is held against.
"""

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from slogate.analyzer.evidence import RunState
from slogate.analyzer.units import counted
from slogate.errors import UsageError

_NAMES = "name a folder, a release, @latest, @previous or @baseline"
_PASSED = frozenset({"pass", "warning"})


@dataclass(frozen=True)
class RunRef:
    """A run folder with what its run.json says of it; empty where that cannot be read."""

    path: Path
    release: str
    state: str

    @property
    def complete(self) -> bool:
        """Whether it came to its end."""
        return self.state == RunState.COMPLETE

    @property
    def passed(self) -> bool:
        """Whether its verdict was a pass, if it has one."""
        return _text_of(self.path / "verdict.json", "state") in _PASSED


def all_runs(base: Path) -> list[RunRef]:
    """The runs under `base`, the oldest first."""
    folders = sorted(folder for folder in base.glob("*") if (folder / "run.json").is_file()) if base.is_dir() else []
    return [_ref(folder) for folder in folders]


def find_run(name: str, base: Path) -> Path:
    """The folder of the run that `name` means; of a release the newest one. Raises `UsageError` where there is none."""
    return find_runs(name, base, only_complete=False)[-1].path


def find_runs(name: str, base: Path, *, only_complete: bool = True) -> list[RunRef]:
    """The runs that `name` means, the oldest first, at least one: several references may be joined by commas.

    Of a release those count that came to their end. Raises `UsageError` where there is none.
    """
    path = Path(name)
    if path.is_dir():
        return [_ref(path)]
    if "," in name:
        several = [ref for part in name.split(",") for ref in find_runs(part.strip(), base)]
        return list({ref.path.resolve(): ref for ref in several}.values())
    runs = all_runs(base)
    if name in {"@latest", "@previous"}:
        return [_from_the_end(name, 1 if name == "@latest" else 2, runs, base)]
    if name == "@baseline":
        return _of_baseline(runs, base)
    found = [run for run in runs if run.release == name and (run.complete or not only_complete)]
    if found:
        return found
    raise _unknown(name, runs, base)


def runs_under_way(base: Path) -> list[RunRef]:
    """The runs under `base`, those of a `versus` among them, that have not come to their end."""
    folders = sorted(path.parent for depth in ("*", "*/*") for path in base.glob(f"{depth}/run.json"))
    return [run for run in map(_ref, folders) if run.state == RunState.RUNNING]


def baseline_for(run: RunRef, base: Path) -> list[RunRef]:
    """The runs that passed, of other releases, older than `run`, the newest first. None is no error."""
    earlier = [other for other in all_runs(base) if other.path.name < run.path.name and other.release != run.release]
    return [other for other in reversed(earlier) if other.complete and other.passed]


def _from_the_end(name: str, place: int, runs: list[RunRef], base: Path) -> RunRef:
    if len(runs) < place:
        raise UsageError(
            f"{base} has {counted(len(runs), 'run')}, so there is no {name}",
            cure="run `slogate run` first, or name the place with --out",
        )
    return runs[-place]


def _of_baseline(runs: list[RunRef], base: Path) -> list[RunRef]:
    latest = _from_the_end("@baseline", 1, runs, base)
    passed = baseline_for(latest, base)
    if not passed:
        raise UsageError(
            f"{base} has no baseline: no run that passed and is of another release than the latest, {latest.release}",
            cure="name the runs to compare with, or give releases their names with --release",
        )
    return [run for run in runs if run.release == passed[0].release and run.complete and run.passed]


def _unknown(name: str, runs: list[RunRef], base: Path) -> UsageError:
    if any(run.release == name for run in runs):
        return UsageError(f"no run of {name} in {base} came to its end", cure="run it again, or name a folder")
    known = sorted({run.path.name for run in runs} | {run.release for run in runs})
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    return UsageError(f"{name!r} is neither a run folder nor a release with a run in {base}{hint}", cure=_NAMES)


def _ref(folder: Path) -> RunRef:
    return RunRef(folder, *_texts_of(folder / "run.json", "release", "state"))


def _text_of(path: Path, key: str) -> str:
    return next(_texts_of(path, key))


def _texts_of(path: Path, *keys: str) -> Iterator[str]:
    """Texts of a JSON file. One that is damaged has none: whoever opens the run is told what is wrong with it."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        content = None
    for key in keys:
        value = content.get(key) if isinstance(content, dict) else None
        yield value if isinstance(value, str) else ""
