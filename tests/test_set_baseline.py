"""What a person set as the baseline is what runs are held against, also when its folder is gone."""

import shutil
from pathlib import Path

import pytest
from releases import Reports

from slogate.cli import main
from slogate.remembering import remember
from slogate.runs.folder import RunFolder
from slogate.verify import judge_folder, judged_run
from support import SLO, MakeRun

SLO_WITH_BASELINE = SLO.replace("p95: < 500ms", "p95: {pass: < 500ms, vs_baseline: <= +10%}")


@pytest.fixture
def reports(make_run: MakeRun, tmp_path: Path) -> Reports:
    """Two releases, of which the older is half as slow; the history has both."""
    found = Reports(make_run, tmp_path / "reports")
    for release, factors in (("1.3.0", (0.5, 0.51, 0.49)), ("1.4.0", (1.0, 1.01, 0.99))):
        for folder in found.add(release, *factors):
            remember(judged_run(judge_folder(folder.path, None, {})), pytest.fail, {})
    return found


def history(reports: Reports, *command: str) -> int:
    return main(["history", *command, "--reports", str(reports.place)])


def reason(folder: RunFolder) -> str:
    outcome = judge_folder(folder.path, None, {})
    (found,) = [item for item in outcome.document.objectives if item.id == "api.latency.p95.vs_baseline"]
    return f"{found.state}: {found.reason}"


def test_it_takes_the_place_of_the_newest_release_that_passed(reports: Reports) -> None:
    (run,) = reports.add("1.5.0", 1.0, slo=SLO_WITH_BASELINE)
    assert "beside 1.4.0 (3 runs)" in reason(run)
    assert history(reports, "baseline", "set", "1.3.0") == 0
    assert "beside 1.3.0 (1 run)" in reason(run)
    assert history(reports, "baseline", "clear", "1.3.0") == 0
    assert "beside 1.4.0 (3 runs)" in reason(run)


def test_it_is_known_after_its_folder_is_gone(reports: Reports) -> None:
    (run,) = reports.add("1.5.0", 1.0, slo=SLO_WITH_BASELINE)
    history(reports, "baseline", "set", "1.3.0")
    there = reason(run)
    for folder in reports.place.glob("*-1.3.0*"):
        shutil.rmtree(folder)
    assert reason(run) == there


def test_compare_takes_it_by_its_name(reports: Reports, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["compare", "@baseline", "@latest", "--reports", str(reports.place), "--json"]
    reports.add("1.5.0", 1.0)
    history(reports, "baseline", "set", "1.3.0")
    capsys.readouterr()
    main(command)
    assert '"release": "1.3.0"' in capsys.readouterr().out
    for folder in reports.place.glob("*-1.3.0*"):
        shutil.rmtree(folder)
    assert main(command) == 2
    assert "the folder of the baseline is gone" in capsys.readouterr().err


def test_a_history_that_cannot_be_read_is_told_and_stops_nothing(reports: Reports) -> None:
    (run,) = reports.add("1.5.0", 1.0, slo=SLO_WITH_BASELINE)
    (reports.place / "history.db").write_bytes(b"damaged")
    assert "beside 1.4.0 (3 runs)" in reason(run)
    notes = judge_folder(run.path, None, {}).document.findings
    assert [note.code for note in notes if "is no history of slogate" in note.message] == ["doubtful_baseline"]


def test_a_run_is_not_held_against_itself(reports: Reports) -> None:
    (run,) = reports.add("1.5.0", 1.0, slo=SLO_WITH_BASELINE)
    remember(judged_run(judge_folder(run.path, None, {})), pytest.fail, {})
    history(reports, "baseline", "set", "1.5.0")
    assert "beside 1.4.0 (3 runs)" in reason(run)
