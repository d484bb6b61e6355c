"""Which run of the history is meant."""

from pathlib import Path

import pytest
from past_runs import folder_of, judged

from slogate.errors import UsageError
from slogate.history.database import History
from slogate.history.recording import record
from slogate.history.references import find_past_run


@pytest.fixture
def filled(history: History) -> History:
    with history.begin() as connection:
        for night in range(3):
            record(connection, judged(night))
        record(connection, judged(3, release="1.5.0"))
    return history


def test_a_run_is_named_in_several_ways(filled: History, tmp_path: Path) -> None:
    folder = str(folder_of(tmp_path, judged(1)))
    names = {"@latest": 3, "1.4.0": 2, "0001012": 1, judged(0).info.run_id: 0, folder: 1}
    with filled.begin() as connection:
        for name, night in names.items():
            assert find_past_run(connection, name).run_id == judged(night).info.run_id


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("1.5", "did you mean 1.5.0"),
        ("000", "several runs begin with"),
        ("_", "no run and no release"),
        ("%", "no run and no release"),
    ],
)
def test_what_is_not_there_is_said_with_what_is_near(filled: History, name: str, sign: str) -> None:
    with filled.begin() as connection, pytest.raises(UsageError, match=sign):
        find_past_run(connection, name)
