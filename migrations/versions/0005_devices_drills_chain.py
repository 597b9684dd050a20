"""Gate devices with their tests, drills, follow-ups; timelines become chains."""

import sqlalchemy as sa
from alembic import op

from server.alarm.rules.timeline_chain import START, seal
from server.core.database.base import UtcTime, big_key

revision = "0005"
down_revision = "0004"
oldest_release = 1
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, and chain the lines that are there."""
    _devices()
    _drills()
    op.add_column("alarm", sa.Column("entry_count", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("alarm", sa.Column("head", sa.String(length=64), nullable=False, server_default=START))
    op.add_column("alarm_entry", sa.Column("ordinal", sa.Integer(), nullable=False, server_default="0"))
    for name in ("previous_hash", "hash"):
        column = sa.Column(name, sa.String(length=64), nullable=False, server_default=START)
        op.add_column("alarm_entry", column)
    _chain(op.get_bind())
    op.create_index(
        op.f("ix_alarm_entry_alarm_id_ordinal"), "alarm_entry", ["alarm_id", "ordinal"], unique=True
    )


def _devices() -> None:
    op.create_table(
        "gate_device",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("post_id", big_key(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("old_key_hash", sa.String(length=64), nullable=True),
        sa.Column("issued_at", UtcTime(), nullable=False),
        sa.Column("rotated_at", UtcTime(), nullable=True),
        sa.Column("revoked_at", UtcTime(), nullable=True),
        sa.Column("last_signal_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_gate_device_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_device")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_gate_device_key_hash")),
    )
    op.create_index(op.f("ix_gate_device_post_id"), "gate_device", ["post_id"], unique=False)
    op.create_index(op.f("ix_gate_device_old_key_hash"), "gate_device", ["old_key_hash"], unique=False)
    op.create_table(
        "device_signal",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("device_id", big_key(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=True),
        sa.Column("alarm_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["gate_device.id"], name=op.f("fk_device_signal_device_id_gate_device")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_signal")),
        sa.UniqueConstraint("device_id", "request_id", name=op.f("uq_device_signal_device_id_request_id")),
    )
    op.create_index("ix_device_signal_device_id_at", "device_signal", ["device_id", "at"], unique=False)
    op.create_table(
        "device_test",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("district_id", big_key(), nullable=False),
        sa.Column("station_id", big_key(), nullable=True),
        sa.Column("starts_at", UtcTime(), nullable=False),
        sa.Column("ends_at", UtcTime(), nullable=False),
        sa.Column("announced_at", UtcTime(), nullable=False),
        sa.Column("planned_by", sa.BigInteger(), nullable=True),
        sa.Column("cancelled_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_device_test_district_id_district")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["station.id"], name=op.f("fk_device_test_station_id_station")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_test")),
    )
    op.create_index(op.f("ix_device_test_district_id"), "device_test", ["district_id"], unique=False)


def _drills() -> None:
    op.create_table(
        "drill",
        sa.Column("id", big_key(), nullable=False),
        *(
            sa.Column(f"{name}_id", big_key(), nullable=False)
            for name in ("district", "station", "school", "post")
        ),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("notice", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("planned_for", UtcTime(), nullable=False),
        sa.Column("planned_at", UtcTime(), nullable=False),
        sa.Column("planned_by", sa.BigInteger(), nullable=False),
        sa.Column("started_at", UtcTime(), nullable=True),
        sa.Column("started_by", sa.BigInteger(), nullable=True),
        sa.Column("cancelled_at", UtcTime(), nullable=True),
        sa.Column("alarm_id", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("judgement", sa.JSON(), nullable=True),
        *(
            sa.ForeignKeyConstraint([f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_drill_{name}_id_{name}"))
            for name in ("district", "station", "school", "post")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill")),
        sa.UniqueConstraint("alarm_id", name=op.f("uq_drill_alarm_id")),
    )
    op.create_index("ix_drill_district_id_state", "drill", ["district_id", "state"], unique=False)
    op.create_index(op.f("ix_drill_school_id"), "drill", ["school_id"], unique=False)
    op.create_index(op.f("ix_drill_post_id"), "drill", ["post_id"], unique=False)
    op.create_table(
        "follow_up",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("alarm_id", big_key(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("added_at", UtcTime(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("done_at", UtcTime(), nullable=True),
        sa.Column("done_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarm.id"], name=op.f("fk_follow_up_alarm_id_alarm")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    op.create_index(op.f("ix_follow_up_alarm_id"), "follow_up", ["alarm_id"], unique=False)


def _chain(connection: sa.Connection) -> None:
    """Seal the lines of alarms from before this version, in the order in which they were written."""
    entry = sa.table(
        "alarm_entry",
        sa.column("id"),
        sa.column("alarm_id"),
        sa.column("at", UtcTime()),
        sa.column("actor_id"),
        sa.column("act"),
        sa.column("facts", sa.JSON()),
        *(sa.column(name) for name in ("ordinal", "previous_hash", "hash")),
    )
    alarm = sa.table("alarm", sa.column("id"), sa.column("entry_count"), sa.column("head"))
    for alarm_id in connection.execute(sa.select(alarm.c.id).order_by(alarm.c.id)).scalars().all():
        ordinal, head = 0, START
        lines = sa.select(entry).where(entry.c.alarm_id == alarm_id).order_by(entry.c.id)
        for line in connection.execute(lines).all():
            ordinal, previous = ordinal + 1, head
            head = seal(
                alarm_id=alarm_id,
                ordinal=ordinal,
                at=line.at,
                actor_id=line.actor_id,
                act=line.act,
                facts=line.facts,
                previous=previous,
            )
            sealed = {"ordinal": ordinal, "previous_hash": previous, "hash": head}
            connection.execute(sa.update(entry).where(entry.c.id == line.id).values(**sealed))
        if ordinal:
            end = {"entry_count": ordinal, "head": head}
            connection.execute(sa.update(alarm).where(alarm.c.id == alarm_id).values(**end))
