"""Clips that people send to an alarm, beside the pictures."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say of each row what it is; what is there are pictures, and so is what an older program writes."""
    op.add_column(
        "alarm_picture",
        sa.Column("content_type", sa.String(16), nullable=False, server_default="image/jpeg"),
    )
