"""Why a proposal left a seat open."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nothing was proposed before."""
    op.add_column("planned_duty", sa.Column("why", sa.String(20)))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("planned_duty", "why")
