"""An open page says whether anybody can see it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
oldest_release = 1
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; pages that are open already count as seen until they say otherwise."""
    op.add_column("presence", sa.Column("hidden", sa.Boolean(), nullable=False, server_default=sa.false()))
