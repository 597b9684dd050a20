"""A name that imitates an office is kept apart until its account is approved."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; names of before stay as they are."""
    op.add_column("account", sa.Column("claimed_name", sa.String(60), nullable=True))
