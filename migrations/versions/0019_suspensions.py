"""A suspension is kept apart from the status, which a guard who closes his account has as well."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0019"
down_revision = "0018"
oldest_release = 3
branch_labels = None
depends_on = None

# Whoever is suspended and did not close his account was suspended by somebody, whom the audit log may still name.
CARRIED = """
INSERT INTO suspension (account_id, "by", at)
SELECT account.id, audit_row.actor_id, COALESCE(audit_row.at, account.registered_at)
FROM account
LEFT JOIN audit_row ON audit_row.id = (
    SELECT MAX(said.id) FROM audit_row AS said WHERE said.act = 'guard.suspended' AND said.subject_id = account.id
)
WHERE account.role = 'guard' AND account.status = 'suspended' AND NOT EXISTS (
    SELECT 1 FROM consent
    WHERE consent.account_id = account.id AND consent.kind IN ('account', 'identity')
    AND consent.withdrawn_at IS NOT NULL
)
"""


def upgrade() -> None:
    """Add the table, with the suspensions that are in force."""
    op.create_table(
        "suspension",
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("by", big_key(), nullable=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_suspension_account_id_account")
        ),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_suspension_by_account")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_suspension")),
    )
    op.execute(CARRIED)
