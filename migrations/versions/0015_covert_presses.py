"""An alarm says whether it was raised covertly."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was raised until now was not covert."""
    op.add_column("alarm", sa.Column("covert", sa.Boolean, nullable=False, server_default=sa.false()))
