"""When people came, counted in each closed peak."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
oldest_release = 3
branch_labels = None
depends_on = None

BANDS = 10


def upgrade() -> None:
    """Add the columns; rows of before stay without."""
    for band in range(BANDS):
        op.add_column("peak_outcome", sa.Column(f"arrived_{band}", sa.Integer()))


def downgrade() -> None:
    """Remove them."""
    for band in reversed(range(BANDS)):
        op.drop_column("peak_outcome", f"arrived_{band}")
