"""Searches for somebody who takes the duty of somebody who cannot come, and who was asked."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0048"
down_revision = "0047"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "stand_in",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("post_id", big_key(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("peak", sa.String(30), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("next_wave_at", UtcTime(), nullable=False),
        sa.Column("taken_by", big_key()),
        sa.Column("undone_by", big_key()),
        sa.Column("ended_at", UtcTime()),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_stand_in_account_id_account")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_stand_in_post_id_post")),
        sa.ForeignKeyConstraint(["taken_by"], ["account.id"], name=op.f("fk_stand_in_taken_by_account")),
        sa.ForeignKeyConstraint(["undone_by"], ["account.id"], name=op.f("fk_stand_in_undone_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_in")),
    )
    op.create_index("ix_stand_in_account_id_date", "stand_in", ["account_id", "date"])
    op.create_index("ix_stand_in_post_id_date", "stand_in", ["post_id", "date"])
    op.create_index("ix_stand_in_state_next_wave_at", "stand_in", ["state", "next_wave_at"])
    op.create_table(
        "stand_in_asked",
        sa.Column("stand_in_id", big_key(), autoincrement=False, nullable=False),
        sa.Column("account_id", big_key(), autoincrement=False, nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["stand_in_id"], ["stand_in.id"], name=op.f("fk_stand_in_asked_stand_in_id_stand_in")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_stand_in_asked_account_id_account")
        ),
        sa.PrimaryKeyConstraint("stand_in_id", "account_id", name=op.f("pk_stand_in_asked")),
    )
    op.create_index("ix_stand_in_asked_account_id_asked_at", "stand_in_asked", ["account_id", "asked_at"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("stand_in_asked")
    op.drop_table("stand_in")
