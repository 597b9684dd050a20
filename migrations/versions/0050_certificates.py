"""Certificates of service."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0050"
down_revision = "0049"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "certificate",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("district_id", big_key(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        sa.Column("unit", sa.String(120), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("on_time", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("issued_at", UtcTime(), nullable=False),
        sa.Column("revoked_at", UtcTime()),
        sa.Column("revoked_by", big_key()),
        sa.Column("reason", sa.String(200)),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_certificate_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_certificate_district_id_district")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["account.id"], name=op.f("fk_certificate_revoked_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
    )
    op.create_index(op.f("ix_certificate_account_id"), "certificate", ["account_id"])
    op.create_index(op.f("ix_certificate_district_id"), "certificate", ["district_id"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("certificate")
