"""Answers already given, so that a retry of a write is harmless."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Connection, String, Table, bindparam, select, update

from server.core.database.base import UtcTime, metadata
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


_claim = Upsert(request, give=request.c.request_id)


def first_answer(
    connection: Connection, *, account_id: int, request_id: str, act: str, body: object, now: datetime
) -> dict[str, Any] | None:
    """Claim a request, or give the answer that it got the first time.

    On PostgreSQL a twin that is still under way is waited for: its row is locked.
    Raises ``Refused("request_id_reused")`` when the act or its body differs; an alarm gets ``{}`` then.
    """
    body_hash = sha256(json.dumps([act, body], sort_keys=True, default=str).encode()).hexdigest()
    row = {"account_id": account_id, "request_id": request_id, "body_hash": body_hash, "at": now}
    claimed = _claim.run(connection, row).scalar()
    if claimed is not None:
        return None
    earlier = connection.execute(
        select(request.c.body_hash, request.c.answer).where(
            request.c.account_id == account_id, request.c.request_id == request_id
        )
    ).one()
    if earlier.body_hash != body_hash:
        if act != NEVER_REFUSED:
            raise Refused("request_id_reused")
        # The number was another write's: its answer says nothing of this press.
        return {}
    answer: dict[str, Any] = earlier.answer
    return answer


_keep_answer = update(request).where(
    request.c.account_id == bindparam("of_account"), request.c.request_id == bindparam("of_request")
)


def keep_answer(
    connection: Connection, *, account_id: int, request_id: str, answer: Mapping[str, object]
) -> None:
    """Keep the answer beside the request, in the transaction that made it true."""
    connection.execute(_keep_answer, {"of_account": account_id, "of_request": request_id, "answer": answer})
