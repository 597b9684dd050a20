"""Tables of delivery, and their rows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from server.core.database.base import UtcTime, big_key, metadata
from server.core.database.sealing import telephones
from server.core.database.sealing.telephones import SealedTelephone

message = Table(
    "message",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("purpose", String(20), nullable=False),
    # Whom it goes to. A telephone stands here in clear for programs before release 4 alone.
    Column("address", String(120), nullable=False),
    *telephones.columns("message.address", among=("channel", ("sms", "demo"))),
    Column("reference", String(64), nullable=False, index=True),
    # Erased as soon as it has left: a one-time code must not outlive its sending.
    Column("body", Text),
    Column("state", String(20), nullable=False, index=True),
    Column("tries", Integer, nullable=False, default=0),
    # How many of the tries an open breaker held back: nobody was called, so they do not count.
    Column("held", Integer, nullable=False, default=0),
    Column("reason", String(60)),
    Column("created_at", UtcTime, nullable=False, index=True),
    # When to send it (waiting), or when its sender counts as dead (sending).
    Column("due_at", UtcTime, nullable=False),
    # From then on it is of no use to anybody.
    Column("expires_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
    Column("delivered_at", UtcTime),
    # What an alarm sent, to whom if it was a person, and with which of its steps.
    Column("alarm_id", BigInteger, index=True),
    Column("account_id", BigInteger),
    Column("tier", Integer),
    Column("drill", Boolean, nullable=False, default=False),
    # What still has a text is little, however much was sent in a year.
    Index(
        "ix_message_with_body_expires_at",
        "expires_at",
        sqlite_where=text("body IS NOT NULL"),
        postgresql_where=text("body IS NOT NULL"),
    ),
)


@dataclass(frozen=True, slots=True)
class Message:
    """A message on its way to one address; what the columns mean stands in the table."""

    id: int
    channel: str
    purpose: str
    address: str
    address_sealed: SealedTelephone | None
    reference: str
    body: str | None
    state: str
    tries: int
    held: int
    reason: str | None
    created_at: datetime
    due_at: datetime
    expires_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    alarm_id: int | None
    account_id: int | None
    tier: int | None
    drill: bool

    @property
    def to(self) -> str | None:
        """Give what its channel calls; ``None`` where that is a telephone which cannot be opened."""
        return self.address if self.address_sealed is None else self.address_sealed.open()


push_subscription = Table(
    "push_subscription",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    # Addresses are longer than what some databases index.
    Column("endpoint_hash", String(64), nullable=False, unique=True),
    Column("endpoint", Text, nullable=False),
    Column("p256dh", String(100), nullable=False),
    Column("auth", String(40), nullable=False),
    Column("device", String(64)),
    Column("created_at", UtcTime, nullable=False),
    Column("last_ok_at", UtcTime),
    # Since the last success.
    Column("failures", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class PushSubscription:
    """A browser that agreed to be woken; ``failures`` are those since the last success."""

    id: int
    account_id: int
    endpoint_hash: str
    endpoint: str
    p256dh: str
    auth: str
    device: str | None
    created_at: datetime
    last_ok_at: datetime | None
    failures: int


hook = Table(
    "hook",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("district_id", ForeignKey("district.id"), nullable=False, index=True),
    # None: of the whole district.
    Column("station_id", ForeignKey("station.id")),
    # chat or webhook
    Column("channel", String(20), nullable=False),
    # wecom, dingtalk, feishu or plain
    Column("format", String(20), nullable=False),
    Column("name", String(60), nullable=False),
    Column("url", String(500), nullable=False),
    Column("secret", String(200)),
    Column("enabled", Boolean, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    # How the newest message to it went, and how many have failed since the last that did not.
    Column("last_ok_at", UtcTime),
    Column("last_try_at", UtcTime),
    Column("last_reason", String(60)),
    Column("failures", Integer, nullable=False, default=0),
)


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook of a station, or (no station) of the whole district, and how the newest message to it went."""

    id: int
    district_id: int
    station_id: int | None
    channel: str
    format: str
    name: str
    url: str
    secret: str | None
    enabled: bool
    changed_at: datetime
    last_ok_at: datetime | None
    last_try_at: datetime | None
    last_reason: str | None
    failures: int


# How many SMS of duties and notices a district sent in a month (``2026-11``), and how many were held back.
sms_use = Table(
    "sms_use",
    metadata,
    Column("district_id", ForeignKey("district.id"), primary_key=True, autoincrement=False),
    Column("month", String(7), primary_key=True),
    Column("sent", Integer, nullable=False),
    Column("held", Integer, nullable=False),
)

last_reached = Table(
    "last_reached",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True, autoincrement=False),
    Column("channel", String(20), primary_key=True),
    Column("at", UtcTime, nullable=False),
)
