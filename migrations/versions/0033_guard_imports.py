"""Lists of guards that consoles bring in, and who is on one and has not come yet."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0033"
down_revision = "0032"
# A worker of the release before, which goes on for the minutes of an upgrade, asks nobody on a list for his consent.
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "guard_import",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("district_id", big_key(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("called", sa.String(120), nullable=False),
        sa.Column("file", sa.String(64), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_guard_import_district_id_district")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guard_import")),
    )
    op.create_index(op.f("ix_guard_import_account_id"), "guard_import", ["account_id"])
    op.create_index(op.f("ix_guard_import_expires_at"), "guard_import", ["expires_at"])
    op.create_table(
        "guard_import_row",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("import_id", big_key(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("sheet", sa.String(60), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("category", sa.String(20), nullable=True),
        sa.Column("phone", sa.String(20), nullable=True),
        sa.Column("phone_sealed", sa.String(120), nullable=True),
        sa.Column("phone_index", sa.String(60), nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("station_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("was", sa.JSON(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("applied_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["guard_import.id"], name=op.f("fk_guard_import_row_import_id_guard_import")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guard_import_row")),
        sa.UniqueConstraint("import_id", "place", name=op.f("uq_guard_import_row_import_id_place")),
    )
    op.create_index(
        "ix_guard_import_row_import_id_verdict_place",
        "guard_import_row",
        ["import_id", "verdict", "place"],
    )
    op.create_index(op.f("ix_guard_import_row_phone_index"), "guard_import_row", ["phone_index"])
    op.create_index(op.f("ix_guard_import_row_account_id"), "guard_import_row", ["account_id"])
    op.create_table(
        "enrolment",
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("by", big_key(), nullable=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_enrolment_account_id_account")),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_enrolment_by_account")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_enrolment")),
    )
