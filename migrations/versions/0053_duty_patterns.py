"""Weekly patterns, and with which copy, draft or filling a planned seat came."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0053"
down_revision = "0052"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the column; of what was filled before nothing is known."""
    op.add_column("planned_duty", sa.Column("batch", sa.String(40)))
    op.create_table(
        "duty_pattern",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("post_id", big_key(), nullable=False),
        sa.Column("peak", sa.String(30), nullable=False),
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("weeks", sa.String(5), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("changed_by", big_key(), nullable=True),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_duty_pattern_post_id_post")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_duty_pattern_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["account.id"], name=op.f("fk_duty_pattern_changed_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_pattern")),
    )
    op.create_index(op.f("ix_duty_pattern_post_id"), "duty_pattern", ["post_id"])
    op.create_index(op.f("ix_duty_pattern_account_id"), "duty_pattern", ["account_id"])


def downgrade() -> None:
    """Remove both."""
    op.drop_table("duty_pattern")
    op.drop_column("planned_duty", "batch")
