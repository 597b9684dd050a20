"""Whether a printed code is refused since it was replaced, or good for some days more."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was replaced before stays good for its days."""
    op.add_column("post_code", sa.Column("void", sa.Boolean()))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("post_code", "void")
