"""Tables of people, and their rows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from server.core.access.sessions import KEPT_SESSION
from server.core.database.base import UtcTime, big_key, metadata
from server.core.database.kept_rows import feeds
from server.core.database.sealing import telephones
from server.core.database.sealing.telephones import SealedTelephone

account = Table(
    "account",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("district_id", ForeignKey("district.id"), nullable=False),
    # In clear, for programs before release 4 alone.
    Column("phone", String(20), unique=True),
    *telephones.columns("account.phone", index="unique", ending=True),
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
    info=feeds(KEPT_SESSION, new_rows=False),
)


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a guard, who has a category and a telephone, or of a console user, who has a user name."""

    id: int
    district_id: int
    phone: str | None
    phone_sealed: SealedTelephone | None
    phone_index: str | None
    phone_ending: str | None
    username: str | None
    password_hash: str | None
    name: str
    claimed_name: str | None
    category: str | None
    volunteer_kind: str | None
    role: str
    status: str
    school_id: int | None
    station_id: int | None
    registered_at: datetime
    approved_by: int | None
    approved_at: datetime | None
    handed_on_at: datetime | None
    first_confirmed_at: datetime | None

    @property
    def telephone(self) -> str | None:
        """Give the number; ``None`` without one, or where it cannot be opened."""
        return telephones.number(self.phone, self.phone_sealed)

    @property
    def claim(self) -> str:
        """Give the category that a guard claims; every guard does."""
        assert self.category is not None
        return self.category


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


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent, in force unless withdrawn."""

    id: int
    account_id: int
    kind: str
    version: str
    given_at: datetime
    withdrawn_at: datetime | None


# What a district published in place of the built-in text; never changed, never deleted.
consent_text = Table(
    "consent_text",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("district_id", ForeignKey("district.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    # One name for one text in all districts: who moves takes along what he agreed to.
    Column("version", String(20), nullable=False),
    Column("title_zh", String(60), nullable=False),
    Column("title_en", String(120), nullable=False),
    Column("text_zh", Text, nullable=False),
    Column("text_en", Text, nullable=False),
    Column("change_zh", String(200), nullable=False),
    Column("change_en", String(200), nullable=False),
    # Consents to earlier texts no longer count.
    Column("material", Boolean, nullable=False),
    # For how many days positions were kept when it was published.
    Column("days", Integer, nullable=False),
    Column("published_at", UtcTime, nullable=False),
    Column("published_by", ForeignKey("account.id"), nullable=False),
    UniqueConstraint("kind", "version"),
    Index("ix_consent_text_district_id_kind", "district_id", "kind"),
)


# What a district's administrators write on; its columns are empty while nobody does.
consent_draft = Table(
    "consent_draft",
    metadata,
    Column("district_id", ForeignKey("district.id"), primary_key=True, autoincrement=False),
    Column("kind", String(20), primary_key=True),
    # Counts each change, so that nobody writes over what he has not seen.
    Column("revision", Integer, nullable=False),
    Column("title_zh", String(60)),
    Column("title_en", String(120)),
    Column("text_zh", Text),
    Column("text_en", Text),
    Column("edited_at", UtcTime),
    Column("edited_by", ForeignKey("account.id")),
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
    # Browser and system in words, and the address cut down to its network (``rules/sign_in_places.py``).
    Column("browser", String(40)),
    Column("network", String(45)),
    # When its owner last typed his password again; else the sign-in counts.
    Column("proved_at", UtcTime),
    info=feeds(KEPT_SESSION, new_rows=False),
)


sign_in_code = Table(
    "sign_in_code",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("request_hash", String(64), nullable=False, unique=True),
    # In clear, for programs before release 4 alone.
    Column("phone", String(20), index=True),
    *telephones.columns("sign_in_code.phone", index="plain"),
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
    # In clear, for programs before release 4 alone.
    Column("phone", String(20)),
    *telephones.columns("ticket.phone"),
    Column("expires_at", UtcTime, nullable=False, index=True),
    Column("used", Boolean, nullable=False, default=False),
)


server_key = Table(
    "server_key",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("value", String(64), nullable=False),
)


# Whose: a keyed name of a phone number or a user name, registered or not, which tells nothing of accounts.
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


# Who is to be erased, or was: his number alone outlives him.
erasure = Table(
    "erasure",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True, autoincrement=False),
    Column("asked_at", UtcTime, nullable=False),
    # The person himself, or nobody's account: a command at the server.
    Column("by", ForeignKey("account.id")),
    Column("done_at", UtcTime),
)


# When an account was last used, as far as that was looked at; its notice, and its closing because nobody used it.
account_use = Table(
    "account_use",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True, autoincrement=False),
    Column("used_at", UtcTime, nullable=False, index=True),
    Column("notice_at", UtcTime),
    Column("closes_at", UtcTime, index=True),
    Column("closed_at", UtcTime, index=True),
    # What the account was before it was closed as unused.
    Column("status_before", String(20)),
)


@dataclass(frozen=True, slots=True)
class AccountUse:
    """The last use of an account; ``closes_at`` stands while a notice holds, ``closed_at`` once it is closed."""

    account_id: int
    used_at: datetime
    notice_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    status_before: str | None


# One row: since when it has been looked for unused accounts without a gap, and when last.
unused_watch = Table(
    "unused_watch",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("since", UtcTime, nullable=False),
    Column("looked_at", UtcTime, nullable=False),
)
