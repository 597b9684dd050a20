"""What a console keeps of stations, schools and posts: archived since when, their version, who changed them last."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime

revision = "0043"
down_revision = "0042"
oldest_release = 3
branch_labels = None
depends_on = None

_TABLES = ("station", "school", "post")


def upgrade() -> None:
    """Add the columns; nothing is archived yet."""
    for table in _TABLES:
        op.add_column(table, sa.Column("archived_at", UtcTime()))
        op.add_column(table, sa.Column("version", sa.Integer()))
        op.add_column(table, sa.Column("changed_by", sa.BigInteger()))
        op.add_column(table, sa.Column("changed_at", UtcTime()))


def downgrade() -> None:
    """Remove them."""
    for table in _TABLES:
        for column in ("changed_at", "changed_by", "version", "archived_at"):
            op.drop_column(table, column)
