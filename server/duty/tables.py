"""Tables of duty."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    select,
    text,
    update,
)
from server.calendar.rules import Shift
from server.core.access.roles import group_of
from server.core.database.base import UtcTime, big_key, metadata
from server.core.moments import moment, moment_or_none
from server.duty.rules.arrival_curve import Stay
from server.people.tables import (account)
from server.places.tables import (post)
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from sqlalchemy import JSON, Column, Connection, ForeignKey, Integer, Table, bindparam, select
from server.calendar.queries import rosters
from server.calendar.rules import Phase, Shift, Window, current_shift, is_school_day, phase_of, shifts_around
from server.core.access.roles import Category, group_of
from server.core.access.rooms import account_room
from server.core.database.base import metadata
from server.core.database.transaction import Transaction
from server.core.database.upsert import Upsert
from server.core.event_names import EventName, rooms_for_post
from server.core.limits import Limits
from server.duty.queries import check_ins
from server.duty.rules.arrival import Verdict
from server.duty.rules.colleagues import sees_who_stands_there, without_names
from server.duty.rules.coverage import PostCoverage, PostState, Seat, cover
from server.places.queries import districts
from server.places.queries.districts import (Place)
from server.places.tables import (post)
from server.places.rules.composition import Composition
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Float,
    ForeignKey,
    Index,
    Table,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    null,
    or_,
    select,
    union,
    update,
)
from server.core.access.roles import AccountStatus
from server.core.database.base import UtcTime, big_key, metadata
from server.core.database.upsert import Upsert
from server.core.geo import Box, Point
from server.duty.rules.trust import COARSEST_FIX_M, Fix
from server.people.tables import (account)
from server.places.tables import (post)


check_in = Table(
    "check_in",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("post_id", ForeignKey("post.id"), nullable=False),
    Column("category", String(20), nullable=False),
    Column("peak", String(30), nullable=False),
    Column("date", Date, nullable=False),
    Column("starts_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    # The whole shift as it was at check-in: a later change of a peak does not judge anew.
    Column("shift", JSON, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("claimed_at", UtcTime, nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("minutes_late", Integer, nullable=False),
    Column("flags", JSON, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("accuracy_m", Float),
    Column("distance_m", Float),
    Column("device_id", String(64)),
    Column("assisted_by", ForeignKey("account.id")),
    Column("confirmed_by", ForeignKey("account.id")),
    Column("confirmed_at", UtcTime),
    Column("checked_out_at", UtcTime),
    Column("checked_out_how", String(20)),
    Index("ix_check_in_at", "at"),
    Index("ix_check_in_post_id_date", "post_id", "date"),
    Index("ix_check_in_account_id_at", "account_id", "at"),
    Index("ix_check_in_device_id_at", "device_id", "at"),
    Index("ix_check_in_date_peak", "date", "peak"),
    # One duty at a time: the database itself refuses a second open one for an account.
    Index(
        "uq_check_in_open",
        "account_id",
        unique=True,
        sqlite_where=text("checked_out_at IS NULL"),
        postgresql_where=text("checked_out_at IS NULL"),
    ),
    # Whoever is on duty at some posts is found without a look at the year of duties that lies behind.
    Index(
        "ix_check_in_open_post_id",
        "post_id",
        sqlite_where=text("checked_out_at IS NULL"),
        postgresql_where=text("checked_out_at IS NULL"),
    ),
)


coverage = Table(
    "coverage",
    metadata,
    Column("post_id", ForeignKey("post.id"), primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("line", JSON, nullable=False),
)


position = Table(
    "position",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("account_id", BigInteger, nullable=False),
    Column("check_in_id", BigInteger, nullable=False),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
    Column("accuracy_m", Float, nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
    Index("ix_position_account_id_at", "account_id", "at"),
)


last_position = Table(
    "last_position",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True, autoincrement=False),
    Column("check_in_id", ForeignKey("check_in.id"), nullable=False, index=True),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
    Column("accuracy_m", Float, nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
)
