"""A district's consoles are found by their role, without a look at its guards."""

from alembic import op

revision = "0010"
down_revision = "0009"
oldest_release = 1
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put the role into the index of accounts by district."""
    op.drop_index(op.f("ix_account_district_id"), "account")
    op.create_index("ix_account_district_id_role", "account", ["district_id", "role"])
