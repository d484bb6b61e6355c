"""The tables of incidents, and of what people are told of them."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text, text

from slogate.history.tables import Moment, metadata

_OPEN = text("resolved_at IS NULL")

incidents = Table(
    "incidents",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("service", Text, nullable=False),
    Column("profile", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("subject", String(40), nullable=False),  # what sets apart those of a kind that can be open together
    Column("families", JSON, nullable=False),  # of the objectives that it is about, such as api.latency
    Column("run_id", String(200), nullable=False),  # a run may be pruned, and its incident stays
    Column("release", Text, nullable=False),
    Column("commit", Text, nullable=False),
    Column("headline", Text, nullable=False),
    Column("details", JSON, nullable=False),
    Column("since", Text, nullable=False),
    Column("look_first", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("acknowledged_at", Moment),
    Column("acknowledged_by", Text, nullable=False, server_default=""),
    Column("resolved_at", Moment),
    Column("resolved_by", Text, nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    # Two that begin at once open one incident.
    Index(
        "uq_incidents_open",
        "service",
        "profile",
        "kind",
        "subject",
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    ),
    Index(None, "service", "profile", "opened_at"),
)

# What is to be told: a row is made once for each incident, event, level and channel, whoever comes first.
messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("incident_id", Integer, ForeignKey("incidents.id", ondelete="CASCADE"), nullable=False),
    Column("event", String(20), nullable=False),  # trigger, acknowledge or resolve
    Column("level", String(20), nullable=False),  # of the ladder; empty: told at once
    Column("who", Text, nullable=False),
    Column("channel", String(100), nullable=False),
    Column("state", String(20), nullable=False),  # waiting, delivered or dropped
    Column("created_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", Moment, nullable=False),
    Column("claimed_until", Moment),  # by a process that is at it
    Column("delivered_at", Moment),
    Column("last_error", Text, nullable=False, server_default=""),
    Index("uq_messages_once", "incident_id", "event", "level", "channel", unique=True),
    Index(None, "state", "not_before"),
)
