"""The second step of a sign-in at a console: what an authenticator app and the server share, and recovery codes."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0041"
down_revision = "0040"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; nobody is asked for a second step before he sets one up."""
    op.create_table(
        "second_factor",
        sa.Column("id", big_key(), autoincrement=False, nullable=False),
        sa.Column("secret", sa.String(64)),
        sa.Column("secret_sealed", sa.String(120)),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("confirmed_at", UtcTime()),
        sa.Column("last_step", sa.BigInteger()),
        sa.ForeignKeyConstraint(["id"], ["account.id"], name=op.f("fk_second_factor_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("used_at", UtcTime()),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account")
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_index("ix_recovery_code_account_id", "recovery_code", ["account_id"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("recovery_code")
    op.drop_table("second_factor")
