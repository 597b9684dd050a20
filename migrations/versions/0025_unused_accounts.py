"""When accounts were last used, and which closed because nobody used them."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0025"
down_revision = "0024"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "account_use",
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=False),
        sa.Column("notice_at", UtcTime(), nullable=True),
        sa.Column("closes_at", UtcTime(), nullable=True),
        sa.Column("closed_at", UtcTime(), nullable=True),
        sa.Column("status_before", sa.String(20), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_use_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_use")),
    )
    for column in ("used_at", "closes_at", "closed_at"):
        op.create_index(op.f(f"ix_account_use_{column}"), "account_use", [column])
    op.create_table(
        "unused_watch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.Column("looked_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unused_watch")),
    )
