"""At which peaks and weekdays guards would like to stand, and at which rather not."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0058"
down_revision = "0057"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "duty_wish",
        sa.Column("account_id", big_key(), autoincrement=False, nullable=False),
        sa.Column("post_id", big_key(), autoincrement=False, nullable=False),
        sa.Column("peak", sa.String(30), nullable=False),
        sa.Column("weekday", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("wish", sa.String(10), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_duty_wish_account_id_account")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_duty_wish_post_id_post")),
        sa.PrimaryKeyConstraint("account_id", "post_id", "peak", "weekday", name=op.f("pk_duty_wish")),
    )
    op.create_index(op.f("ix_duty_wish_post_id"), "duty_wish", ["post_id"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("duty_wish")
