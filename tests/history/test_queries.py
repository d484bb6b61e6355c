"""What the history is asked."""

from past_runs import FIRST_NIGHT, judged, result

from slogate.analyzer.result import State
from slogate.history.database import History
from slogate.history.keeping import set_baseline
from slogate.history.past import Selection
from slogate.history.queries import estimates, run_of, select_runs, series, set_baseline_of
from slogate.history.recording import record

P95 = "api.latency.p95"


def nights(history: History) -> None:
    with history.begin() as connection:
        for night in range(6):
            record(connection, judged(night, result(estimate=100.0 + night), result("api.errors", None)))
        record(connection, judged(6, result(estimate=900.0, state=State.FAIL), state=State.FAIL, release="1.5.0"))
        record(connection, judged(7, result(estimate=50.0), rate=20))
        record(connection, judged(8, result(estimate=60.0), run_state="interrupted"))


def test_runs_are_chosen_by_what_they_are_newest_first(history: History) -> None:
    nights(history)

    def chosen(selection: Selection) -> list[str]:
        with history.begin() as connection:
            return [run.run_id[:4] for run in select_runs(connection, selection)]

    assert chosen(Selection(limit=3)) == ["0008", "0007", "0006"]
    assert chosen(Selection(release="1.5.0")) == ["0006"]
    assert chosen(Selection(verdicts=[State.FAIL])) == ["0006"]
    assert chosen(Selection(complete=True, limit=1)) == ["0007"]
    assert chosen(Selection(service="another")) == []
    assert chosen(Selection(before=FIRST_NIGHT.replace(day=3))) == ["0001", "0000"]


def test_a_series_is_of_one_kind_oldest_first(history: History) -> None:
    nights(history)
    with history.begin() as connection:
        run = run_of(connection, judged(0).info.run_id)
        assert run is not None
        found = series(connection, run.kind, last=4)
    assert [night.run.run_id[:4] for night in found] == ["0004", "0005", "0006", "0008"]
    assert [night.results[P95].estimate for night in found] == [104.0, 105.0, 900.0, 60.0]


def test_a_run_that_confirms_another_belongs_to_its_night(history: History) -> None:
    nights(history)
    with history.begin() as connection:
        record(connection, judged(6, result(estimate=880.0), confirms=judged(6).info.run_id))
        run = run_of(connection, judged(0).info.run_id)
        assert run is not None
        found = series(connection, run.kind, last=2)
    assert [night.run.run_id[:4] for night in found] == ["0006", "0008"]
    assert [night.again[P95].estimate for night in found if night.again] == [880.0]


def test_estimates_are_of_complete_runs_of_the_kind(history: History) -> None:
    nights(history)
    with history.begin() as connection:
        run = run_of(connection, judged(0).info.run_id)
        assert run is not None
        found = estimates(connection, run.kind, last=4)
    assert [(item.run_id[:4], item.passed, dict(item.values)) for item in found] == [
        ("0003", True, {P95: 103.0}),
        ("0004", True, {P95: 104.0}),
        ("0005", True, {P95: 105.0}),
        ("0006", False, {P95: 900.0}),
    ]


def test_the_baseline_is_the_one_that_was_set_last(history: History) -> None:
    nights(history)
    with history.begin() as connection:
        first, second = (run_of(connection, judged(night).info.run_id) for night in (0, 2))
        assert first is not None
        assert second is not None
        assert set_baseline_of(connection, first.kind) is None
        set_baseline(connection, first, FIRST_NIGHT, "ann", "before the campaign")
        set_baseline(connection, second, FIRST_NIGHT, "bob", "")
        found = set_baseline_of(connection, first.kind)
        other = run_of(connection, judged(7).info.run_id)
        assert other is not None
        assert set_baseline_of(connection, other.kind) is None
    assert found is not None
    assert (found.run.run_id, found.set_by, found.set_at) == (second.run_id, "bob", FIRST_NIGHT)
