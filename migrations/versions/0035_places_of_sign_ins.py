"""Where a session was opened: browser and system in words, and the network."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; sessions from before know neither."""
    op.add_column("session", sa.Column("browser", sa.String(40), nullable=True))
    op.add_column("session", sa.Column("network", sa.String(45), nullable=True))


def downgrade() -> None:
    """Remove them."""
    op.drop_column("session", "network")
    op.drop_column("session", "browser")
