"""Corrections of people's records at closed peaks, and how many each row of an outcome has."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0039"
down_revision = "0038"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the column; a program of before writes rows without it."""
    op.add_column("peak_outcome", sa.Column("corrected", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "correction",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("post_id", big_key(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("peak", sa.String(30), nullable=False),
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("seat_group", sa.String(20), nullable=False),
        sa.Column("starts_at", UtcTime(), nullable=False),
        sa.Column("came_at", UtcTime()),
        sa.Column("left_at", UtcTime()),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("corrected_by", big_key(), nullable=False),
        sa.Column("corrected_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_correction_post_id_post")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_correction_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["corrected_by"], ["account.id"], name=op.f("fk_correction_corrected_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index("ix_correction_post_id_date", "correction", ["post_id", "date"])
    op.create_index("ix_correction_account_id_date", "correction", ["account_id", "date"])
    op.create_index("ix_correction_date", "correction", ["date"])
