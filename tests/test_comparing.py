"""From the names of runs to a comparison: what is chosen, refused, left out and told."""

from pathlib import Path

import numpy as np
import pytest
from releases import Reports

from slogate.analyzer.compare import Change
from slogate.errors import NotComparableError, UsageError
from slogate.report.comparison.model import ComparisonReport
from support import MakeRun


@pytest.fixture
def reports(make_run: MakeRun, tmp_path: Path) -> Reports:
    return Reports(make_run, tmp_path / "reports")


@pytest.fixture
def slower(reports: Reports) -> Reports:
    reports.add("1.4.0", 0.99, 1.0, 1.01)
    reports.add("1.5.0", 1.29, 1.3, 1.31)
    return reports


def states(report: ComparisonReport) -> dict[str, Change]:
    return {row.measure.id: row.change for row in report.comparison.rows}


def test_all_runs_of_two_releases(slower: Reports) -> None:
    report = slower.compare()
    assert (report.change, report.exit_code) == (Change.REGRESSED, 1)
    assert states(report)["api.latency.p95"] is Change.REGRESSED
    assert states(report)["api[GET /api/products].latency.p50"] is Change.REGRESSED
    assert states(report)["resources.cpu"] is Change.UNCHANGED
    assert (len(report.base.runs), len(report.candidate.runs)) == (3, 3)
    assert report.comparison.quantiles[0].ratio == pytest.approx(1.3, abs=0.01)
    assert slower.compare("1.5.0", "1.4.0").change is Change.IMPROVED


def test_the_same_releases_are_unchanged(reports: Reports) -> None:
    reports.add("1.4.0", 0.995, 1.0, 1.005)
    reports.add("1.5.0", 0.996, 1.001, 1.004)
    assert (reports.compare().change, reports.compare().exit_code) == (Change.UNCHANGED, 0)


def test_runs_that_were_measured_in_another_way_are_left_out_of_a_release(slower: Reports) -> None:
    slower.add("1.4.0", 5.0, seconds=80.0)
    report = slower.compare()
    assert report.change is Change.REGRESSED
    assert len(report.base.runs) == 3
    assert "1 more run of 1.4.0 measured in another way: left out" in report.notes


def test_releases_that_share_no_way_of_measuring_are_refused(reports: Reports) -> None:
    reports.add("1.4.0", 1.0, 1.01)
    reports.add("1.5.0", 1.0, 1.01, seconds=80.0)
    with pytest.raises(NotComparableError, match=r"judged load: 60 s and 80 s") as caught:
        reports.compare()
    assert caught.value.exit_code == 4
    assert "--allow-different" in caught.value.cure
    allowed = reports.compare(allow_different=True)
    assert any("compared although they differ in judged load: 60 s and 80 s" in note for note in allowed.notes)


def test_a_folder_that_somebody_named_is_not_left_out_silently(slower: Reports) -> None:
    (other,) = slower.add("1.6.0", 1.0, seconds=80.0)
    with pytest.raises(NotComparableError):
        slower.compare("1.4.0", f"1.5.0,{other.path}")


def test_runs_that_broke_are_refused(slower: Reports) -> None:
    (folder,) = slower.add("1.6.0", 1.0)
    info = folder.read_info()
    info.state = info.state.INTERRUPTED
    folder.write_info(info)
    with pytest.raises(NotComparableError, match="did not come to its end"):
        slower.compare("1.4.0", str(folder.path))


def test_a_run_beside_itself_is_a_mistake(slower: Reports) -> None:
    with pytest.raises(UsageError, match="is on both sides"):
        slower.compare("1.4.0", "1.4.0")


def test_one_run_a_side_is_indicative_until_ten_others_are_there(reports: Reports) -> None:
    reports.add("1.3.0", *np.exp(0.01 * np.random.default_rng(2).standard_normal(9)))
    reports.add("1.4.0", 1.0)
    reports.add("1.5.0", 1.5)
    alone = reports.compare()
    assert (alone.change, alone.exit_code) == (Change.INCONCLUSIVE, 3)
    assert {row.word for row in alone.told} >= {"INDICATIVE"}
    reports.add("1.3.1", 1.02)
    assert reports.compare().change is Change.REGRESSED


def test_a_release_against_its_baseline(slower: Reports) -> None:
    report = slower.compare("@baseline", "@latest")
    assert (report.base.name, report.candidate.name) == ("1.4.0", "1.5.0")
    assert report.change is Change.REGRESSED


def test_a_damaged_folder_that_nobody_named_is_no_hindrance(reports: Reports) -> None:
    reports.add("1.4.0", 1.0)
    reports.add("1.5.0", 1.5)
    (other,) = reports.add("1.3.0", 1.0)
    (other.path / "run.json").write_text('{"release": "1.3.0", "state": "complete"}')
    assert reports.compare().change is Change.INCONCLUSIVE
