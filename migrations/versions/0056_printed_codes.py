"""When the poster of a printed code was last made."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime

revision = "0056"
down_revision = "0055"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what somebody printed at the console before is known by the audit log, all posts together."""
    op.add_column("post_code", sa.Column("printed_at", UtcTime()))
    op.execute(
        "UPDATE post_code SET printed_at = (SELECT max(audit_row.at) FROM audit_row "
        "WHERE audit_row.act = 'posters.printed' AND audit_row.at >= post_code.issued_at) "
        "WHERE replaced_at IS NULL"
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_column("post_code", "printed_at")
