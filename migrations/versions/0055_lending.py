"""Somebody on duty who is asked to stand at another post, and what became of it."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0055"
down_revision = "0054"
oldest_release = 3
branch_labels = None
depends_on = None

KEYS = {
    "account_id": "account",
    "check_in_id": "check_in",
    "from_post_id": "post",
    "to_post_id": "post",
    "asked_by": "account",
}


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "lending",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("check_in_id", big_key(), nullable=False),
        sa.Column("from_post_id", big_key(), nullable=False),
        sa.Column("to_post_id", big_key(), nullable=False),
        sa.Column("seat_group", sa.String(20), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("asked_by", big_key()),
        sa.Column("word", sa.String(200)),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("answered_at", UtcTime()),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_lending_{column}_{table}"))
            for column, table in KEYS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lending")),
    )
    op.create_index(op.f("ix_lending_check_in_id"), "lending", ["check_in_id"])
    op.create_index("ix_lending_to_post_id_state", "lending", ["to_post_id", "state"])
    op.create_index("ix_lending_from_post_id_state", "lending", ["from_post_id", "state"])
    op.create_index("ix_lending_account_id", "lending", ["account_id"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("lending")
