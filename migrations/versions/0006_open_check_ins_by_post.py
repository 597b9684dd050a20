"""Who is on duty at a post is found by an index of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
oldest_release = 1
branch_labels = None
depends_on = None

OPEN = sa.text("checked_out_at IS NULL")


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_check_in_open_post_id", "check_in", ["post_id"], sqlite_where=OPEN, postgresql_where=OPEN
    )
