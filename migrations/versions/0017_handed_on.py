"""A claim that waits too long may be handed on to the school's station."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime

revision = "0017"
down_revision = "0016"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the moment; nobody was handed on before."""
    op.add_column("account", sa.Column("handed_on_at", UtcTime(), nullable=True))
