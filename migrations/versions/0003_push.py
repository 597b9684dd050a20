"""Push subscriptions, when channels last worked, results of webhooks, tries that a breaker held back."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0003"
down_revision = "0002"
oldest_release = 1
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, and the columns of hooks and messages."""
    op.create_table(
        "push_subscription",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("endpoint_hash", sa.String(length=64), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("p256dh", sa.String(length=100), nullable=False),
        sa.Column("auth", sa.String(length=40), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("last_ok_at", UtcTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_push_subscription_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint("endpoint_hash", name=op.f("uq_push_subscription_endpoint_hash")),
    )
    op.create_index(
        op.f("ix_push_subscription_account_id"), "push_subscription", ["account_id"], unique=False
    )
    op.create_table(
        "last_reached",
        sa.Column("account_id", big_key(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_last_reached_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "channel", name=op.f("pk_last_reached")),
    )
    op.add_column("hook", sa.Column("last_ok_at", UtcTime(), nullable=True))
    op.add_column("hook", sa.Column("last_try_at", UtcTime(), nullable=True))
    op.add_column("hook", sa.Column("last_reason", sa.String(length=60), nullable=True))
    op.add_column("hook", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("message", sa.Column("held", sa.Integer(), nullable=False, server_default="0"))
