"""Whom a look was at: found by the person, who is shown it."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, with the looks at one person that stand in the log."""
    op.create_table(
        "audit_look",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("row_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "row_id", name=op.f("pk_audit_look")),
    )
    op.execute(
        "INSERT INTO audit_look (account_id, row_id) "
        "SELECT subject_id, id FROM audit_row WHERE act = 'see_telephone' AND subject_id IS NOT NULL"
    )
