"""`slogate compare`: from the names of runs to a comparison of two releases, or the reason why there can be none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from slogate.analyzer.compare import Rules, compare
from slogate.analyzer.measures import RunMeasures
from slogate.analyzer.units import counted
from slogate.earlier_runs import earlier_estimates
from slogate.errors import NotComparableError, UsageError
from slogate.known_runs import KnownRun, know, measures_of_run, slo_of
from slogate.report.comparison.model import ComparisonReport, Side, build
from slogate.runs.fingerprint import Difference, alike, differences, worth_telling
from slogate.runs.folder import RunFolder
from slogate.set_baseline import find_named_runs


@dataclass(frozen=True)
class CompareOptions:
    """What the command line asks for: two references to runs under `reports`, and how to compare them."""

    base: str
    candidate: str
    reports: Path = Path("reports")
    slo_path: Path | None = None
    rules: Rules = field(default_factory=Rules)
    allow_different: bool = False


def compare_named(options: CompareOptions, environ: Mapping[str, str]) -> ComparisonReport:
    """Compares the runs that the options name. Raises `UsageError` where there are none, and `NotComparableError` where
    they were not measured in the same way.
    """
    base, candidate, notes = _chosen(
        [_known(name, options.reports, environ) for name in (options.base, options.candidate)], options
    )
    return compare_runs(base, candidate, options, environ, notes)


def compare_runs(
    base: Sequence[KnownRun],
    candidate: Sequence[KnownRun],
    options: CompareOptions,
    environ: Mapping[str, str],
    notes: Sequence[str] = (),
) -> ComparisonReport:
    """Compares runs that may be compared; all are judged by the SLO file of the newest run of the candidate."""
    newest = max(candidate, key=lambda run: run.name)
    slo = slo_of(RunFolder.open(newest.ref.path), newest.info, options.slo_path, environ).slo
    without = [run.info.run_id for run in (*base, *candidate)]
    first, second = ([measures_of_run(run, slo) for run in side] for side in (base, candidate))
    kept = _without_faults(first), _without_faults(second)
    single = min(map(len, kept)) == 1 and not options.rules.pairs
    comparison = compare(
        *kept,
        options.rules,
        earlier_estimates(newest.info, options.reports, without, environ) if single else {},
    )
    beside = [f"{item}: told, and not held against them" for item in worth_telling(base[-1].info, newest.info)]
    faults = [
        f"{run.run} is left out, for its generator is to blame and not the target: {run.fault}"
        for run in (*first, *second)
        if run not in (*kept[0], *kept[1])
    ]
    names = {*comparison.base_runs, *comparison.candidate_runs}
    compared = ([run for run in side if run.name in names] for side in (base, candidate))
    return build(newest.info.service, *sides_of(*compared), comparison, [*notes, *faults, *beside])


def _without_faults(runs: Sequence[RunMeasures]) -> list[RunMeasures]:
    """The runs without those that their own generator spoiled; all of them where none is left."""
    return [run for run in runs if not run.fault] or list(runs)


def refuse_different(base: Sequence[KnownRun], candidate: Sequence[KnownRun]) -> None:
    """Raises `NotComparableError` unless all were measured in the same way."""
    if found := _differences(base, candidate):
        raise _refusal(found)


def sides_of(base: Sequence[KnownRun], candidate: Sequence[KnownRun]) -> tuple[Side, Side]:
    """The two sides by their releases; runs of one release are called by their folders."""
    first, second = _side(base), _side(candidate)
    if first.name != second.name:
        return first, second
    return Side(first.runs[-1], first.runs), Side(second.runs[-1], second.runs)


@dataclass(frozen=True)
class _Named:
    """The runs that a reference means; of a `release` those that were measured in another way may be left out."""

    text: str
    runs: list[KnownRun]
    release: bool


def _known(name: str, reports: Path, environ: Mapping[str, str]) -> _Named:
    refs = find_named_runs(name, reports, environ)
    release = "," not in name and not Path(name).is_dir() and name not in {"@latest", "@previous"}
    return _Named(name, [know(ref) for ref in refs], release)


def _chosen(sides: Sequence[_Named], options: CompareOptions) -> tuple[list[KnownRun], list[KnownRun], list[str]]:
    base, candidate = sides
    twice = {run.ref.path.resolve() for run in base.runs} & {run.ref.path.resolve() for run in candidate.runs}
    if twice:
        raise UsageError(
            f"{min(path.name for path in twice)} is on both sides", cure="name two releases, or other runs"
        )
    for run in (*base.runs, *candidate.runs):
        if not run.ref.complete:
            raise NotComparableError(
                f"{run.name} did not come to its end (its state is {run.info.state.value})", cure="leave it out"
            )
    if options.allow_different:
        apart = _differences(base.runs, candidate.runs)
        return base.runs, candidate.runs, [f"compared although they differ in {item}" for item in apart]
    shared = next(
        (
            run.fingerprint
            for run in reversed(candidate.runs)
            if any(alike(other.fingerprint, run.fingerprint) for other in base.runs)
        ),
        None,
    )
    kept = [[run for run in side.runs if shared is not None and alike(run.fingerprint, shared)] for side in sides]
    left_out = [len(side.runs) - len(runs) for side, runs in zip(sides, kept, strict=True)]
    if shared is None or any(count and not side.release for side, count in zip(sides, left_out, strict=True)):
        raise _refusal(_differences(base.runs, candidate.runs))
    notes = [
        f"{counted(count, 'more run')} of {side.text} measured in another way: left out"
        for side, count in zip(sides, left_out, strict=True)
        if count
    ]
    return kept[0], kept[1], notes


def _refusal(found: Sequence[Difference]) -> NotComparableError:
    return NotComparableError(
        "the runs were not measured in the same way:\n" + "\n".join(f"  {item}" for item in found),
        cure="measure both in the same way, or compare them nevertheless with --allow-different",
    )


def _differences(base: Sequence[KnownRun], candidate: Sequence[KnownRun]) -> list[Difference]:
    """What sets the nearest runs of the two sides apart, and all else that differs within a side."""
    newest = candidate[-1]
    across = min(
        (found for run in base if (found := differences(run.fingerprint, newest.fingerprint))),
        key=len,
        default=[],
    )
    within = (
        item
        for side in (base, candidate)
        for run in side
        for item in differences(side[-1].fingerprint, run.fingerprint)
    )
    return list(dict.fromkeys([*across, *within]))


def _side(runs: Sequence[KnownRun]) -> Side:
    return Side(", ".join(dict.fromkeys(run.info.release for run in runs)), tuple(run.name for run in runs))
