"""Reminders of those who are expected at a post and have not come: the newest of each post."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0042"
down_revision = "0041"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "nudge",
        sa.Column("post_id", big_key(), autoincrement=False, nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("pushed", sa.Integer(), nullable=False),
        sa.Column("texted", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_nudge_post_id_post")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_nudge")),
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("nudge")
