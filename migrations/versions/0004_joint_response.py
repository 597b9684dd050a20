"""Joint response (1+N): units, plans, their tasks at alarms, links and what they were used for."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0004"
down_revision = "0003"
oldest_release = 1
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "unit",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("district_id", big_key(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("telephone", sa.String(length=30), nullable=False),
        sa.Column("desk", sa.String(length=60), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_unit_district_id_district")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
    )
    op.create_index(op.f("ix_unit_district_id"), "unit", ["district_id"], unique=False)
    op.create_table(
        "joint_plan",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("district_id", big_key(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("school_id", big_key(), nullable=True),
        sa.Column("covers", sa.String(length=60), nullable=True),
        sa.Column("lead_unit_id", big_key(), nullable=False),
        sa.Column("support_unit_ids", sa.JSON(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_joint_plan_district_id_district")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_joint_plan_school_id_school")),
        sa.ForeignKeyConstraint(["lead_unit_id"], ["unit.id"], name=op.f("fk_joint_plan_lead_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_plan")),
        sa.UniqueConstraint("district_id", "covers", name=op.f("uq_joint_plan_district_id_covers")),
    )
    op.create_table(
        "joint_task",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("alarm_id", big_key(), nullable=False),
        sa.Column("unit_id", big_key(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=True),
        sa.Column("called_by", sa.BigInteger(), nullable=True),
        sa.Column("notified_at", UtcTime(), nullable=False),
        sa.Column("acknowledged_at", UtcTime(), nullable=True),
        sa.Column("on_the_way_at", UtcTime(), nullable=True),
        sa.Column("arrived_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarm.id"], name=op.f("fk_joint_task_alarm_id_alarm")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_joint_task_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_task")),
        sa.UniqueConstraint("alarm_id", "unit_id", name=op.f("uq_joint_task_alarm_id_unit_id")),
    )
    op.create_table(
        "joint_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("task_id", big_key(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"], ["joint_task.id"], name=op.f("fk_joint_link_task_id_joint_task")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_joint_link")),
    )
    op.create_index(op.f("ix_joint_link_task_id"), "joint_link", ["task_id"], unique=False)
    op.create_table(
        "joint_use",
        sa.Column("task_id", big_key(), autoincrement=False, nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["joint_task.id"], name=op.f("fk_joint_use_task_id_joint_task")),
        sa.PrimaryKeyConstraint("task_id", "act", name=op.f("pk_joint_use")),
        sa.UniqueConstraint("task_id", "request_id", name=op.f("uq_joint_use_task_id_request_id")),
    )
