"""How many SMS of duties a district sent in a month, and how many were held back."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import big_key

revision = "0049"
down_revision = "0048"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "sms_use",
        sa.Column("district_id", big_key(), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_sms_use_district_id_district")
        ),
        sa.PrimaryKeyConstraint("district_id", "month", name=op.f("pk_sms_use")),
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("sms_use")
