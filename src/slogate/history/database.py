"""Opens the history database: a file of SQLite, or a PostgreSQL server.

A new file is made under another name and put into place when it is whole, so that a file which is there and is no
history was damaged, or is of somebody else: it is reported, and never made anew. A database of an earlier version is
migrated; one of a later version is left alone.
"""

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from slogate.errors import HistoryError
from slogate.history import version
from slogate.history.place import FILE_NAME, VARIABLE

_BUSY_S = 30.0  # a nightly run writes for some milliseconds, so that who waits longer waits for somebody who hangs
_CONNECT_S = 10


class History:
    """A history that is open. A failure of the database below it is a `HistoryError` that names the place."""

    def __init__(self, engine: sa.Engine, place: str) -> None:
        self.engine = engine
        self.place = place

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """A transaction: all that is done on the connection is kept at its end, or nothing."""
        with _told(self.place), self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Lets go of the database."""
        self.engine.dispose()


@contextmanager
def open_history(place: str, *, create: bool = True) -> Iterator[History]:
    """Opens the history at `place`, a path or an SQLAlchemy URL. Where there is none it is made, if `create`.

    Raises `HistoryError` where it cannot be opened, and where it is not a history.
    """
    url = _url(place)
    shown = url.database if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
    history = History(_engine(url, str(shown), create=create), str(shown))
    try:
        with _told(history.place):
            version.bring_up_to_date(history.engine, history.place, create=create)
        yield history
    finally:
        history.close()


def _url(place: str) -> sa.URL:
    if "://" not in place:
        return sa.URL.create("sqlite", database=place)
    try:
        url = sa.make_url(place)
        backend = url.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        backend = ""
    if backend not in {"sqlite", "postgresql"} or (backend == "sqlite" and not url.database):
        raise _no_place()
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _no_place() -> HistoryError:
    return HistoryError(
        f"{VARIABLE} is no database that a history can be kept in",
        cure=f"write a file, such as {VARIABLE}=/var/lib/slogate/{FILE_NAME}, or "
        f"{VARIABLE}=postgresql+psycopg://user:password@host/database",
    )


def _engine(url: sa.URL, shown: str, *, create: bool) -> sa.Engine:
    if url.get_backend_name() == "postgresql":
        return _postgresql(url)
    path = Path(shown)
    if not path.exists():
        if not create:
            raise HistoryError(
                f"there is no history at {shown}",
                cure=f"`slogate run` writes it; name another place with --reports or {VARIABLE}",
            )
        _make(path)
    version.check_file(path)
    return _sqlite(path)


def _postgresql(url: sa.URL) -> sa.Engine:
    try:
        return sa.create_engine(url, connect_args={"connect_timeout": _CONNECT_S})
    except NoSuchModuleError:
        raise _no_place() from None
    except ModuleNotFoundError as error:
        raise HistoryError(
            f"{error.name} is not installed, which a history in PostgreSQL needs",
            cure="pip install 'slogate[postgres]'",
        ) from None


def _sqlite(path: Path) -> sa.Engine:
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    # Without a place for its log SQLite reads a file only if it is told that nobody writes it meanwhile.
    mode = "mode=rw" if writable else "mode=ro&immutable=1"
    engine = sa.create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(
            f"{path.absolute().as_uri()}?{mode}",
            uri=True,
            timeout=_BUSY_S,
            isolation_level=None,
            check_same_thread=False,
        ),
        poolclass=sa.pool.NullPool,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        if writable:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A transaction that begins by reading and goes on to write would be refused, not kept waiting.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writable else "BEGIN")

    return engine


def _make(path: Path) -> None:
    """Makes a new file with the tables in it, whole or not at all, also where two begin together."""
    new = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(sa.URL.create("sqlite", database=str(new)), poolclass=sa.pool.NullPool)
        with _told(str(path)), engine.begin() as connection:
            version.make(connection)
        _place(new, path)
    except OSError as error:
        raise HistoryError(
            f"{path} cannot be written: {error.strerror}", cure=f"name another place with {VARIABLE}"
        ) from None
    finally:
        new.unlink(missing_ok=True)


def _place(new: Path, path: Path) -> None:
    try:
        os.link(new, path)
    except FileExistsError:
        return  # another run was faster, and its database is as good
    except OSError:
        new.rename(path)  # a file system without links


@contextmanager
def _told(place: str) -> Iterator[None]:
    """Turns what the database says into our words."""
    try:
        yield
    except DBAPIError as error:
        raise _error(place, error) from None
    except (sqlite3.Error, SQLAlchemyError) as error:
        raise HistoryError(f"the history {place} failed: {_said(error)}") from None


def _said(error: BaseException) -> str:
    original: Any = error.orig if isinstance(error, DBAPIError) else error
    return " ".join(str(original).split())


_SQLITE_TELLS: tuple[tuple[str, str, str], ...] = (
    (
        "locked",
        f"is locked by another process for more than {_BUSY_S:.0f} s",
        "end that process, or see with `fuser` which one it is",
    ),
    ("full", "cannot be written: the disk is full", "make room, then `slogate history add` the run"),
    ("readonly", "cannot be written: it is read-only", "give this user the right to write it, and its folder"),
    ("unable to open", "cannot be opened", "look whether it is there, and whether this user may read and write it"),
    (
        "malformed",
        "is damaged",
        "restore it from a backup, or move it away: then a new one is made, and `slogate history add` fills it",
    ),
)


def _error(place: str, error: DBAPIError) -> HistoryError:
    said = _said(error)
    for sign, what, cure in _SQLITE_TELLS if isinstance(error.orig, sqlite3.Error) else ():
        if sign in said:
            return HistoryError(f"the history {place} {what} ({said})", cure=cure)
    return HistoryError(f"the history {place} failed: {said}", cure=f"look at the server, and at {VARIABLE}")
