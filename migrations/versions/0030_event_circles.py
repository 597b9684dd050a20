"""Who of a circle hears an event, beside its room: one row for all of them in place of one for each."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; rooms that are there have none."""
    op.add_column("event_room", sa.Column("accounts", sa.Text))
