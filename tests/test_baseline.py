"""The earlier release that a run is held against: found among the runs beside it, or named."""

from pathlib import Path

import pytest
from releases import Reports

from slogate.analyzer.result import ObjectiveResult, State
from slogate.cli import main
from slogate.runs.folder import RunFolder
from slogate.verify import judge_folder, rendered
from support import SLO, MakeRun


@pytest.fixture
def reports(make_run: MakeRun, tmp_path: Path) -> Reports:
    return Reports(make_run, tmp_path / "reports")


SLO_WITH_BASELINE = SLO.replace("p95: < 500ms", "p95: {pass: < 500ms, vs_baseline: <= +10%}")


def vs_baseline(folder: RunFolder, *against: str, base: Path) -> dict[str, str]:
    arguments = ["judge", str(folder.path), "--json", "--out", str(base)]
    main([*arguments, *(item for name in against for item in ("--baseline", name))])
    outcome = judge_folder(folder.path, None, {})
    (found,) = [item for item in outcome.document.objectives if item.id == "api.latency.p95.vs_baseline"]
    return {"state": found.state.value, "reason": found.reason, "whole": outcome.document.state.value}


def test_a_run_is_held_against_the_newest_release_that_passed(reports: Reports) -> None:
    reports.add("1.3.0", 3.0, 3.1)
    reports.add("1.4.0", 0.99, 1.0, 1.01)
    reports.add("1.4.1", 100.0)  # which fails, and is no baseline
    (worse,) = reports.add("1.5.0", 1.5, slo=SLO_WITH_BASELINE)
    found = vs_baseline(worse, base=reports.place)
    assert (found["state"], found["whole"]) == ("fail", "fail")
    assert "beside 1.4.0 (3 runs)" in found["reason"]
    (same,) = reports.add("1.6.0", 1.0, slo=SLO_WITH_BASELINE)
    assert vs_baseline(same, base=reports.place)["state"] == "pass"


def test_the_first_run_has_no_baseline_and_can_still_pass(reports: Reports) -> None:
    (first,) = reports.add("1.4.0", 1.0, slo=SLO_WITH_BASELINE)
    found = vs_baseline(first, base=reports.place)
    assert (found["state"], found["whole"]) == ("info", "pass")
    assert "no earlier run of another release than 1.4.0 passed" in found["reason"]


def test_runs_that_were_measured_in_another_way_are_no_baseline(reports: Reports) -> None:
    reports.add("1.4.0", 1.0, 1.0, seconds=80.0)
    (run,) = reports.add("1.5.0", 1.0, slo=SLO_WITH_BASELINE)
    found = vs_baseline(run, base=reports.place)
    assert found["state"] == "info"
    assert "was not measured in the same way" in found["reason"]


@pytest.mark.parametrize(
    ("name", "code"), [("1.3.0", 1), ("1.4.0", 4), ("1.5.0", 4), ("none", 2)], ids=["worse", "unlike", "itself", "none"]
)
def test_judge_takes_a_baseline_by_name(
    reports: Reports, name: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    reports.add("1.3.0", 0.5, 0.51, 0.49)
    reports.add("1.4.0", 1.0, 1.0, seconds=80.0)
    (run,) = reports.add("1.5.0", 1.0, slo=SLO_WITH_BASELINE)
    assert main(["judge", str(run.path), "--baseline", name, "--out", str(reports.place)]) == code
    capsys.readouterr()


NORMAL = SLO.replace("cpu: < 70%", "cpu: normal, memory: < 99%")


def test_normal_is_held_against_earlier_runs_that_passed_and_no_others(reports: Reports) -> None:
    made = reports.add("1.0.0", *[1.0] * 4)
    made += reports.add("1.1.0", 100.0)  # which fails
    made += reports.add("1.2.0", 1.0, seconds=80.0)  # measured in another way
    made += reports.add("1.3.0", 1.0, slo=NORMAL)
    made += reports.add("1.4.0", 1.0, slo=NORMAL)
    for night, folder in enumerate(made):
        began = f"2026-09-{night + 1:02d}T02:00:00+00:00"
        folder.write_info(folder.read_info().model_copy(update={"started_at": began}))
    *_, fifth, sixth = made
    found = {run: cpu_of(run) for run in (fifth, sixth)}
    assert (found[fifth].state, found[sixth].state) == (State.INFO, State.PASS)
    assert "4 of 5 runs that passed" in found[fifth].reason
    assert "of 5 runs that passed" in found[sixth].reason
    row = next(row for row in judge_folder(sixth.path, None, {}).report.rows if row.name == "CPU")
    assert row.criterion == "normal: 27.0 % .. 33.0 %"
    legend = "A range without a line is what was normal"
    texts = [rendered(judge_folder(run.path, None, {}), "html") for run in (fifth, sixth)]
    assert [legend in text for text in texts] == [False, True]
    assert row.scale is not None


def cpu_of(run: RunFolder) -> ObjectiveResult:
    return next(item for item in judge_folder(run.path, None, {}).document.objectives if item.id == "resources.cpu")
