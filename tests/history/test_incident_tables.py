"""A history of before there were incidents keeps its runs, and gets the tables."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from past_runs import judged

from slogate.history import version
from slogate.history.database import History
from slogate.history.incident_tables import incidents, messages
from slogate.history.past import Selection
from slogate.history.queries import select_runs
from slogate.history.recording import record
from slogate.history.tables import metadata


def test_a_history_without_incidents_gets_them_and_keeps_its_runs(history: History) -> None:
    with history.begin() as connection:
        record(connection, judged(3))
        messages.drop(connection)
        incidents.drop(connection)
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    version.bring_up_to_date(history.engine, history.place, create=True)
    with history.begin() as connection:
        assert {"incidents", "messages"} <= set(sa.inspect(connection).get_table_names())
        assert [run.run_id for run in select_runs(connection, Selection())] == [judged(3).info.run_id]


def test_the_first_version_is_still_the_first(history: History) -> None:
    config = Config()
    config.set_main_option("script_location", str((version.__file__ or "").replace("version.py", "migrations")))
    with history.begin() as connection:
        metadata.drop_all(connection)
        connection.exec_driver_sql("DELETE FROM alembic_version")
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        assert "incidents" not in sa.inspect(connection).get_table_names()
