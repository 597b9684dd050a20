"""A database names the oldest release that may serve it, and has rows for those who try whether it can be written."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime

revision = "0012"
down_revision = "0011"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "schema_state",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("oldest_release", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schema_state")),
    )
    op.create_table(
        "write_probe",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_write_probe")),
    )
