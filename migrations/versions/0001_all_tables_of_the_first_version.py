"""All tables of the first version."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0001"
down_revision = None
oldest_release = 1
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables."""

    op.create_table(
        "audit_row",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_row")),
    )
    op.create_index(op.f("ix_audit_row_actor_id"), "audit_row", ["actor_id"], unique=False)
    op.create_index(op.f("ix_audit_row_at"), "audit_row", ["at"], unique=False)
    op.create_table(
        "district",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("outline", sa.JSON(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_district")),
        sa.UniqueConstraint("name", name=op.f("uq_district_name")),
    )
    op.create_table(
        "event",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_event_at"), "event", ["at"], unique=False)
    op.create_table(
        "log_epoch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_epoch")),
    )
    op.create_table(
        "message",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("due_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("sent_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index(op.f("ix_message_reference"), "message", ["reference"], unique=False)
    op.create_index(op.f("ix_message_state"), "message", ["state"], unique=False)
    op.create_table(
        "position",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("check_in_id", sa.BigInteger(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("accuracy_m", sa.Float(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position")),
    )
    op.create_index(op.f("ix_position_at"), "position", ["at"], unique=False)
    op.create_table(
        "rate_limit",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("hits", sa.JSON(), nullable=False),
        sa.Column("forget_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_limit")),
    )
    op.create_index(op.f("ix_rate_limit_forget_at"), "rate_limit", ["forget_at"], unique=False)
    op.create_table(
        "request",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "request_id", name=op.f("pk_request")),
    )
    op.create_index(op.f("ix_request_at"), "request", ["at"], unique=False)
    op.create_table(
        "sign_in_code",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_code")),
        sa.UniqueConstraint("request_hash", name=op.f("uq_sign_in_code_request_hash")),
    )
    op.create_index(op.f("ix_sign_in_code_phone"), "sign_in_code", ["phone"], unique=False)
    op.create_table(
        "ticket",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_ticket_token_hash")),
    )
    op.create_table(
        "event_room",
        sa.Column("room", sa.String(length=40), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_room_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("room", "event_id", name=op.f("pk_event_room")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "station",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("district_id", big_key(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("telephone", sa.String(length=30), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("area", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_station_district_id_district")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station")),
        sa.UniqueConstraint("district_id", "name", name=op.f("uq_station_district_id_name")),
    )
    op.create_table(
        "school",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("district_id", big_key(), nullable=False),
        sa.Column("station_id", big_key(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("pupils", sa.Integer(), nullable=False),
        sa.Column("boarders", sa.Integer(), nullable=False),
        sa.Column("telephone", sa.String(length=30), nullable=True),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_school_district_id_district")
        ),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_school_station_id_station")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school")),
        sa.UniqueConstraint("district_id", "name", name=op.f("uq_school_district_id_name")),
    )
    op.create_index(op.f("ix_school_station_id"), "school", ["station_id"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("district_id", big_key(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("username", sa.String(length=40), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=True),
        sa.Column("volunteer_kind", sa.String(length=30), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("school_id", big_key(), nullable=True),
        sa.Column("station_id", big_key(), nullable=True),
        sa.Column("registered_at", UtcTime(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_account_district_id_district")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_account_school_id_school")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_account_station_id_station")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("phone", name=op.f("uq_account_phone")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
    )
    op.create_index(op.f("ix_account_district_id"), "account", ["district_id"], unique=False)
    op.create_index(op.f("ix_account_school_id"), "account", ["school_id"], unique=False)
    op.create_index(op.f("ix_account_station_id"), "account", ["station_id"], unique=False)
    op.create_table(
        "calendar_day",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("district_id", big_key(), nullable=False),
        sa.Column("school_id", big_key(), nullable=True),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("school_day", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_calendar_day_district_id_district")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_calendar_day_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint(
            "district_id", "school_id", "date", name=op.f("uq_calendar_day_district_id_school_id_date")
        ),
    )
    op.create_index(op.f("ix_calendar_day_district_id"), "calendar_day", ["district_id"], unique=False)
    op.create_table(
        "peak",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("district_id", big_key(), nullable=False),
        sa.Column("school_id", big_key(), nullable=True),
        sa.Column("school_kind", sa.String(length=20), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_peak_district_id_district")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_peak_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peak")),
        sa.UniqueConstraint(
            "district_id",
            "school_id",
            "school_kind",
            "kind",
            name=op.f("uq_peak_district_id_school_id_school_kind_kind"),
        ),
    )
    op.create_index(op.f("ix_peak_district_id"), "peak", ["district_id"], unique=False)
    op.create_table(
        "post",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("district_id", big_key(), nullable=False),
        sa.Column("school_id", big_key(), nullable=False),
        sa.Column("station_id", big_key(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("gate", sa.String(length=60), nullable=False),
        sa.Column("area", sa.String(length=120), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("fence_radius_m", sa.Integer(), nullable=False),
        sa.Column("composition", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_post_district_id_district")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_post_school_id_school")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_post_station_id_station")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("district_id", "name", name=op.f("uq_post_district_id_name")),
    )
    op.create_index(op.f("ix_post_district_id"), "post", ["district_id"], unique=False)
    op.create_index(op.f("ix_post_school_id"), "post", ["school_id"], unique=False)
    op.create_index(op.f("ix_post_station_id"), "post", ["station_id"], unique=False)
    op.create_table(
        "alarm",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("district_id", big_key(), nullable=False),
        sa.Column("station_id", big_key(), nullable=False),
        sa.Column("school_id", big_key(), nullable=False),
        sa.Column("post_id", big_key(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("raised_at", UtcTime(), nullable=False),
        sa.Column("claimed_at", UtcTime(), nullable=False),
        sa.Column("raised_by", big_key(), nullable=True),
        sa.Column("session_state", sa.String(length=20), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("accuracy_m", sa.Float(), nullable=True),
        sa.Column("place_from", sa.String(length=10), nullable=False),
        sa.Column("acknowledged_at", UtcTime(), nullable=True),
        sa.Column("acknowledged_by", big_key(), nullable=True),
        sa.Column("tiers", sa.JSON(), nullable=False),
        sa.Column("shortages", sa.JSON(), nullable=False),
        sa.Column("resolved_at", UtcTime(), nullable=True),
        sa.Column("resolved_by", big_key(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["acknowledged_by"], ["account.id"], name=op.f("fk_alarm_acknowledged_by_account")
        ),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_alarm_district_id_district")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_alarm_post_id_post")),
        sa.ForeignKeyConstraint(["raised_by"], ["account.id"], name=op.f("fk_alarm_raised_by_account")),
        sa.ForeignKeyConstraint(["resolved_by"], ["account.id"], name=op.f("fk_alarm_resolved_by_account")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_alarm_school_id_school")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_alarm_station_id_station")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
    )
    op.create_index("ix_alarm_district_id_state", "alarm", ["district_id", "state"], unique=False)
    op.create_table(
        "check_in",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("post_id", big_key(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("peak", sa.String(length=30), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("starts_at", UtcTime(), nullable=False),
        sa.Column("ends_at", UtcTime(), nullable=False),
        sa.Column("shift", sa.JSON(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("claimed_at", UtcTime(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("minutes_late", sa.Integer(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("accuracy_m", sa.Float(), nullable=True),
        sa.Column("distance_m", sa.Float(), nullable=True),
        sa.Column("device_id", sa.String(length=64), nullable=True),
        sa.Column("assisted_by", big_key(), nullable=True),
        sa.Column("confirmed_by", big_key(), nullable=True),
        sa.Column("confirmed_at", UtcTime(), nullable=True),
        sa.Column("checked_out_at", UtcTime(), nullable=True),
        sa.Column("checked_out_how", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_check_in_account_id_account")),
        sa.ForeignKeyConstraint(
            ["assisted_by"], ["account.id"], name=op.f("fk_check_in_assisted_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["account.id"], name=op.f("fk_check_in_confirmed_by_account")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_check_in_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
    )
    op.create_index("ix_check_in_account_id_at", "check_in", ["account_id", "at"], unique=False)
    op.create_index("ix_check_in_date_peak", "check_in", ["date", "peak"], unique=False)
    op.create_index("ix_check_in_device_id_at", "check_in", ["device_id", "at"], unique=False)
    op.create_index("ix_check_in_post_id_date", "check_in", ["post_id", "date"], unique=False)
    op.create_index(
        "uq_check_in_open",
        "check_in",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("checked_out_at IS NULL"),
        postgresql_where=sa.text("checked_out_at IS NULL"),
    )
    op.create_table(
        "consent",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("given_at", UtcTime(), nullable=False),
        sa.Column("withdrawn_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_consent_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("account_id", "kind", "version", name=op.f("uq_consent_account_id_kind_version")),
    )
    op.create_table(
        "coverage",
        sa.Column("post_id", big_key(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("line", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_coverage_post_id_post")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_coverage")),
    )
    op.create_table(
        "post_code",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("post_id", big_key(), nullable=False),
        sa.Column("issued_at", UtcTime(), nullable=False),
        sa.Column("replaced_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_code_post_id_post")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_post_code")),
    )
    op.create_index(op.f("ix_post_code_post_id"), "post_code", ["post_id"], unique=False)
    op.create_table(
        "roster",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("post_id", big_key(), nullable=False),
        sa.Column("account_id", big_key(), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("peak", sa.String(length=30), nullable=False),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_roster_account_id_account")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_roster_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster")),
        sa.UniqueConstraint("post_id", "phone", "peak", name=op.f("uq_roster_post_id_phone_peak")),
    )
    op.create_index("ix_roster_account_id", "roster", ["account_id"], unique=False)
    op.create_index(op.f("ix_roster_phone"), "roster", ["phone"], unique=False)
    op.create_index("ix_roster_post_id_peak", "roster", ["post_id", "peak"], unique=False)
    op.create_table(
        "session",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("csrf_token", sa.String(length=64), nullable=False),
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("device_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_session_token_hash")),
    )
    op.create_index(op.f("ix_session_account_id"), "session", ["account_id"], unique=False)
    op.create_table(
        "alarm_entry",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("alarm_id", big_key(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarm.id"], name=op.f("fk_alarm_entry_alarm_id_alarm")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_entry")),
    )
    op.create_index(op.f("ix_alarm_entry_alarm_id"), "alarm_entry", ["alarm_id"], unique=False)
    op.create_table(
        "alarm_report",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("alarm_id", big_key(), nullable=False),
        sa.Column("account_id", big_key(), nullable=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("accuracy_m", sa.Float(), nullable=True),
        sa.Column("session_state", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_alarm_report_account_id_account")
        ),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarm.id"], name=op.f("fk_alarm_report_alarm_id_alarm")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_report")),
    )
    op.create_index(op.f("ix_alarm_report_alarm_id"), "alarm_report", ["alarm_id"], unique=False)
    op.create_table(
        "last_position",
        sa.Column("account_id", big_key(), autoincrement=False, nullable=False),
        sa.Column("check_in_id", big_key(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("accuracy_m", sa.Float(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_last_position_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["check_in_id"], ["check_in.id"], name=op.f("fk_last_position_check_in_id_check_in")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_last_position")),
    )
    op.create_table(
        "response",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("alarm_id", big_key(), nullable=False),
        sa.Column("account_id", big_key(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("group", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("distance_m", sa.Float(), nullable=True),
        sa.Column("bearing_deg", sa.Float(), nullable=True),
        sa.Column("from_post_id", sa.BigInteger(), nullable=True),
        sa.Column("notified_at", UtcTime(), nullable=False),
        sa.Column("answer_due_at", UtcTime(), nullable=True),
        sa.Column("responded_at", UtcTime(), nullable=True),
        sa.Column("on_scene_at", UtcTime(), nullable=True),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("replaces", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_response_account_id_account")),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarm.id"], name=op.f("fk_response_alarm_id_alarm")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint("alarm_id", "account_id", name=op.f("uq_response_alarm_id_account_id")),
    )
    op.create_index(op.f("ix_response_account_id"), "response", ["account_id"], unique=False)
    op.create_index("ix_response_state_answer_due_at", "response", ["state", "answer_due_at"], unique=False)
