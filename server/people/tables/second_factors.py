"""The second step of a sign-in: what an authenticator app and the server share, and codes for when it is lost."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table

from server.core.database.base import UtcTime, metadata
from server.core.database.sealing import telephones
from server.core.database.sealing.telephones import SealedTelephone
from server.people.tables import account

second_factor = Table(
    "second_factor",
    metadata,
    # The account's own number.
    Column("id", ForeignKey(account.c.id), primary_key=True, autoincrement=False),
    # Never in clear: sealed as telephones are, and sealed anew with them.
    Column("secret", String(64)),
    *telephones.columns("second_factor.secret"),
    Column("made_at", UtcTime, nullable=False),
    # From then on it is asked for.
    Column("confirmed_at", UtcTime),
    # The step of the last code that was taken: none is taken twice.
    Column("last_step", BigInteger),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("account_id", ForeignKey(account.c.id), nullable=False, index=True),
    Column("used_at", UtcTime),
)


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What an account's authenticator app and the server share."""

    id: int
    secret: str | None
    secret_sealed: SealedTelephone | None
    made_at: datetime
    confirmed_at: datetime | None
    last_step: int | None
