"""Pairs of runs: their order, when they end, and which of them count. Each run is a folder that was made by hand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from slogate.analyzer.compare import Change
from slogate.errors import ExitCode, MeasurementError, NotComparableError, TargetError, UsageError
from slogate.report.progress import Progress, TerminalProgress
from slogate.setup import RunOptions
from slogate.verify import Outcome as Verification
from slogate.verify import judge_folder, write_reports
from slogate.versus import Deployment, Outcome, VersusOptions, versus
from support import SLO, MakeRun

LATENCIES = np.random.default_rng(1).lognormal(3.0, 0.4, 4000)
PROGRESS = TerminalProgress(Console(quiet=True))


@dataclass
class Fake:
    """Makes a folder where `slogate run` would measure. `slower` is the candidate's factor; `breaks` is what happens to
    the n-th run (from 0): an error, a generator that is `busy`, or a target that is `limited`.
    """

    make_run: MakeRun
    slower: float = 1.0
    noise: float = 0.01
    seconds: Mapping[str, float] = field(default_factory=dict)
    breaks: Mapping[int, str | MeasurementError] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)

    def __call__(self, options: RunOptions, _progress: Progress, environ: Mapping[str, str]) -> Verification:
        number, release = len(self.order), options.release or ""
        self.order.append(release)
        broken = self.breaks.get(number)
        if isinstance(broken, MeasurementError):
            raise broken
        factor = self.slower if release == "new" else 1.0
        latencies = LATENCIES * factor * np.exp(self.noise * np.random.default_rng(number).standard_normal())
        limited = ["rate_limited"] * 400 + ["ok"] * 3600
        folder = self.make_run(
            latencies.tolist(),
            release=release,
            base=options.out,
            seconds=self.seconds.get(release, 60.0),
            outcomes=limited if broken == "limited" else None,
            generator_cpu=1.0 if broken == "busy" else 0.1,
        )
        outcome = judge_folder(folder.path, None, environ)
        write_reports(outcome)
        return outcome


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "slo.yaml").write_text(SLO)
    (tmp_path / "loadtests").mkdir()
    (tmp_path / "loadtests" / "shop.py").write_text("")
    return tmp_path


def series(suite: Path, fake: Fake, pairs: int = 8) -> Outcome:
    run = RunOptions(suite / "slo.yaml", out=suite / "out")
    old, new = (Deployment(name, ("http://127.0.0.1:1",)) for name in ("old", "new"))
    return versus(VersusOptions(run, old, new, pairs, 0.05, rest_s=0.0), PROGRESS, {}, fake)


@pytest.mark.parametrize(
    ("slower", "noise", "change", "most_pairs"),
    [
        (1.3, 0.01, Change.REGRESSED, 4),
        (0.7, 0.0, Change.IMPROVED, 4),  # of an error rate of nothing in so few requests three are not enough
        (1.0, 0.0, Change.UNCHANGED, 4),
        (1.0, 0.2, Change.INCONCLUSIVE, 8),
    ],
)
def test_it_ends_as_soon_as_it_is_decided(
    suite: Path, make_run: MakeRun, slower: float, noise: float, change: Change, most_pairs: int
) -> None:
    fake = Fake(make_run, slower, noise)
    outcome = series(suite, fake)
    assert outcome.report.change is change
    assert 6 <= len(fake.order) <= 2 * most_pairs
    assert fake.order[:6] == ["old", "new", "new", "old", "old", "new"]
    document = json.loads((outcome.path / "comparison.json").read_text())
    assert (document["paired"], len(document["base"]["runs"])) == (True, len(fake.order) // 2)


def test_two_pairs_are_looked_at_once(suite: Path, make_run: MakeRun) -> None:
    fake = Fake(make_run, 3.0, 0.001)
    assert series(suite, fake, pairs=2).report.change is Change.REGRESSED
    assert len(fake.order) == 4


def test_a_pair_that_its_generator_spoiled_is_left_out_and_told(suite: Path, make_run: MakeRun) -> None:
    fake = Fake(make_run, 1.3, breaks={1: "busy"})
    outcome = series(suite, fake)
    assert outcome.report.change is Change.REGRESSED
    assert "its generator is to blame" in outcome.report.notes[-1]
    assert len(outcome.report.base.runs) == len(fake.order) // 2 - 1
    assert fake.order[:4] == ["old", "new", "new", "old"]  # the order goes on to change


def test_generators_that_spoil_every_pair_end_it(suite: Path, make_run: MakeRun) -> None:
    fake = Fake(make_run, breaks=dict.fromkeys(range(20), "busy"))
    with pytest.raises(MeasurementError, match="no pair of runs could be compared"):
        series(suite, fake)
    assert len(fake.order) == 6


def test_a_target_that_cannot_be_judged_is_never_left_out(suite: Path, make_run: MakeRun) -> None:
    fake = Fake(make_run, breaks={3: "limited"})
    outcome = series(suite, fake)
    assert (outcome.report.change, outcome.exit_code) == (Change.ERROR, ExitCode.NOT_JUDGEABLE)
    assert len(fake.order) == 4


def test_what_was_measured_before_it_broke_is_compared(suite: Path, make_run: MakeRun) -> None:
    fake = Fake(make_run, 1.3, breaks={4: TargetError("the target is gone")})
    outcome = series(suite, fake)
    assert outcome.exit_code is ExitCode.NOT_JUDGEABLE
    assert str(outcome.failure) == "the target is gone"
    assert len(outcome.report.base.runs) == 2


def test_nothing_is_left_of_what_could_not_begin(suite: Path, make_run: MakeRun) -> None:
    with pytest.raises(TargetError):
        series(suite, Fake(make_run, breaks={0: TargetError("the target is not there")}))
    assert list((suite / "out").iterdir()) == []


def test_deployments_that_are_measured_in_different_ways_end_it_at_once(suite: Path, make_run: MakeRun) -> None:
    fake = Fake(make_run, seconds={"new": 80.0})
    with pytest.raises(NotComparableError, match="judged load: 60 s and 80 s"):
        series(suite, fake)
    assert len(fake.order) == 2


def test_a_target_that_the_file_does_not_name_is_refused_before_anything_is_measured(
    suite: Path, make_run: MakeRun
) -> None:
    fake = Fake(make_run)
    run = RunOptions(suite / "slo.yaml", out=suite / "out")
    asked = VersusOptions(run, Deployment("old", ()), Deployment("new", ("http://stranger.example",)), 2, 0.05)
    with pytest.raises(UsageError, match=r"stranger\.example is not on a host"):
        versus(asked, PROGRESS, {}, fake)
    assert fake.order == []
