"""The migrations and the tables say the same, and an earlier database becomes one of today."""

from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from slogate.history import version
from slogate.history.database import History
from slogate.history.tables import metadata


def test_the_version_of_the_tables_is_the_last_migration() -> None:
    scripts = ScriptDirectory(str(Path(version.__file__).parent / "migrations"))
    assert scripts.get_current_head() == version.HEAD


def test_the_migrations_make_the_tables_that_are_made_anew(history: History) -> None:
    with history.begin() as connection:
        metadata.drop_all(connection)
        connection.exec_driver_sql("DELETE FROM alembic_version")
    with history.engine.begin() as connection:
        version._migrate(connection)
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        indexes = {index["name"] for table in metadata.tables for index in sa.inspect(connection).get_indexes(table)}
    assert indexes == {str(index.name) for table in metadata.tables.values() for index in table.indexes}


def test_a_database_of_an_earlier_version_is_migrated(history: History) -> None:
    with history.begin() as connection:
        metadata.drop_all(connection)
        connection.exec_driver_sql("DELETE FROM alembic_version")
    version.bring_up_to_date(history.engine, history.place, create=True)
    with history.begin() as connection:
        assert set(metadata.tables) <= set(sa.inspect(connection).get_table_names())
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == version.HEAD
