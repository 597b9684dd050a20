"""Who gave a console account its rights, its last day, and the link by which its owner sets a password."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0038"
down_revision = "0037"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; accounts that are there were made by whoever runs the server."""
    op.create_table(
        "console_user",
        sa.Column("account_id", big_key(), autoincrement=False, nullable=False),
        sa.Column("given_by", big_key(), nullable=False),
        sa.Column("given_at", UtcTime(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("link_hash", sa.String(64)),
        sa.Column("link_until", UtcTime()),
        sa.Column("link_used_at", UtcTime()),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_console_user_account_id_account")
        ),
        sa.ForeignKeyConstraint(["given_by"], ["account.id"], name=op.f("fk_console_user_given_by_account")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_console_user")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_console_user_link_hash")),
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("console_user")
