"""When somebody at a console last proved with his password that it is still he who sits there."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime

revision = "0059"
down_revision = "0058"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; without it the sign-in counts."""
    op.add_column("session", sa.Column("proved_at", UtcTime()))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("session", "proved_at")
