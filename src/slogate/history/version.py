"""Which version a history database has, and how it gets to that of this slogate."""

from pathlib import Path

import sqlalchemy as sa

from slogate.errors import HistoryError
from slogate.history import incident_tables  # noqa: F401  # its tables are known to `metadata` once it is imported
from slogate.history.tables import metadata

HEAD = "0002"
_APPLICATION_ID = 0x534C4F47  # "SLOG", in the header of a file of SQLite: what it is, for `file` and for us
_LOCK = 0x534C4F47  # of PostgreSQL: who migrates holds it
_VERSION = sa.table("alembic_version", sa.column("version_num", sa.String))


def check_file(path: Path) -> None:
    """Raises `HistoryError` for a file that is no history. It is looked at before SQLite opens it, and writes to it.

    The layout is that of https://www.sqlite.org/fileformat.html: sixteen bytes of text, and the id at byte 68.
    """
    try:
        with path.open("rb") as file:
            header = file.read(72)
    except OSError as error:
        raise HistoryError(f"the history {path} cannot be read: {error.strerror}") from None
    if header[:16] != b"SQLite format 3\0" or int.from_bytes(header[68:], "big") != _APPLICATION_ID:
        raise HistoryError(
            f"{path} is no history of slogate: it is empty, damaged or a file of something else",
            cure="restore it from a backup, or move it away: then a new one is made, and `slogate history add` fills "
            "it with the runs whose folders are there",
        )


def make(connection: sa.Connection) -> None:
    """Makes the tables of this version in an empty database."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id = {_APPLICATION_ID}")
    metadata.create_all(connection)
    connection.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    connection.execute(sa.insert(_VERSION).values(version_num=HEAD))


def bring_up_to_date(engine: sa.Engine, place: str, *, create: bool) -> None:
    """Migrates a database of an earlier version, and makes the tables in an empty one of a server, if `create`.

    Raises `HistoryError` for a database that is no history, or is one of a later version.
    """
    with engine.connect() as connection:
        found = _version(connection)
    if found == HEAD:
        return
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        found = _version(connection)  # another may have been faster
        if found is None:
            if not create:
                raise HistoryError(f"there is no history in {place}", cure="`slogate run` writes it")
            make(connection)
        elif found < HEAD:
            _migrate(connection)
        elif found > HEAD:
            raise HistoryError(
                f"the history {place} was written by a newer slogate: its version is {found}, this one knows {HEAD}",
                cure="pip install --upgrade slogate",
            )


def _version(connection: sa.Connection) -> str | None:
    """The version; None for an empty database of a server."""
    if not sa.inspect(connection).has_table(_VERSION.name):
        return None
    found = connection.execute(sa.select(_VERSION.c.version_num)).scalar()
    return str(found) if found is not None else ""


def _migrate(connection: sa.Connection) -> None:
    from alembic import command  # noqa: PLC0415  # it is needed once in a database's life, and slow to load
    from alembic.config import Config  # noqa: PLC0415  # as above

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
