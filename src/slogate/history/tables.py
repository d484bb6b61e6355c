"""The tables of the history, as they are now. How a database of an earlier version becomes one is in `migrations`."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A time in UTC. SQLite keeps none of a time's zone, so that every time is written, and read, as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What is written. Raises `ValueError` for a time without a zone, of which nobody knows when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What is read, as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

runs = Table(
    "runs",
    metadata,
    Column("run_id", String(200), primary_key=True),
    Column("command", String(20), nullable=False),  # that made it: run, nightly, versus, capacity...
    Column("confirms", String(200), nullable=False),  # the run of the same night that it repeats; empty: none
    Column("folder", Text, nullable=False),  # where it was when it was recorded; it may be gone
    Column("service", Text, nullable=False),
    Column("release", Text, nullable=False),
    Column("commit", Text, nullable=False),
    Column("profile", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("facts", JSON, nullable=False),  # those that the fingerprint is of: [[name, value], ...]
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("run_state", String(20), nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("exit_code", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "service", "profile", "fingerprint", "started_at"),
    Index(None, "started_at"),
)

results = Table(
    "results",
    metadata,
    Column("run_id", String(200), ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("objective", Text, primary_key=True),
    Column("position", Integer, nullable=False),  # in the order of the verdict
    Column("area", String(20), nullable=False),
    Column("metric", Text, nullable=False),
    Column("statistic", Text, nullable=False),
    Column("subject", Text),
    Column("condition", String(20)),  # under which a page was loaded: idle or loaded
    Column("criterion", Text, nullable=False),
    Column("unit", String(20), nullable=False),
    Column("limit", Float),
    Column("warn", Float),
    Column("estimate", Float),
    Column("low", Float),
    Column("high", Float),
    Column("n", BigInteger, nullable=False),
    Column("n_effective", Float),
    Column("exceedances", BigInteger),
    Column("state", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("cure", Text, nullable=False),
)

# What a person said that runs of a kind are held against. The newest row of a kind counts.
baselines = Table(
    "baselines",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("run_id", String(200), ForeignKey("runs.run_id", ondelete="CASCADE"), nullable=False),
    Column("set_at", Moment, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("note", Text, nullable=False),
    Index(None, "run_id"),
)
