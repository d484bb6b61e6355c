"""Finished runs as they are held against others: each judged anew, by one SLO file for all."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from slogate.analyzer.measures import RunMeasures, measures_of
from slogate.analyzer.result import ObjectiveResult
from slogate.analyzer.verdict import judge
from slogate.errors import RunFolderError
from slogate.runs.fingerprint import Fingerprint, fingerprint_of
from slogate.runs.folder import RunFolder
from slogate.runs.info import RunInfo
from slogate.runs.reading import read_evidence
from slogate.runs.references import RunRef
from slogate.slo.file import SloFile, load
from slogate.slo.model import Slo
from slogate.suite_files import slo_content


@dataclass(frozen=True)
class KnownRun:
    """A run of which run.json has been read."""

    ref: RunRef
    info: RunInfo
    fingerprint: Fingerprint

    @property
    def name(self) -> str:
        """As messages call it: the name of its folder."""
        return self.ref.path.resolve().name


def know(ref: RunRef) -> KnownRun:
    """Reads what was run. Raises `RunFolderError` for a folder that is damaged."""
    info = RunFolder.open(ref.path).read_info()
    return KnownRun(ref, info, fingerprint_of(info))


def know_readable(refs: Iterable[RunRef]) -> Iterator[KnownRun]:
    """Of runs that nobody named those that can be read: a damaged folder among them is no reason to stop."""
    for ref in refs:
        try:
            yield know(ref)
        except RunFolderError:
            continue


def slo_of(folder: RunFolder, info: RunInfo, slo_path: Path | None, environ: Mapping[str, str]) -> SloFile:
    """The SLO file of a run as it was judged, or another one."""
    path = slo_path or folder.path / "slo.yaml"
    # The targets of a finished run are in run.json; the variables in them may be gone, or secret.
    return load(slo_content(path), str(path), {**environ, **info.variables}, targets_needed=False)


def measures_of_run(run: KnownRun, slo: Slo) -> RunMeasures:
    """What of a run can be compared."""
    evidence = read_evidence(RunFolder.open(run.ref.path), run.info)
    return measures_of(run.name, slo, evidence, judge(slo, evidence, allow_inconclusive=False))


def results_of_run(run: KnownRun, slo: Slo) -> dict[str, ObjectiveResult]:
    """The results of a run on each objective of `slo`, by id."""
    evidence = read_evidence(RunFolder.open(run.ref.path), run.info)
    return {item.id: item for item in judge(slo, evidence, allow_inconclusive=False).objectives}
