"""`slogate versus`: two deployments measured in turn, pair after pair, until it is known which is worse.

Pairs are ABBA: base first, then candidate first, so that whatever drifts (a cache that fills, a neighbour that wakes)
weighs on both sides alike. Each run is a whole verification with a folder of its own, and all of them are kept.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from slogate import verify
from slogate.analyzer.compare import Change, Comparison, Rules, compare
from slogate.analyzer.measure import Family
from slogate.analyzer.measures import RunMeasures
from slogate.analyzer.pair_looks import LEAST_PAIRS, PairLooks
from slogate.comparing import refuse_different, sides_of
from slogate.errors import CutShortError, ExitCode, MeasurementError, SlogateError
from slogate.interruption import Interruption
from slogate.known_runs import KnownRun, know, measures_of_run
from slogate.report.comparison import html, json, junit, markdown
from slogate.report.comparison.model import ComparisonReport, build, name_of, say_shift
from slogate.report.progress import Progress
from slogate.runs.folder import RunFolder, new_folder
from slogate.runs.references import find_runs
from slogate.setup import RunOptions, prepare
from slogate.slo.model import Slo

_REST_S = 2.0  # between runs: what one left in the queues of the machine is not the next one's
_MOST_LEFT_OUT = 2  # pairs that their own generator spoiled, before it is no use to go on
_POLL_S = 0.1

Verify = Callable[[RunOptions, Progress, Mapping[str, str]], verify.Outcome]


@dataclass(frozen=True)
class Deployment:
    """One of the two: what it is called, and its targets as `--target` takes them."""

    release: str
    targets: tuple[str, ...]


@dataclass(frozen=True)
class VersusOptions:
    """What the command line asks for: `run` but for its targets and release, and at most so many `pairs`, from 2 on."""

    run: RunOptions
    base: Deployment
    candidate: Deployment
    pairs: int
    threshold: float
    rest_s: float = _REST_S


@dataclass(frozen=True)
class Outcome:
    """Where everything lies, what is said of it, and what the process should exit with. `failure` tells why it ended
    before its time, if it did.
    """

    path: Path
    report: ComparisonReport
    exit_code: ExitCode
    failure: SlogateError | None = None


@dataclass
class _Pairs:
    """The pairs so far, first with first; and why others were left out."""

    base: list[KnownRun] = field(default_factory=list)
    candidate: list[KnownRun] = field(default_factory=list)
    base_measures: list[RunMeasures] = field(default_factory=list)
    candidate_measures: list[RunMeasures] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.base)

    def add(self, base: KnownRun, candidate: KnownRun, of_base: RunMeasures, of_candidate: RunMeasures) -> None:
        """One more pair."""
        self.base.append(base)
        self.candidate.append(candidate)
        self.base_measures.append(of_base)
        self.candidate_measures.append(of_candidate)


def versus(options: VersusOptions, progress: Progress, environ: Mapping[str, str], run: Verify = verify.run) -> Outcome:
    """Measures pairs until it is decided, and compares them; each run is one of `run`. Raises `SlogateError` for what
    stops it before there is a pair.
    """
    setups = [
        prepare(_options_of(options, side, options.run.out), environ) for side in (options.base, options.candidate)
    ]
    slo = setups[0].file.slo
    folder = new_folder(options.run.out, f"{options.candidate.release}-versus", datetime.now(UTC))
    series = _Series(options, slo, folder, progress, environ, run)
    series.measure()
    pairs = series.pairs
    if not pairs:
        with suppress(OSError):  # it is kept if there is something in it
            folder.rmdir()
        raise series.failure or MeasurementError(
            f"no pair of runs could be compared: {pairs.left_out[0]}", cure=f"look at the reports in {folder}"
        )
    report = build(
        slo.service,
        *sides_of(pairs.base, pairs.candidate),
        series.compared(),
        pairs.left_out,
        {known.name: f"{known.name}/report.html" for known in (*pairs.base, *pairs.candidate)},
    )
    _write(folder, report)
    code = report.exit_code if series.failure is None else ExitCode.NOT_JUDGEABLE
    return Outcome(folder, report, code, series.failure)


class _Series:
    """One series of pairs. `failure` says why it ended before its time, if it did."""

    def __init__(
        self,
        options: VersusOptions,
        slo: Slo,
        folder: Path,
        progress: Progress,
        environ: Mapping[str, str],
        run: Verify,
    ) -> None:
        self._options = options
        self._slo = slo
        self._folder = folder
        self._progress = progress
        # Each run would append its own summary to the job's page.
        self._environ = {name: value for name, value in environ.items() if name != "GITHUB_STEP_SUMMARY"}
        self._run = run
        self._looks = PairLooks(min(LEAST_PAIRS, options.pairs), options.pairs)
        self._interruption = Interruption(lambda: f"ended at once; what was measured is in {folder}")
        self.pairs = _Pairs()
        self.failure: SlogateError | None = None

    def measure(self) -> None:
        """Measures pairs until it is decided, there are enough, or something ends it."""
        with self._interruption:
            try:
                self._measure()
            except SlogateError as error:
                self.failure = error

    def compared(self) -> Comparison:
        """What is known by the pairs so far."""
        rules = Rules(self._options.threshold, pairs=True, looks=self._looks)
        return compare(self.pairs.base_measures, self.pairs.candidate_measures, rules)

    def _measure(self) -> None:
        begun = 0
        while len(self.pairs) < self._options.pairs and len(self.pairs.left_out) <= _MOST_LEFT_OUT:
            order = (self._options.base, self._options.candidate)
            order = order[::-1] if begun % 2 else order
            self._progress.note(f"pair {len(self.pairs) + 1} of {self._options.pairs}, {order[0].release} first")
            if begun:
                self._rest()
            begun += 1
            self._measure_pair(order)
            if self.pairs and self._decided():
                return

    def _measure_pair(self, order: Sequence[Deployment]) -> None:
        found: dict[str, tuple[KnownRun, RunMeasures]] = {}
        for index, side in enumerate(order):
            if index:
                self._rest()
            outcome = self._run(_options_of(self._options, side, self._folder), self._progress, self._environ)
            if outcome.failure is not None:
                raise outcome.failure
            run = _known(outcome.folder)
            found[side.release] = (run, measures_of_run(run, self._slo))
        for run, measures in found.values():
            if measures.fault:
                left_out = f"{run.name} and its pair are left out, for its generator is to blame: {measures.fault}"
                self.pairs.left_out.append(left_out)
                self._progress.note(left_out)
                return
        (base, of_base), (candidate, of_candidate) = (
            found[side.release] for side in (self._options.base, self._options.candidate)
        )
        refuse_different([base], [candidate])
        self.pairs.add(base, candidate, of_base, of_candidate)

    def _decided(self) -> bool:
        """Whether another pair would change nothing. Before the first look only what cannot be judged is that."""
        found = self.compared()
        if found.change is Change.ERROR:
            return True
        if len(self.pairs) < self._looks.least:
            return False
        for row in found.of(Family.OBJECTIVES):
            if row.estimate is not None:
                shift = say_shift(row.measure, row.estimate)
                self._progress.note(f"  {name_of(row.measure)} {shift}: {row.change.value}")
        return found.decided

    def _rest(self) -> None:
        """Raises `CutShortError` when somebody ends the series meanwhile."""
        until_s = time.monotonic() + self._options.rest_s
        while time.monotonic() < until_s:
            if self._interruption.requested:
                raise CutShortError(f"{self._interruption.requested} ended the series between two runs")
            time.sleep(_POLL_S)


def _options_of(options: VersusOptions, side: Deployment, out: Path) -> RunOptions:
    return replace(
        options.run, targets=side.targets, release=side.release, out=out, command="versus", reports=options.run.out
    )


def _known(folder: RunFolder) -> KnownRun:
    return know(find_runs(str(folder.path), folder.path.parent)[0])


def _write(folder: Path, report: ComparisonReport) -> None:
    place = RunFolder(folder)
    texts: Sequence[tuple[str, str]] = (
        ("comparison.json", json.render(report)),
        ("comparison.html", html.render(report)),
        ("comparison.md", markdown.render(report)),
        ("junit.xml", junit.render(report)),
    )
    for name, text in texts:
        place.write_text(name, text)
