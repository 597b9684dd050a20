"""Escalation: ladders of the tiers, steps taken, plans; messages of alarms; who has a page open."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0002"
down_revision = "0001"
oldest_release = 1
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, and the columns of messages."""
    op.create_table(
        "ladder",
        sa.Column("alarm_id", big_key(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=20), nullable=False),
        sa.Column("next_step", sa.Integer(), nullable=False),
        sa.Column("happened", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcTime(), nullable=True),
        sa.Column("target_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarm.id"], name=op.f("fk_ladder_alarm_id_alarm")),
        sa.PrimaryKeyConstraint("alarm_id", "tier", name=op.f("pk_ladder")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_ladder_due_at"), "ladder", ["due_at"], unique=False)
    op.create_table(
        "ladder_step",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("alarm_id", big_key(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("due_at", UtcTime(), nullable=False),
        sa.Column("taken_at", UtcTime(), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarm.id"], name=op.f("fk_ladder_step_alarm_id_alarm")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder_step")),
        sa.UniqueConstraint("alarm_id", "tier", "number", name=op.f("uq_ladder_step_alarm_id_tier_number")),
    )
    op.create_table(
        "escalation_plan",
        sa.Column("district_id", big_key(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_escalation_plan_district_id_district")
        ),
        sa.PrimaryKeyConstraint("district_id", "kind", name=op.f("pk_escalation_plan")),
    )
    op.create_table(
        "presence",
        sa.Column("socket", sa.String(length=40), nullable=False),
        sa.Column("worker", sa.String(length=36), nullable=False),
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_presence_account_id_account")),
        sa.PrimaryKeyConstraint("socket", name=op.f("pk_presence")),
    )
    op.create_index(op.f("ix_presence_account_id"), "presence", ["account_id"], unique=False)
    op.create_index(op.f("ix_presence_worker"), "presence", ["worker"], unique=False)
    op.create_table(
        "hook",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("district_id", big_key(), nullable=False),
        sa.Column("station_id", big_key(), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_hook_district_id_district")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_hook_station_id_station")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook")),
    )
    op.create_index(op.f("ix_hook_district_id"), "hook", ["district_id"], unique=False)
    op.add_column("alarm", sa.Column("merged_into", sa.BigInteger(), nullable=True))
    op.add_column("message", sa.Column("delivered_at", UtcTime(), nullable=True))
    op.add_column("message", sa.Column("alarm_id", sa.BigInteger(), nullable=True))
    op.add_column("message", sa.Column("account_id", sa.BigInteger(), nullable=True))
    op.add_column("message", sa.Column("tier", sa.Integer(), nullable=True))
    op.add_column("message", sa.Column("drill", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(op.f("ix_message_alarm_id"), "message", ["alarm_id"], unique=False)
