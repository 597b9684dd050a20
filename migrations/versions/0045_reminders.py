"""What people answer about their duties, and of which duties they were reminded."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0045"
down_revision = "0044"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "duty_answer",
        sa.Column("account_id", big_key(), autoincrement=False, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("peak", sa.String(30), nullable=False),
        sa.Column("post_id", big_key(), nullable=False),
        sa.Column("answer", sa.String(10), nullable=False),
        sa.Column("answered_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_duty_answer_account_id_account")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_duty_answer_post_id_post")),
        sa.PrimaryKeyConstraint("account_id", "date", "peak", name=op.f("pk_duty_answer")),
    )
    op.create_index("ix_duty_answer_post_id_date", "duty_answer", ["post_id", "date"])
    op.create_table(
        "duty_reminder",
        sa.Column("account_id", big_key(), autoincrement=False, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("peak", sa.String(30), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("post_id", big_key(), nullable=False),
        sa.Column("reminded_at", UtcTime(), nullable=False),
        sa.Column("sent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_duty_reminder_account_id_account")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_duty_reminder_post_id_post")),
        sa.PrimaryKeyConstraint("account_id", "date", "peak", "kind", name=op.f("pk_duty_reminder")),
    )
    op.create_index("ix_duty_reminder_post_id_date", "duty_reminder", ["post_id", "date"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("duty_reminder")
    op.drop_table("duty_answer")
