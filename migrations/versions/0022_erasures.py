"""Who is to be erased, or was."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0022"
down_revision = "0021"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "erasure",
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("by", big_key(), nullable=True),
        sa.Column("done_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_erasure_account_id_account")),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_erasure_by_account")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_erasure")),
    )
