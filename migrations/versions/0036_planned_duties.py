"""Plans of who stands where on which day, as drafts and as they are published; absences."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0036"
down_revision = "0035"
oldest_release = 3
branch_labels = None
depends_on = None

_SEAT = ("post_id", "date", "peak", "seat_group", "seat")
_PERSON = ("account_id", "date", "peak")


def _seat_columns() -> list[sa.Column]:
    return [
        sa.Column("id", big_key(), nullable=False),
        sa.Column("post_id", big_key(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("peak", sa.String(30), nullable=False),
        sa.Column("seat_group", sa.String(20), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
    ]


def _constraints(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f(f"fk_{table}_post_id_post")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f(f"fk_{table}_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(*_SEAT, name=op.f(f"uq_{table}_{'_'.join(_SEAT)}")),
        sa.UniqueConstraint(*_PERSON, name=op.f(f"uq_{table}_{'_'.join(_PERSON)}")),
    ]


def upgrade() -> None:
    """Add the tables; rosters that are there stay as they are."""
    op.create_table(
        "published_duty",
        *_seat_columns(),
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("published_at", UtcTime(), nullable=False),
        *_constraints("published_duty"),
    )
    op.create_table(
        "planned_duty",
        *_seat_columns(),
        sa.Column("account_id", big_key()),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", big_key()),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["account.id"], name=op.f("fk_planned_duty_changed_by_account")
        ),
        *_constraints("planned_duty"),
    )
    op.create_table(
        "absence",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("entered_by", big_key()),
        sa.Column("entered_at", UtcTime(), nullable=False),
        sa.Column("withdrawn_at", UtcTime()),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_absence_account_id_account")),
        sa.ForeignKeyConstraint(["entered_by"], ["account.id"], name=op.f("fk_absence_entered_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_account_id_last_day", "absence", ["account_id", "last_day"])
