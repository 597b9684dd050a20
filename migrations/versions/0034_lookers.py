"""Who looked at a person, as he was then."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; of the looks that are there nobody knows it any more."""
    op.add_column("audit_look", sa.Column("role", sa.String(20)))
    op.add_column("audit_look", sa.Column("school_id", sa.BigInteger()))
    op.add_column("audit_look", sa.Column("station_id", sa.BigInteger()))
