"""Tables of people."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    and_,
    bindparam,
    or_,
    select,
    true,
    update,
)
from server.core.access.roles import AccountStatus, Role
from server.core.access.rooms import account_room, district_room, school_room, station_room
from server.core.database.base import UtcTime, big_key, metadata
from server.core.database.upsert import Upsert
from server.core.moments import moment, moment_or_none

from server.places.tables import (district, school, station)
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    bindparam,
    insert,
    select,
    update,
)
from server.core.access.roles import AccountStatus, Actor, Category, Role
from server.core.access.rooms import room_of
from server.core.access.sessions import Session
from server.core.database.base import UtcTime, big_key, metadata
from server.core.database.transaction import Transaction
from server.people.rules.sign_in import SignInLimits
import secrets
from datetime import datetime
from sqlalchemy import Column, Connection, String, Table, and_, bindparam, delete, select
from server.core.database.base import UtcTime, metadata
from server.core.database.transaction import Store
from server.core.database.upsert import Upsert
from datetime import datetime
from sqlalchemy import Column, Connection, ForeignKey, Table, delete
from server.core.database.base import UtcTime, metadata
from server.core.database.upsert import Upsert


account = Table(
    "account",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("district_id", ForeignKey("district.id"), nullable=False),
    Column("phone", String(20), unique=True),
    Column("username", String(40), unique=True),
    Column("password_hash", String(200)),
    Column("name", String(60), nullable=False),
    # What somebody called himself that imitates an office; until he is approved ``name`` holds his category instead.
    Column("claimed_name", String(60)),
    Column("category", String(20)),
    Column("volunteer_kind", String(30)),
    Column("role", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    Column("school_id", ForeignKey("school.id"), index=True),
    Column("station_id", ForeignKey("station.id"), index=True),
    Column("registered_at", UtcTime, nullable=False),
    Column("approved_by", Integer),
    Column("approved_at", UtcTime),
    # When the district let the school's station decide on it too.
    Column("handed_on_at", UtcTime),
    # When somebody first confirmed the account's presence at a post.
    Column("first_confirmed_at", UtcTime),
    # A district's few consoles are found without a look at its 33,000 guards.
    Index("ix_account_district_id_role", "district_id", "role"),
)


consent = Table(
    "consent",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("version", String(20), nullable=False),
    Column("given_at", UtcTime, nullable=False),
    Column("withdrawn_at", UtcTime),
    UniqueConstraint("account_id", "kind", "version"),
)


session = Table(
    "session",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("csrf_token", String(64), nullable=False),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
    Column("ended_at", UtcTime),
    Column("device_id", String(64)),
)


sign_in_code = Table(
    "sign_in_code",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("request_hash", String(64), nullable=False, unique=True),
    Column("phone", String(20), nullable=False, index=True),
    Column("code_hash", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
    Column("tries_left", Integer, nullable=False),
    Column("used", Boolean, nullable=False, default=False),
    # The known device that asked for it, whose wrong guesses count apart from everybody else's.
    Column("device_id", String(64)),
)


ticket = Table(
    "ticket",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("phone", String(20), nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
    Column("used", Boolean, nullable=False, default=False),
)


server_key = Table(
    "server_key",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("value", String(64), nullable=False),
)


# Whose: the hash of a phone number or of a user name, registered or not, so that a look tells nothing of accounts.
known_device = Table(
    "known_device",
    metadata,
    Column("whose", String(64), primary_key=True),
    Column("device_id", String(64), primary_key=True),
    Column("seen_at", UtcTime, nullable=False, index=True),
)


# One row while the suspension lasts.
suspension = Table(
    "suspension",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True, autoincrement=False),
    Column("by", ForeignKey("account.id")),
    Column("at", UtcTime, nullable=False),
)
