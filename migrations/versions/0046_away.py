"""Who on duty is outside the fence of his post, while he is."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0046"
down_revision = "0045"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "away",
        sa.Column("check_in_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("post_id", big_key(), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.Column("distance_m", sa.Float(), nullable=False),
        sa.Column("asked_at", UtcTime()),
        sa.Column("answer", sa.String(20)),
        sa.Column("answered_at", UtcTime()),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_away_account_id_account")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_away_post_id_post")),
        sa.PrimaryKeyConstraint("check_in_id", name=op.f("pk_away")),
    )
    op.create_index(op.f("ix_away_account_id"), "away", ["account_id"])
    op.create_index(op.f("ix_away_post_id"), "away", ["post_id"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("away")
