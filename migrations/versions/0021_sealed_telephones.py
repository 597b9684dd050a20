"""Telephones are sealed: new columns beside those in clear, which a new database never fills."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime

revision = "0021"
down_revision = "0020"
oldest_release = 3
branch_labels = None
depends_on = None

# Where a number may stand in clear so far.
CLEAR = ("account", "roster", "sign_in_code", "ticket", "unit", "message")


def upgrade() -> None:
    """Add the columns; a number in clear is no longer needed. A database with nobody in it begins finished."""
    op.create_table(
        "sealing_key",
        sa.Column("id", sa.String(12), nullable=False),
        sa.Column("check", sa.String(60), nullable=False),
        sa.Column("since", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealing_key")),
    )
    op.create_table(
        "sealing_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealing_state")),
    )
    connection = op.get_bind()
    begun = any(
        connection.execute(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)).first()
        for name in CLEAR
    )
    op.bulk_insert(
        sa.table("sealing_state", sa.column("id", sa.Integer), sa.column("finished", sa.Boolean)),
        [{"id": 1, "finished": not begun}],
    )
    sealed, index = sa.String(120), sa.String(60)
    with op.batch_alter_table("account") as account:
        account.add_column(sa.Column("phone_sealed", sealed, nullable=True))
        account.add_column(sa.Column("phone_index", index, nullable=True))
        account.add_column(sa.Column("phone_ending", sa.String(40), nullable=True))
        account.create_unique_constraint("uq_account_phone_index", ["phone_index"])
    op.create_index("ix_account_phone_ending", "account", ["phone_ending"])
    with op.batch_alter_table("roster") as roster:
        roster.alter_column("phone", existing_type=sa.String(20), nullable=True)
        roster.add_column(sa.Column("phone_sealed", sealed, nullable=True))
        roster.add_column(sa.Column("phone_index", index, nullable=True))
        roster.create_unique_constraint(
            "uq_roster_post_id_phone_index_peak", ["post_id", "phone_index", "peak"]
        )
    op.create_index("ix_roster_phone_index", "roster", ["phone_index"])
    with op.batch_alter_table("sign_in_code") as code:
        code.alter_column("phone", existing_type=sa.String(20), nullable=True)
        code.add_column(sa.Column("phone_sealed", sealed, nullable=True))
        code.add_column(sa.Column("phone_index", index, nullable=True))
    op.create_index("ix_sign_in_code_phone_index", "sign_in_code", ["phone_index"])
    with op.batch_alter_table("ticket") as ticket:
        ticket.alter_column("phone", existing_type=sa.String(20), nullable=True)
        ticket.add_column(sa.Column("phone_sealed", sealed, nullable=True))
    with op.batch_alter_table("unit") as unit:
        unit.alter_column("telephone", existing_type=sa.String(30), nullable=True)
        unit.add_column(sa.Column("telephone_sealed", sealed, nullable=True))
    op.add_column("message", sa.Column("address_sealed", sealed, nullable=True))
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if lost is not None:
            raise RuntimeError(f"a row refers to nothing: {lost}")
