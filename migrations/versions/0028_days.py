"""What a day of the calendar is called, who changed it and why; half days; years that a source filled; terms."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0028"
down_revision = "0027"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the tables; days that are there stay as they are."""
    for column in (
        sa.Column("name", sa.String(60)),
        sa.Column("source", sa.String(20)),
        sa.Column("peaks", sa.JSON(none_as_null=True)),
        sa.Column("beneath", sa.JSON(none_as_null=True)),
        sa.Column("reason", sa.String(200)),
        sa.Column("version", sa.Integer()),
        sa.Column("changed_by", sa.BigInteger()),
        sa.Column("changed_at", UtcTime()),
    ):
        op.add_column("calendar_day", column)
    op.create_table(
        "calendar_year",
        sa.Column("district_id", big_key(), autoincrement=False, nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("changed_by", sa.BigInteger()),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_calendar_year_district_id_district")
        ),
        sa.PrimaryKeyConstraint("district_id", "year", name=op.f("pk_calendar_year")),
    )
    op.create_table(
        "term",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("district_id", big_key(), nullable=False),
        sa.Column("school_id", big_key()),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.BigInteger()),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_term_district_id_district")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_term_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
    )
    op.create_index(op.f("ix_term_district_id"), "term", ["district_id"])
