"""From a judged run to what people are told of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from past_runs import judged

from slogate.analyzer.result import State
from slogate.errors import CutShortError
from slogate.history.database import History, open_history
from slogate.history.past import JudgedRun
from slogate.history.recording import record
from slogate.nights import night_of
from slogate.notify.night import Night
from slogate.slo.channels import Channel
from slogate.slo.notify import Notify
from slogate.verify import Outcome, judge_folder
from support import SLO, MakeRun

STARTED = datetime.fromisoformat("2026-09-21T09:00:00+00:00")


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with open_history(str(tmp_path / "history.db")) as opened:
        yield opened


def before(night: int, state: State, release: str = "0.9.0") -> JudgedRun:
    """A run of so many nights before that of `make_run`."""
    run = judged(night, state=state, release=release)
    started = (STARTED - timedelta(days=night)).isoformat()
    return replace(run, info=run.info.model_copy(update={"profile": "smoke", "started_at": started}))


def read(
    history: History, outcome: Outcome, *earlier: JudgedRun, notify: Notify | None = None, **environ: str
) -> Night:
    with history.begin() as connection:
        for run in earlier:
            record(connection, run)
        return night_of(connection, outcome, notify, environ)


def judged_run(make_run: MakeRun, latencies: list[float], slo: str = SLO) -> Outcome:
    return judge_folder(make_run(latencies, slo=slo).path, None, {})


def test_a_failed_run_says_what_broke_by_how_much_and_what_to_look_at(make_run: MakeRun, history: History) -> None:
    outcome = judged_run(make_run, [20.0, 1500.0] * 600)
    found = read(history, outcome, before(1, State.FAIL), before(2, State.WARNING, "0.8.0"), before(3, State.PASS))
    assert (found.service, found.profile, found.release, found.state) == ("shop", "smoke", "1.0.0", State.FAIL)
    assert found.started_at == STARTED
    assert [item.objective for item in found.broken] == ["api.latency.mean", "api.latency.p95", "api.latency.p99"]
    assert {item.family for item in found.broken} == {"api.latency"}
    first = found.broken[1]
    assert first.name == "p95 latency"
    assert first.detail.startswith("1,500 ms (")
    assert first.detail.endswith("), the limit is < 500ms, 200 % over it")
    assert first.look_first.startswith("Where: ")
    assert found.last_good == "0.8.0 (0000002), 2026-09-19 09:00 UTC"
    assert found.link == str(outcome.folder.path / "report.html")


def test_a_run_that_passes_has_nothing_broken(make_run: MakeRun, history: History) -> None:
    found = read(history, judged_run(make_run, [20.0] * 1200))
    assert (found.state, found.broken, found.undecided, found.last_good) == (State.PASS, (), 0, "")


def test_a_run_that_cannot_be_judged_says_why(make_run: MakeRun, history: History) -> None:
    found = read(history, judged_run(make_run, []))
    assert found.state is State.ERROR
    assert found.broken[0].detail
    assert found.broken[0].look_first


@pytest.mark.parametrize(
    ("earlier", "nights"),
    [
        ([], 1),
        ([State.INCONCLUSIVE], 2),
        ([State.INCONCLUSIVE, State.INCONCLUSIVE, State.PASS, State.INCONCLUSIVE], 3),
        ([State.INCONCLUSIVE, State.ERROR, State.INCONCLUSIVE, State.FAIL], 3),
        ([State.PASS, State.INCONCLUSIVE], 1),
    ],
)
def test_nights_without_a_decision_are_counted_back(
    make_run: MakeRun, history: History, earlier: list[State], nights: int
) -> None:
    undecided = judged_run(make_run, [20.0] * 200, SLO.replace("p99: < 1000ms", "p99.9: < 1000ms"))
    runs = [before(number, state) for number, state in enumerate(earlier, 1)]
    found = read(history, undecided, *runs)
    assert found.state is State.INCONCLUSIVE
    assert found.undecided == nights


def test_what_is_measured_between_the_nights_of_a_scheduler_does_not_count(make_run: MakeRun, history: History) -> None:
    undecided = judged_run(make_run, [20.0] * 200, SLO.replace("p99: < 1000ms", "p99.9: < 1000ms"))
    by_hand = before(1, State.PASS)
    nights = [before(number, State.INCONCLUSIVE) for number in (2, 3)]
    nightly = [replace(run, info=run.info.model_copy(update={"command": "nightly"})) for run in nights]
    again = before(4, State.PASS)
    again = replace(again, info=again.info.model_copy(update={"command": "nightly", "confirms": nights[1].info.run_id}))
    assert read(history, undecided, by_hand, *nightly, again).undecided == 3


@pytest.mark.parametrize(
    ("latencies", "state", "headline"),
    [
        ([20.0] * 1200, State.ERROR, "the measurement broke: the run was ended by SIGTERM"),
        ([20.0, 1500.0] * 600, State.FAIL, ""),
    ],
)
def test_a_run_that_broke_on_the_way_is_not_judgeable_unless_it_was_seen_to_fail(
    make_run: MakeRun, history: History, latencies: list[float], state: State, headline: str
) -> None:
    outcome = replace(judged_run(make_run, latencies), failure=CutShortError("the run was ended by SIGTERM"))
    found = read(history, outcome)
    assert (found.state, bool(found.broken)) == (state, state is State.FAIL)
    assert found.headline == (headline or outcome.report.headline)


def test_where_the_report_is(make_run: MakeRun, history: History) -> None:
    outcome = judged_run(make_run, [20.0] * 1200)
    folder = outcome.folder.path.name
    published = Notify(channels=[Channel(apprise="${A}")], report_url="https://${HOST}/slo/{run}/report.html")
    github = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "shop/shop", "GITHUB_RUN_ID": "9"}
    gitlab = "https://gitlab.example/shop/-/jobs/7"
    assert (
        read(history, outcome, notify=published, HOST="r.example").link == f"https://r.example/slo/{folder}/report.html"
    )
    assert read(history, outcome, notify=published, **github).link == "https://github.com/shop/shop/actions/runs/9"
    assert read(history, outcome, CI_JOB_URL=gitlab).link == gitlab


def test_secrets_of_the_environment_are_not_said(make_run: MakeRun, history: History) -> None:
    outcome = judged_run(make_run, [20.0] * 1200)
    found = read(history, outcome, CI_JOB_URL="https://ci.example/hunter2000/7", API_TOKEN="hunter2000")
    assert found.link == "https://ci.example/***/7"
