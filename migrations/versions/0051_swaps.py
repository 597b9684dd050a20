"""Duties that are offered for a swap, who takes them, and what is given for them."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0051"
down_revision = "0050"
oldest_release = 3
branch_labels = None
depends_on = None

KEYS = {
    "account_id": "account",
    "post_id": "post",
    "taken_by": "account",
    "return_post_id": "post",
    "decided_by": "account",
}


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "swap",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("post_id", big_key(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("peak", sa.String(30), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("offered_at", UtcTime(), nullable=False),
        sa.Column("taken_by", big_key()),
        sa.Column("taken_at", UtcTime()),
        sa.Column("return_post_id", big_key()),
        sa.Column("return_date", sa.Date()),
        sa.Column("return_peak", sa.String(30)),
        sa.Column("decided_by", big_key()),
        sa.Column("ended_at", UtcTime()),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_swap_{column}_{table}"))
            for column, table in KEYS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap")),
    )
    op.create_index("ix_swap_account_id_date", "swap", ["account_id", "date"])
    op.create_index("ix_swap_taken_by_date", "swap", ["taken_by", "date"])
    op.create_index("ix_swap_state_date", "swap", ["state", "date"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("swap")
