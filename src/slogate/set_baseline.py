"""The baseline that a person set in the history, and what the history knows of it once its folder is gone."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from slogate.analyzer.result import ObjectiveResult
from slogate.errors import UsageError
from slogate.history.past import Kind, PastRun
from slogate.history.place import location, may_be_there
from slogate.runs.fingerprint import fingerprint_of
from slogate.runs.folder import RunFolder
from slogate.runs.info import RunInfo
from slogate.runs.references import RunRef, all_runs, find_runs


@dataclass(frozen=True)
class RememberedBaseline:
    """The run, and its results as they were given then, by id."""

    run: PastRun
    results: Mapping[str, ObjectiveResult]

    @property
    def folder(self) -> RunRef | None:
        """Its folder, if that is still there."""
        path = Path(self.run.folder)
        return find_runs(str(path), path.parent)[0] if (path / "run.json").is_file() else None


def remembered_baseline(info: RunInfo, reports: Path, environ: Mapping[str, str]) -> RememberedBaseline | None:
    """What was set for runs such as this one; None where nothing was, or there is no history yet.

    Raises `HistoryError` for a history that cannot be read.
    """
    place = location(reports, environ)
    if not may_be_there(place):
        return None
    from slogate.history.database import open_history  # noqa: PLC0415  # who only judges does not wait for a database library
    from slogate.history.queries import results_of, set_baseline_of  # noqa: PLC0415  # as above

    kind = Kind(info.service, info.profile, fingerprint_of(info).digest)
    with open_history(place) as history, history.begin() as connection:
        found = set_baseline_of(connection, kind)
        if found is None:
            return None
        return RememberedBaseline(found.run, {item.id: item for item in results_of(connection, found.run.run_id)})


def find_named_runs(name: str, reports: Path, environ: Mapping[str, str]) -> list[RunRef]:
    """The runs that `name` means, as `find_runs` does; but @baseline is the run that was set for runs such as the
    latest, where one was.

    Raises `UsageError` where there is none.
    """
    runs = all_runs(reports) if name == "@baseline" else []
    if runs:
        info = RunFolder.open(runs[-1].path).read_info()
        if (found := remembered_baseline(info, reports, environ)) is not None and found.run.run_id != info.run_id:
            if found.folder is None:
                raise UsageError(
                    f"the folder of the baseline is gone: {found.run.folder}",
                    cure="set another with `slogate history baseline set`, or name the runs",
                )
            return [found.folder]
    return find_runs(name, reports)
