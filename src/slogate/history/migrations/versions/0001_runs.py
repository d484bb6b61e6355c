"""Runs, their results and baselines."""

import sqlalchemy as sa
from alembic import op

from slogate.history.tables import Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes the first tables."""
    op.create_table(
        "runs",
        sa.Column("run_id", sa.String(200), nullable=False),
        sa.Column("command", sa.String(20), nullable=False),
        sa.Column("confirms", sa.String(200), nullable=False),
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("commit", sa.Text, nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("started_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.Column("run_state", sa.String(20), nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("exit_code", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_runs"),
    )
    op.create_index(
        "ix_runs_service_profile_fingerprint_started_at", "runs", ["service", "profile", "fingerprint", "started_at"]
    )
    op.create_index("ix_runs_started_at", "runs", ["started_at"])
    op.create_table(
        "results",
        sa.Column("run_id", sa.String(200), nullable=False),
        sa.Column("objective", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("area", sa.String(20), nullable=False),
        sa.Column("metric", sa.Text, nullable=False),
        sa.Column("statistic", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("condition", sa.String(20)),
        sa.Column("criterion", sa.Text, nullable=False),
        sa.Column("unit", sa.String(20), nullable=False),
        sa.Column("limit", sa.Float),
        sa.Column("warn", sa.Float),
        sa.Column("estimate", sa.Float),
        sa.Column("low", sa.Float),
        sa.Column("high", sa.Float),
        sa.Column("n", sa.BigInteger, nullable=False),
        sa.Column("n_effective", sa.Float),
        sa.Column("exceedances", sa.BigInteger),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("cure", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "objective", name="pk_results"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_results_run_id", ondelete="CASCADE"),
    )
    op.create_table(
        "baselines",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run_id", sa.String(200), nullable=False),
        sa.Column("set_at", Moment, nullable=False),
        sa.Column("set_by", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_baselines"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_baselines_run_id", ondelete="CASCADE"),
    )
    op.create_index("ix_baselines_run_id", "baselines", ["run_id"])
