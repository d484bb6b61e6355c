"""Which run is meant: a folder, a release, or one of `@latest` and `@previous`."""

import difflib
from pathlib import Path

from slogate.errors import UsageError


def find_run(name: str, base: Path) -> Path:
    """The folder of the run that `name` means. A release means its newest run under `base`."""
    path = Path(name)
    if path.is_dir():
        return path
    runs = sorted(folder for folder in base.glob("*") if (folder / "run.json").is_file()) if base.is_dir() else []
    if name in {"@latest", "@previous"}:
        wanted = 1 if name == "@latest" else 2
        if len(runs) < wanted:
            raise UsageError(
                f"{base} has {len(runs)} runs, so there is no {name}",
                cure="run `slogate run` first, or name the place with --out",
            )
        return runs[-wanted]
    of_release = [run for run in runs if _release_of(run) == name]
    if of_release:
        return of_release[-1]
    known = sorted({run.name for run in runs} | {_release_of(run) for run in runs})
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    raise UsageError(
        f"{name!r} is neither a run folder nor a release with a run in {base}{hint}",
        cure="name a folder, a release, @latest or @previous",
    )


def _release_of(run: Path) -> str:
    return run.name.partition("-")[2]
