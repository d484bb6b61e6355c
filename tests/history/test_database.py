"""A history is opened, made, or refused with the reason; it is never silently made anew."""

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from past_runs import FIRST_NIGHT, judged

from slogate.errors import HistoryError
from slogate.history import database, tables
from slogate.history.database import open_history
from slogate.history.past import Selection
from slogate.history.place import location
from slogate.history.queries import select_runs
from slogate.history.recording import record


def count(place: str) -> int:
    with open_history(place, create=False) as history, history.begin() as connection:
        return len(select_runs(connection, Selection()))


def add(place: str, night: int) -> None:
    with open_history(place) as history, history.begin() as connection:
        record(connection, judged(night))


def test_it_is_beside_the_run_folders_unless_a_variable_says_where() -> None:
    assert location(Path("reports"), {}) == "reports/history.db"
    assert location(Path("reports"), {"SLOGATE_HISTORY": "/var/lib/x.db"}) == "/var/lib/x.db"


def test_a_new_one_is_made_with_its_folder(tmp_path: Path) -> None:
    place = tmp_path / "reports" / "history.db"
    add(str(place), 0)
    assert count(str(place)) == 1
    assert [path.name for path in place.parent.iterdir()] == ["history.db"]


def test_none_is_made_where_one_only_reads(tmp_path: Path) -> None:
    with (
        pytest.raises(HistoryError, match="there is no history at"),
        open_history(str(tmp_path / "history.db"), create=False),
    ):
        pass
    assert not list(tmp_path.iterdir())


def test_several_that_begin_together_share_one(tmp_path: Path) -> None:
    place = str(tmp_path / "history.db")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda night: add(place, night), range(24)))
    assert count(place) == 24
    assert [path.name for path in tmp_path.iterdir()] == ["history.db"]


@pytest.mark.parametrize(
    ("content", "sign"),
    [
        (b"", "it is empty, damaged"),
        (b"not a database at all, but a text of some length" * 50, "is no history of slogate"),
    ],
)
def test_a_file_that_is_no_history_is_reported_and_kept(tmp_path: Path, content: bytes, sign: str) -> None:
    place = tmp_path / "history.db"
    place.write_bytes(content)
    with pytest.raises(HistoryError, match=sign), open_history(str(place)):
        pass
    assert place.read_bytes() == content


def test_a_database_of_something_else_is_reported_and_kept(tmp_path: Path) -> None:
    place = tmp_path / "history.db"
    other = sqlite3.connect(place)
    other.execute("CREATE TABLE runs (colour)")
    other.close()
    content = place.read_bytes()
    with pytest.raises(HistoryError, match="a file of something else"), open_history(str(place)):
        pass
    assert place.read_bytes() == content


def test_a_damaged_one_is_reported_and_kept(tmp_path: Path) -> None:
    place = tmp_path / "history.db"
    for night in range(40):
        add(str(place), night)
    content = bytearray(place.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    place.write_bytes(content)
    with pytest.raises(HistoryError, match=r"damaged|failed") as caught:
        count(str(place))
    assert str(place) in caught.value.message
    assert place.read_bytes() == content


def test_one_of_a_newer_slogate_is_left_alone(tmp_path: Path) -> None:
    place = str(tmp_path / "history.db")
    add(place, 0)
    other = sqlite3.connect(place)
    other.execute("UPDATE alembic_version SET version_num = '9999'")
    other.commit()
    other.close()
    with pytest.raises(HistoryError, match=r"newer slogate: its version is 9999"), open_history(place):
        pass


def test_one_that_is_locked_is_waited_for_and_then_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_BUSY_S", 0.2)
    place = str(tmp_path / "history.db")
    add(place, 0)
    other = sqlite3.connect(place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(HistoryError, match="is locked by another process"):
        add(place, 1)
    other.execute("ROLLBACK")
    other.close()
    add(place, 1)
    assert count(place) == 2


_READ = """
import os, sys
from slogate.errors import HistoryError
from slogate.history.database import open_history
from slogate.history.past import Selection
from slogate.history.queries import select_runs
from slogate.history.recording import record
sys.path.insert(0, sys.argv[2])
from past_runs import FIRST_NIGHT, judged
with open_history(sys.argv[1]) as history, history.begin() as connection:
    select_runs(connection, Selection())  # whatever must be imported: another user may not read it
os.setuid(65534)
with open_history(sys.argv[1]) as history:
    with history.begin() as connection:
        print(len(select_runs(connection, Selection())))
    try:
        with history.begin() as connection:
            record(connection, judged(1))
    except HistoryError as error:
        print(error.message)
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_one_that_may_only_be_read_is_read(tmp_path: Path) -> None:
    place = tmp_path / "history.db"
    add(str(place), 0)
    for folder in (tmp_path, *tmp_path.parents):
        folder.chmod(folder.stat().st_mode | 0o055)
    helpers = str(Path(__file__).parents[1] / "helpers")
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(place), helpers], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.splitlines() == [
        "1",
        f"the history {place} cannot be written: it is read-only (attempt to write a readonly database)",
    ], done.stderr


@pytest.mark.parametrize("place", ["mysql://host/x", "nonsense://", "postgresql+nothing://host/x", "sqlite://"])
def test_what_is_no_place_is_refused_with_an_example(place: str) -> None:
    with pytest.raises(HistoryError, match="no database that a history can be kept in") as caught, open_history(place):
        pass
    assert "postgresql+psycopg://" in caught.value.cure


def test_a_server_that_is_gone_is_reported_without_its_password() -> None:
    url = "postgresql+psycopg://slo:s3cret-word@127.0.0.1:1/slo"
    with pytest.raises(HistoryError, match=r"slo:\*\*\*@127\.0\.0\.1:1/slo failed") as caught, open_history(url):
        pass
    assert "s3cret-word" not in str(caught.value)


def test_a_server_is_given_its_tables_once(empty_server: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda night: add(empty_server, night), range(8)))
    assert count(empty_server) == 8


def test_a_short_name_of_postgresql_means_the_driver_that_is_installed(empty_server: str) -> None:
    short = empty_server.replace("postgresql+psycopg://", "postgresql://")
    add(short, 0)
    assert count(short) == 1


def test_times_without_a_zone_are_refused() -> None:
    moment = tables.Moment()
    with pytest.raises(ValueError, match="has no time zone"):
        moment.process_bind_param(FIRST_NIGHT.replace(tzinfo=None), sa.create_engine("sqlite://").dialect)
