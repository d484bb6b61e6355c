"""Incidents, and what people are told of them."""

import sqlalchemy as sa
from alembic import op

from slogate.history.tables import Moment

revision = "0002"
down_revision = "0001"

_OPEN = sa.text("resolved_at IS NULL")


def upgrade() -> None:
    """Adds the two tables."""
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("families", sa.JSON, nullable=False),
        sa.Column("run_id", sa.String(200), nullable=False),
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("commit", sa.Text, nullable=False),
        sa.Column("headline", sa.Text, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("since", sa.Text, nullable=False),
        sa.Column("look_first", sa.Text, nullable=False),
        sa.Column("link", sa.Text, nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("acknowledged_at", Moment),
        sa.Column("acknowledged_by", sa.Text, nullable=False, server_default=""),
        sa.Column("resolved_at", Moment),
        sa.Column("resolved_by", sa.Text, nullable=False, server_default=""),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
    )
    op.create_index(
        "uq_incidents_open",
        "incidents",
        ["service", "profile", "kind", "subject"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index("ix_incidents_service_profile_opened_at", "incidents", ["service", "profile", "opened_at"])
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("incident_id", sa.Integer, nullable=False),
        sa.Column("event", sa.String(20), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("channel", sa.String(100), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("not_before", Moment, nullable=False),
        sa.Column("claimed_until", Moment),
        sa.Column("delivered_at", Moment),
        sa.Column("last_error", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_messages_incident_id", ondelete="CASCADE"),
    )
    op.create_index("uq_messages_once", "messages", ["incident_id", "event", "level", "channel"], unique=True)
    op.create_index("ix_messages_state_not_before", "messages", ["state", "not_before"])
