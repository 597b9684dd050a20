"""Answers already given, so that a retry of a write is harmless."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    String,
    Table,
    bindparam,
    select,
    update,
)

from server.core.database.base import UtcTime, metadata
from server.core.database.many_rows import ManyRows
from server.core.database.upsert import Upsert
from server.core.refused import Refused

request = Table(
    "request",
    metadata,
    Column("account_id", BigInteger, primary_key=True, autoincrement=False),
    Column("request_id", String(36), primary_key=True),
    Column("body_hash", String(64), nullable=False),
    Column("answer", JSON),
    Column("at", UtcTime, nullable=False, index=True),
)

NEVER_REFUSED = "alarm"


@dataclass(frozen=True, slots=True)
class Earlier:
    """A write that was made before under the same number: what it asked, and how it was answered."""

    body_hash: str
    answer: dict[str, Any]


def hash_of(act: str, body: object) -> str:
    """Hash what a write asks, so that its retry is told from another write under the same number."""
    return sha256(json.dumps([act, body], sort_keys=True, default=str).encode()).hexdigest()


def again(earlier: Earlier, act: str, body_hash: str) -> dict[str, Any]:
    """Give the answer that a write got the first time.

    Raises ``Refused("request_id_reused")`` when the act or its body differs; an alarm gets ``{}`` then.
    """
    if earlier.body_hash == body_hash:
        return earlier.answer
    if act != NEVER_REFUSED:
        raise Refused("request_id_reused")
    # The number was another write's: its answer says nothing of this press.
    return {}


_claim = Upsert(request, give=request.c.request_id)
_earlier = select(request.c.body_hash, request.c.answer).where(
    request.c.account_id == bindparam("account_id"), request.c.request_id == bindparam("request_id")
)


def first_answer(
    connection: Connection, *, account_id: int, request_id: str, act: str, body: object, now: datetime
) -> dict[str, Any] | None:
    """Claim a request, or give the answer that it got the first time.

    On PostgreSQL a twin that is still under way is waited for: its row is locked. Raises as ``again``.
    """
    body_hash = hash_of(act, body)
    row = {"account_id": account_id, "request_id": request_id, "body_hash": body_hash, "at": now}
    claimed = _claim.run(connection, row).scalar()
    if claimed is not None:
        return None
    earlier = connection.execute(_earlier, row).one()
    return again(Earlier(earlier.body_hash, earlier.answer), act, body_hash)


def answered(
    connection: Connection, *, account_id: int, request_id: str, act: str, body: object
) -> dict[str, Any] | None:
    """Give the answer that a request got the first time, without claiming it. Raises as ``again``."""
    row = connection.execute(_earlier, {"account_id": account_id, "request_id": request_id}).first()
    return None if row is None else again(Earlier(row.body_hash, row.answer), act, hash_of(act, body))


_keep_answer = update(request).where(
    request.c.account_id == bindparam("of_account"), request.c.request_id == bindparam("of_request")
)


def keep_answer(
    connection: Connection, *, account_id: int, request_id: str, answer: Mapping[str, object]
) -> None:
    """Keep the answer beside the request, in the transaction that made it true."""
    connection.execute(_keep_answer, {"of_account": account_id, "of_request": request_id, "answer": answer})


@dataclass(frozen=True, slots=True)
class Answered:
    """A write that has just been made, under the number that its client gave it, and the answer to it."""

    account_id: int
    request_id: str
    body_hash: str
    answer: Mapping[str, object]


_keep_new = ManyRows(request, ["account_id", "request_id", "body_hash", "answer", "at"])


def keep_new(connection: Connection, answered: Iterable[Answered], now: datetime) -> None:
    """Keep the requests of a set with their answers, in the order of their keys.

    Raises ``IntegrityError`` where another process has made one of them since they were looked for.
    """
    in_order = sorted(answered, key=lambda one: (one.account_id, one.request_id))
    if in_order:
        _keep_new.write(
            connection,
            [(one.account_id, one.request_id, one.body_hash, one.answer, now) for one in in_order],
        )
