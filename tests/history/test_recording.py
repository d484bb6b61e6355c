"""A run is in the history once, as it was last judged, whatever its texts hold."""

from dataclasses import replace

import pytest
from past_runs import judged, result

from slogate.analyzer.result import State
from slogate.errors import HistoryError
from slogate.history.database import History
from slogate.history.past import Selection
from slogate.history.queries import facts_of, results_of, run_of, select_runs
from slogate.history.recording import record
from slogate.runs.fingerprint import fingerprint_of


def test_a_run_comes_back_as_it_was_judged(history: History) -> None:
    run = judged(3, result(), result("api.errors", None, State.ERROR), state=State.ERROR)
    with history.begin() as connection:
        assert record(connection, run)
    with history.begin() as connection:
        found = run_of(connection, run.info.run_id)
        assert found is not None
        assert (found.release, found.commit, found.verdict, found.exit_code) == ("1.4.0", "0000003", State.ERROR, 4)
        assert found.started_at.isoformat() == run.info.started_at
        assert tuple(results_of(connection, found.run_id)) == run.objectives
        assert tuple(facts_of(connection, found.run_id).items()) == fingerprint_of(run.info).facts


def test_judged_again_it_takes_the_place_of_what_was_said_before(history: History) -> None:
    with history.begin() as connection:
        assert record(connection, judged(0, result(), result("api.errors")))
        assert not record(connection, judged(0, result(estimate=900.0, state=State.FAIL), state=State.FAIL))
        (found,) = select_runs(connection, Selection())
        (only,) = results_of(connection, found.run_id)
    assert found.verdict is State.FAIL
    assert only.estimate == 900.0


def test_texts_that_no_database_takes_are_kept_as_far_as_they_can_be(history: History) -> None:
    hostile = replace(result("api[GET /\0\ud800<b>\x1b[31m].p95"), reason="a\0b" + "x" * 100_000, subject="\0")
    with history.begin() as connection:
        record(connection, judged(0, hostile))
        (found,) = results_of(connection, judged(0).info.run_id)
    assert found.id == "api[GET /\N{REPLACEMENT CHARACTER}?<b>\x1b[31m].p95"
    assert found.reason.startswith("a\N{REPLACEMENT CHARACTER}bx")


def test_what_fails_leaves_nothing_behind(history: History) -> None:
    def broken() -> None:
        with history.begin() as connection:
            record(connection, judged(0))
            record(connection, judged(1, result(), result()))

    with pytest.raises(HistoryError):
        broken()
    with history.begin() as connection:
        assert select_runs(connection, Selection()) == []
