"""Peaks by season from a date on; rules of staffing from a date on; areas of seats at a gate."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0029"
down_revision = "0028"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; peaks and compositions that are there hold from the beginning."""
    op.create_table(
        "timetable",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("district_id", big_key(), nullable=False),
        sa.Column("school_id", big_key()),
        sa.Column("school_kind", sa.String(20)),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("seasons", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("changed_by", sa.BigInteger()),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_timetable_district_id_district")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_timetable_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timetable")),
    )
    op.create_index(op.f("ix_timetable_district_id"), "timetable", ["district_id"])
    op.create_table(
        "staffing_rule",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("district_id", big_key(), nullable=False),
        sa.Column("school_kind", sa.String(20)),
        sa.Column("post_id", big_key()),
        sa.Column("peak", sa.String(30)),
        sa.Column("heads", sa.JSON(), nullable=False),
        sa.Column("by_pupils", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.BigInteger()),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_staffing_rule_district_id_district")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_staffing_rule_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staffing_rule")),
    )
    op.create_index(op.f("ix_staffing_rule_district_id"), "staffing_rule", ["district_id"])
    op.add_column("post", sa.Column("seat_areas", sa.JSON(none_as_null=True)))
