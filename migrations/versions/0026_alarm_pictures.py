"""Pictures that people send to an alarm."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0026"
down_revision = "0025"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "alarm_picture",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("alarm_id", big_key(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("picture_file", sa.String(64), nullable=False),
        sa.Column("preview_file", sa.String(64), nullable=False),
        sa.Column("preview_bytes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarm.id"], name=op.f("fk_alarm_picture_alarm_id_alarm")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_picture")),
        sa.UniqueConstraint("name", name=op.f("uq_alarm_picture_name")),
    )
    op.create_index(op.f("ix_alarm_picture_alarm_id"), "alarm_picture", ["alarm_id"])
    op.create_index(op.f("ix_alarm_picture_account_id"), "alarm_picture", ["account_id"])
    op.create_index(op.f("ix_alarm_picture_at"), "alarm_picture", ["at"])
