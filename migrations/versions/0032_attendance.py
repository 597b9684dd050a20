"""What became of each peak of a post, who did not come, and each person's months of service."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0032"
down_revision = "0031"
oldest_release = 3
branch_labels = None
depends_on = None

GROUPS = ("staff", "security", "volunteer", "police")
OF_ALL, OF_A_PLAN = ("required", "present", "late", "waiting"), ("planned", "absent", "replaced")


def upgrade() -> None:
    """Add the tables; the clock fills them with the peaks of which check-ins are kept."""
    op.create_table(
        "peak_outcome",
        sa.Column("post_id", big_key(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("peak", sa.String(30), nullable=False),
        sa.Column("starts_at", UtcTime(), nullable=False),
        sa.Column("ends_at", UtcTime(), nullable=False),
        *(sa.Column(f"{one}_{group}", sa.Integer(), nullable=False) for one in OF_ALL for group in GROUPS),
        *(sa.Column(f"{one}_{group}", sa.Integer()) for one in OF_A_PLAN for group in GROUPS),
        sa.Column("required_minutes", sa.Integer(), nullable=False),
        sa.Column("covered_minutes", sa.Integer(), nullable=False),
        sa.Column("served_minutes", sa.Integer(), nullable=False),
        sa.Column("written_at", UtcTime(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_peak_outcome_post_id_post")),
        sa.PrimaryKeyConstraint("post_id", "date", "peak", name=op.f("pk_peak_outcome")),
    )
    op.create_index("ix_peak_outcome_date", "peak_outcome", ["date"])
    _index_again("peak_outcome", "post_id")
    op.create_table(
        "closed_until",
        sa.Column("post_id", big_key(), nullable=False),
        sa.Column("until", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_closed_until_post_id_post")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_closed_until")),
    )
    op.create_table(
        "no_show",
        sa.Column("post_id", big_key(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("peak", sa.String(30), nullable=False),
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("seat_group", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_no_show_post_id_post")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_no_show_account_id_account")),
        sa.PrimaryKeyConstraint("post_id", "date", "peak", "account_id", name=op.f("pk_no_show")),
    )
    op.create_index("ix_no_show_account_id_date", "no_show", ["account_id", "date"])
    op.create_index("ix_no_show_date", "no_show", ["date"])
    op.create_table(
        "service_month",
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        *(
            sa.Column(one, sa.Integer(), nullable=False)
            for one in ("on_time", "late", "minutes", "unverified", "no_shows")
        ),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_service_month_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "month", name=op.f("pk_service_month")),
    )
    _index_again("service_month", "account_id")


def _index_again(table: str, column: str) -> None:
    op.create_index(
        f"ix_{table}_again",
        table,
        [column],
        sqlite_where=sa.text("again"),
        postgresql_where=sa.text("again"),
    )
