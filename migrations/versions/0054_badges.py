"""Badges of people without a smartphone, and by which of them somebody was checked in."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0054"
down_revision = "0053"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "badge",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("issued_by", big_key(), nullable=False),
        sa.Column("issued_at", UtcTime(), nullable=False),
        sa.Column("revoked_at", UtcTime()),
        sa.Column("revoked_by", big_key()),
        sa.Column("reason", sa.String(200)),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_badge_account_id_account")),
        sa.ForeignKeyConstraint(["issued_by"], ["account.id"], name=op.f("fk_badge_issued_by_account")),
        sa.ForeignKeyConstraint(["revoked_by"], ["account.id"], name=op.f("fk_badge_revoked_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge")),
    )
    op.create_index("ix_badge_account_id", "badge", ["account_id"])
    op.create_index(
        "uq_badge_current",
        "badge",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "badge_use",
        sa.Column("check_in_id", big_key(), autoincrement=False, nullable=False),
        sa.Column("badge_id", big_key(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["badge_id"], ["badge.id"], name=op.f("fk_badge_use_badge_id_badge")),
        sa.PrimaryKeyConstraint("check_in_id", name=op.f("pk_badge_use")),
    )
    op.create_index(op.f("ix_badge_use_at"), "badge_use", ["at"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("badge_use")
    op.drop_table("badge")
