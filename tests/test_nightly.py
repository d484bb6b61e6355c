"""One night: what it leaves behind, and that nothing which fails after the verdict takes it away."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from receivers import Receiver
from recorded_nights import NIGHTLY_SLO, Nights, Quiet

from slogate.analyzer.result import State
from slogate.errors import ConfigError, CutShortError, EndedByHandError, TargetError
from slogate.history import database
from slogate.history.database import open_history
from slogate.history.incidents import select_incidents
from slogate.history.past import Selection
from slogate.history.queries import select_runs
from slogate.nightly import NightOutcome
from support import MakeRun

NOTIFY = 'notify: {channels: [{name: team, apprise: "${TEAM}"}]}\n'


@pytest.fixture
def team() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def nights(make_run: MakeRun, tmp_path: Path, team: Receiver) -> Nights:
    return Nights(make_run, tmp_path, NIGHTLY_SLO + NOTIFY, {"TEAM": f"json://127.0.0.1:{team.port}/"})


def state(found: NightOutcome) -> State:
    return found.outcome.document.state


def recorded(nights: Nights) -> list[tuple[str, str, str]]:
    with open_history(str(nights.reports / "history.db")) as history, history.begin() as connection:
        return [(run.command, run.release, run.confirms) for run in select_runs(connection, Selection())]


def test_a_night_is_recorded_and_leaves_the_trends(nights: Nights, team: Receiver) -> None:
    assert state(nights.run("1.4.0")) is State.PASS
    assert recorded(nights) == [("nightly", "1.4.0", "")]
    assert "1 of 14 nights" in (nights.reports / "trends.html").read_text()
    assert team.bodies == []


def test_it_is_compared_with_the_newest_release_that_passed(nights: Nights) -> None:
    nights.run("1.4.0")
    nights.factor = lambda: 1.5
    found = nights.run("1.5.0")
    assert found.comparison is not None
    assert found.comparison.base.name == "1.4.0"
    assert (found.outcome.folder.path / "comparison.html").is_file()


def test_a_failure_is_told_once_and_its_end(nights: Nights, team: Receiver) -> None:
    nights.run("1.4.0")
    nights.factor = lambda: 100.0
    assert [state(nights.run("1.5.0")) for _ in range(2)] == [State.FAIL] * 2
    nights.factor = lambda: 1.0
    nights.run("1.5.1")
    titles = [body["title"] for body in team.bodies]
    assert [title.split()[0] for title in titles] == ["FAIL", "RESOLVED"]


def slower_after(nights: Nights, steady: int) -> list[NightOutcome]:
    """So many nights as ever, then slower ones until the trend asks for another run."""
    noise = iter([1 + 0.01 * ((7 * place) % 11 - 5) / 5 for place in range(200)])
    nights.factor = lambda: next(noise) * (1.4 if nights.number > steady else 1.0)
    found = []
    for _ in range(steady + 8):
        found.append(nights.run("1.4.0" if nights.number < steady else "1.5.0"))
        if found[-1].again is not None:
            break
    return found


def test_a_change_for_the_worse_is_confirmed_by_another_run_before_it_is_told(nights: Nights, team: Receiver) -> None:
    found = slower_after(nights, 16)
    assert found[-1].again is not None
    assert [night.again for night in found[:-1]] == [None] * (len(found) - 1)
    assert recorded(nights)[0][2] == found[-1].outcome.report.info.run_id
    (told,) = team.bodies
    assert "1.5.0" in told["title"] + told["message"]
    assert found[-1].outcome.exit_code == 0, "a trend closes no gate"


def test_a_change_that_is_not_confirmed_is_not_told(nights: Nights, team: Receiver) -> None:
    noise = iter([1 + 0.01 * ((7 * place) % 11 - 5) / 5 for place in range(200)])
    nights.factor = lambda: next(noise) * (1.4 if nights.number > 16 and not confirming() else 1.0)
    asked: list[str] = []

    def confirming() -> bool:
        return bool(asked) and asked[-1].startswith("the trend seems")

    class Listening(Quiet):
        def note(self, message: str) -> None:
            super().note(message)
            asked.append(message)

    for _ in range(22):
        asked.clear()
        found = nights.run("1.4.0", Listening())
        if found.again is not None:
            break
    assert found.again is not None
    assert team.bodies == []


def test_a_change_whose_second_run_breaks_is_not_told_that_night(nights: Nights, team: Receiver) -> None:
    noise = iter([1 + 0.01 * ((7 * place) % 11 - 5) / 5 for place in range(200)])
    nights.factor = lambda: next(noise) * (1.4 if nights.number > 16 else 1.0)
    asked: list[str] = []

    class Listening(Quiet):
        def note(self, message: str) -> None:
            super().note(message)
            asked.append(message)

    def refuse_to_confirm() -> None:
        if asked and asked[-1].startswith("the trend seems"):
            raise TargetError("http://127.0.0.1:8710 refuses connections")

    nights.before = refuse_to_confirm
    for _ in range(24):
        asked.clear()
        found = nights.run("1.4.0", Listening())
        if found.unconfirmed:
            break
    assert found.unconfirmed
    assert found.again is None
    assert state(found) is State.PASS
    assert team.bodies == []


def test_a_server_that_is_gone_takes_no_verdict(make_run: MakeRun, tmp_path: Path) -> None:
    gone = {"SLOGATE_HISTORY": "postgresql+psycopg://slo:s3cret-word@127.0.0.1:1/slo"}
    nights, progress = Nights(make_run, tmp_path, environ=gone), Quiet()
    found = nights.run("1.4.0", progress)
    assert state(found) is State.PASS
    assert (found.outcome.folder.path / "report.html").is_file()
    assert any("the run is not in the history" in note for note in progress.notes)
    assert "s3cret-word" not in " ".join(progress.notes)


@pytest.mark.parametrize("trouble", ["damaged", "locked"])
def test_a_history_that_fails_takes_no_verdict_and_the_next_night_makes_up_for_it(
    nights: Nights, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_S", 0.1)
    nights.run("1.4.0")
    place, progress = nights.reports / "history.db", Quiet()
    whole = place.read_bytes()
    with closing(sqlite3.connect(place, isolation_level=None)) as other:
        if trouble == "locked":
            other.execute("BEGIN IMMEDIATE")
        else:
            place.write_bytes(b"damaged")
        found = nights.run("1.4.0", progress)
        if trouble == "locked":
            other.execute("ROLLBACK")
        else:
            assert place.read_bytes() == b"damaged", "it is never made anew"
            place.write_bytes(whole)
    assert state(found) is State.PASS
    assert (found.outcome.folder.path / "verdict.json").is_file()
    assert any("the run is not in the history" in note for note in progress.notes)
    assert sum("nobody was told" in note for note in progress.notes) == 1
    nights.run("1.4.0")
    assert len(recorded(nights)) == 3


def test_a_defect_of_ours_takes_no_verdict(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("a defect")

    monkeypatch.setattr("slogate.nightly.trend_report", broken)
    progress = Quiet()
    assert state(nights.run("1.4.0", progress)) is State.PASS
    assert "the trend was not looked at, for a defect of slogate: KeyError: 'a defect'" in progress.notes


def test_a_target_that_does_not_answer_is_told_at_once(nights: Nights, team: Receiver) -> None:
    def refuse() -> None:
        raise TargetError("http://127.0.0.1:8710 refuses connections", cure="start it")

    nights.run("1.4.0")
    nights.before = refuse
    for _ in range(2):
        with pytest.raises(TargetError):
            nights.run("1.4.0")
    nights.before = lambda: None
    nights.run("1.4.0")
    titles = [body["title"] for body in team.bodies]
    assert [title.split(" shop")[0] for title in titles] == ["NOT JUDGEABLE", "RESOLVED"]
    assert "refuses connections" in titles[0]


@pytest.mark.parametrize("measured", [False, True])
@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (EndedByHandError("the run was ended by Ctrl-C"), []),
        (CutShortError("the run was ended by SIGTERM"), ["NOT JUDGEABLE"]),
    ],
)
def test_who_ends_a_night_by_hand_knows_it(
    nights: Nights, team: Receiver, failure: CutShortError, told: list[str], *, measured: bool
) -> None:
    def end() -> None:
        raise failure

    progress = Quiet()
    if measured:
        nights.failure = failure
        nights.run("1.4.0", progress)
    else:
        nights.before = end
        with pytest.raises(CutShortError):
            nights.run("1.4.0", progress)
    assert [body["title"].split(" shop")[0] for body in team.bodies] == told
    assert ("nobody is told of a night that was ended by Ctrl-C" in progress.notes) == (not told)
    with open_history(str(nights.reports / "history.db")) as history, history.begin() as connection:
        assert len(select_incidents(connection)) == len(told)


def test_a_wrong_file_is_for_whoever_wrote_it(nights: Nights, team: Receiver) -> None:
    def refuse() -> None:
        raise ConfigError("slo.yaml:3: api: unknown key")

    nights.before = refuse
    with pytest.raises(ConfigError):
        nights.run("1.4.0")
    assert team.bodies == []


def test_old_folders_go_and_the_newest_stay(nights: Nights) -> None:
    first = nights.run("1.4.0").outcome.folder.path
    nights.run("1.4.0")
    nights.number = 40
    nights.run("1.4.0")
    assert not first.exists()
    assert len(list(nights.reports.glob("2026*"))) == 2
    assert len(recorded(nights)) == 3
