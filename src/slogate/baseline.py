"""The earlier release that `vs_baseline` is about: found beside this one, set in the history, or named by a person."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from slogate.analyzer.judge_baseline import Baseline
from slogate.earlier_runs import earlier_estimates
from slogate.errors import HistoryError
from slogate.known_runs import KnownRun, know, know_readable, results_of_run
from slogate.runs.fingerprint import alike, differences, fingerprint_of
from slogate.runs.folder import RunFolder
from slogate.runs.info import RunInfo
from slogate.runs.references import RunRef, baseline_for
from slogate.set_baseline import remembered_baseline
from slogate.slo.model import Slo

_MOST_RUNS = 10  # of a baseline, the newest ones: more would cost time and change little


def baseline_of(
    folder: RunFolder, info: RunInfo, slo: Slo, against: Sequence[RunRef] | None, environ: Mapping[str, str]
) -> Baseline:
    """The baseline of a run: the runs `against` which it is to be held; else the run that was set for such runs in the
    history; else those of the newest release before it that passed and was measured in the same way. Only what an
    objective asks for is read.
    """
    if not slo.asks_for_a_baseline():
        return Baseline("")
    if against is not None:
        return _among_runs(folder, info, slo, against, environ)
    try:
        remembered = remembered_baseline(info, folder.path.resolve().parent, environ)
    except HistoryError as error:
        doubt = f"{error.message}, and may have another baseline than the one that is used here"
        return replace(_among_runs(folder, info, slo, None, environ), doubt=doubt)
    if remembered is None or remembered.run.run_id == info.run_id:
        return _among_runs(folder, info, slo, None, environ)
    if (ref := remembered.folder) is not None:
        return _among_runs(folder, info, slo, [ref], environ)
    earlier = earlier_estimates(info, folder.path.resolve().parent, [info.run_id, remembered.run.run_id], environ)
    return Baseline(remembered.run.release, runs=(remembered.results,), earlier=earlier)


def _among_runs(
    folder: RunFolder, info: RunInfo, slo: Slo, against: Sequence[RunRef] | None, environ: Mapping[str, str]
) -> Baseline:
    own, place = fingerprint_of(info), folder.path.resolve()
    if against is None:
        passed = list(know_readable(baseline_for(RunRef(place, info.release, info.state), place.parent)))
        like_it = [run for run in passed if alike(run.fingerprint, own)]
        chosen = [run for run in like_it if run.info.release == like_it[0].info.release]
        missing = Baseline("", missing=_none_found(info, passed), cure=_cure(passed))
    else:
        named = [know(ref) for ref in against if ref.path.resolve() != place]
        chosen = [run for run in named if alike(run.fingerprint, own)]
        missing = Baseline("", missing=_not_alike(info, named), cure="name another baseline", unusable=True)
    if not chosen:
        return missing
    runs = sorted(chosen, key=lambda run: run.name)[-_MOST_RUNS:]
    return Baseline(
        name=runs[-1].info.release,
        runs=tuple(results_of_run(run, slo) for run in runs),
        earlier=earlier_estimates(info, place.parent, [info.run_id, *(run.info.run_id for run in runs)], environ),
    )


def passed_before(
    folder: RunFolder, info: RunInfo, slo: Slo, environ: Mapping[str, str]
) -> Mapping[str, Sequence[float]]:
    """What `normal` is about: by the id of an objective, its estimates in runs before this one that were measured in
    the same way and passed, the oldest first. They are read only where an objective asks for them.
    """
    if not slo.asks_for_a_normal_range():
        return {}
    place = folder.path.resolve().parent
    return earlier_estimates(info, place, [info.run_id], environ, passed=True, before=_began(info))


def _began(info: RunInfo) -> datetime | None:
    """None where run.json does not tell a moment on the clock of the world."""
    try:
        began = datetime.fromisoformat(info.started_at)
    except ValueError:
        return None
    return began if began.tzinfo is not None else None


def _none_found(info: RunInfo, passed: Sequence[KnownRun]) -> str:
    if not passed:
        return f"no baseline yet: no earlier run of another release than {info.release} passed"
    return f"no baseline yet: {_not_alike(info, passed)}"


def _not_alike(info: RunInfo, others: Sequence[KnownRun]) -> str:
    if not others:
        return "the baseline is this very run"
    own = fingerprint_of(info)
    nearest = min(others, key=lambda run: len(differences(own, run.fingerprint)))
    found = differences(own, nearest.fingerprint)
    return f"{nearest.name} was not measured in the same way: {'; '.join(map(str, found))}"


def _cure(passed: Sequence[KnownRun]) -> str:
    return (
        "measure the earlier release again in the same way" if passed else "give each release its name with --release"
    )
