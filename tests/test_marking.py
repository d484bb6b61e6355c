"""`slogate mark`: which run is meant, when it was, and that the report and the verdict say it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from slogate.analyzer.evidence import RunState
from slogate.cli import main
from slogate.errors import UsageError
from slogate.marking import Marked, mark
from slogate.runs.folder import RunFolder
from slogate.runs.marks import read_marks
from support import START_S, MakeRun

SLOW_FROM_THE_MIDDLE = [20.0 if index < 600 else 2000.0 for index in range(1200)]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tmp_path / "reports"


def at(base: Path, when: str | None, name: str | None = None, now_s: float = START_S + 30) -> Marked:
    return mark("deploy 1.5.0", name, when, base, now_s, {})


def test_the_run_under_way_is_meant_and_this_moment(make_run: MakeRun, base: Path) -> None:
    make_run([20.0], release="old")
    running = make_run([20.0], state=RunState.RUNNING, settled=False)
    found = at(base, None)
    assert found == Marked(running.path, "deploy 1.5.0", 30.0, over=False)
    assert [item.at_s for item in read_marks(running.path)] == [START_S + 30]


def test_a_run_of_a_versus_under_way_is_found(make_run: MakeRun, base: Path) -> None:
    running = make_run([20.0], state=RunState.RUNNING, base=base / "20260921T090000Z-b-versus")
    assert at(base, None).folder == running.path


def test_without_a_run_under_way_or_with_two_one_has_to_be_named(make_run: MakeRun, base: Path) -> None:
    make_run([20.0])
    with pytest.raises(UsageError, match=r"no run in .* is under way"):
        at(base, None)
    runs = [make_run([20.0], state=RunState.RUNNING) for _ in range(2)]
    with pytest.raises(UsageError, match="2 runs are under way"):
        at(base, None)
    assert at(base, None, str(runs[1].path)).folder == runs[1].path


@pytest.mark.parametrize("when", ["29s", "29000ms", datetime.fromtimestamp(START_S + 29, UTC).isoformat()])
def test_a_run_that_is_over_is_marked_at_a_time_in_it(make_run: MakeRun, base: Path, when: str) -> None:
    folder = make_run([20.0] * 100)
    assert at(base, when, "@latest", START_S + 9999) == Marked(folder.path, "deploy 1.5.0", 29.0, over=True)


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (None, "is over, so a mark in it needs its time"),
        ("soon", "'soon' is no time"),
        ("12 parsecs", "is no time"),
        ("61s", "is not in"),
        ("2020-01-01T00:00:00", "is not in"),
        ("99999-01-01", "is no time"),
    ],
)
def test_a_time_that_is_not_in_the_run(make_run: MakeRun, base: Path, when: str | None, words: str) -> None:
    folder = make_run([20.0] * 100)
    with pytest.raises(UsageError, match=words):
        at(base, when, "@latest", START_S + 9999)
    assert not (folder.path / "marks.jsonl").exists()


def test_nothing_is_marked_ahead_of_time(make_run: MakeRun, base: Path) -> None:
    make_run([20.0], state=RunState.RUNNING)
    with pytest.raises(UsageError, match="is not in"):
        at(base, "45s")


@pytest.mark.parametrize("text", ["", " \n "])
def test_a_mark_without_a_text_is_none(make_run: MakeRun, base: Path, text: str) -> None:
    make_run([20.0], state=RunState.RUNNING)
    with pytest.raises(UsageError, match="needs a text"):
        mark(text, None, None, base, START_S, {})


def test_secrets_are_not_kept(make_run: MakeRun, base: Path) -> None:
    folder = make_run([20.0], state=RunState.RUNNING)
    mark("deploy with hunter2hunter2", None, None, base, START_S + 1, {"DEPLOY_TOKEN": "hunter2hunter2"})
    assert read_marks(folder.path)[0].text == "deploy with ***"


def test_verdict_and_reports_say_that_it_began_shortly_after(
    make_run: MakeRun, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder: RunFolder = make_run(SLOW_FROM_THE_MIDDLE)
    assert main(["mark", "deploy <1.5.0>", "@latest", "--at", "26s", "--out", str(base)]) == 0
    said = capsys.readouterr()
    assert said.out == f"marked 'deploy <1.5.0>' in {folder.path}, 26.0 s after the start of the load\n"
    assert "slogate report" in said.err
    assert main(["judge", str(folder.path)]) == 1
    assert "It began 4 s after the mark 'deploy <1.5.0>': a coincidence in time" in capsys.readouterr().out
    assert main(["judge", str(folder.path), "--json"]) == 1
    [first, *_] = json.loads(capsys.readouterr().out)["explanations"]
    assert first["mark"] == {"at_s": 26.0, "text": "deploy <1.5.0>"}
    assert main(["report", str(folder.path), "--format", "html"]) == 0
    page = capsys.readouterr().out
    assert "<li>26.0 s: deploy &lt;1.5.0&gt;</li>" in page
    assert page.count('<line class="happened" x1="26.00"') == page.count('<svg class="plot"')
