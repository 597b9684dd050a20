"""The key of device cookies, the devices that an account signed in on, and who asked for a code from a known one."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime

revision = "0013"
down_revision = "0012"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; no key is in them yet."""
    op.create_table(
        "server_key",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("value", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_server_key")),
    )
    op.create_table(
        "known_device",
        sa.Column("whose", sa.String(64), nullable=False),
        sa.Column("device_id", sa.String(64), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("whose", "device_id", name=op.f("pk_known_device")),
    )
    op.create_index(op.f("ix_known_device_seen_at"), "known_device", ["seen_at"])
    op.add_column("sign_in_code", sa.Column("device_id", sa.String(64), nullable=True))
