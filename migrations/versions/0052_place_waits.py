"""Who waits for a place whose seats are all taken."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0052"
down_revision = "0051"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "place_wait",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("post_id", big_key(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("peak", sa.String(30), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_place_wait_account_id_account")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_place_wait_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_wait")),
        sa.UniqueConstraint(
            "account_id", "post_id", "date", "peak", name=op.f("uq_place_wait_account_id_post_id_date_peak")
        ),
    )
    op.create_index("ix_place_wait_date_post_id", "place_wait", ["date", "post_id"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("place_wait")
