"""Who counts in an alarm: standing, further places, people put aside, people whom a console lets count."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0011"
down_revision = "0010"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and tables; alarms of before have full standing, and everybody asked to them counts."""
    op.add_column("alarm", sa.Column("full_standing", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("alarm", sa.Column("held_until", UtcTime(), nullable=True))
    op.add_column("alarm", sa.Column("kind_settled", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("alarm_report", sa.Column("kind", sa.String(20), nullable=True))
    op.add_column("alarm_report", sa.Column("post_id", sa.BigInteger(), nullable=True))
    op.add_column("response", sa.Column("doubt", sa.String(20), nullable=True))
    op.add_column("response", sa.Column("off_scene_m", sa.Float(), nullable=True))
    op.add_column("account", sa.Column("first_confirmed_at", UtcTime(), nullable=True))
    op.execute(
        "UPDATE account SET first_confirmed_at = (SELECT min(check_in.confirmed_at) FROM check_in"
        " WHERE check_in.account_id = account.id)"
    )
    _tables()


def _tables() -> None:
    op.create_table(
        "alarm_voucher",
        sa.Column("alarm_id", big_key(), nullable=False),
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("by", big_key(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        _key("alarm_voucher", "alarm_id", "alarm"),
        _key("alarm_voucher", "account_id", "account"),
        _key("alarm_voucher", "by", "account"),
        sa.PrimaryKeyConstraint("alarm_id", "account_id", name=op.f("pk_alarm_voucher")),
    )
    op.create_table(
        "alarm_place",
        sa.Column("id", big_key(), nullable=False),
        *(
            sa.Column(f"{name}_id", big_key(), nullable=False)
            for name in ("alarm", "post", "station", "school")
        ),
        sa.Column("account_id", big_key(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("accuracy_m", sa.Float(), nullable=True),
        sa.Column("place_from", sa.String(10), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("dropped_at", UtcTime(), nullable=True),
        sa.Column("dropped_by", big_key(), nullable=True),
        *(
            _key("alarm_place", f"{name}_id", name)
            for name in ("alarm", "post", "station", "school", "account")
        ),
        _key("alarm_place", "dropped_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_place")),
    )
    op.create_index(op.f("ix_alarm_place_alarm_id"), "alarm_place", ["alarm_id"])
    op.create_index(op.f("ix_alarm_place_station_id"), "alarm_place", ["station_id"])
    op.create_index(op.f("ix_alarm_place_school_id"), "alarm_place", ["school_id"])
    op.create_table(
        "alarm_aside",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("alarm_id", big_key(), nullable=False),
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("by", big_key(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("until", UtcTime(), nullable=False),
        sa.Column("presses", sa.Integer(), nullable=False),
        sa.Column("lifted_at", UtcTime(), nullable=True),
        sa.Column("lifted_by", big_key(), nullable=True),
        _key("alarm_aside", "alarm_id", "alarm"),
        _key("alarm_aside", "account_id", "account"),
        _key("alarm_aside", "by", "account"),
        _key("alarm_aside", "lifted_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_aside")),
    )
    op.create_index(op.f("ix_alarm_aside_alarm_id"), "alarm_aside", ["alarm_id"])
    op.create_index(op.f("ix_alarm_aside_account_id"), "alarm_aside", ["account_id"])


def _key(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}_{of}"))
