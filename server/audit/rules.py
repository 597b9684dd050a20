"""Seals over the audit log: each binds a run of its rows, and the seal before it, by a hash.

Rows are not chained one by one, since many processes add them at once; a duty seals them a few minutes later,
when their order has settled. Whoever edits, removes or puts in a row of a sealed run breaks that run's hash;
whoever removes seals leaves a gap, or an end that somebody outside has written down.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

# What a security administrator reads of the log, where the three roles are separate: sign-ins, and who may what.
SIGN_INS_AND_RIGHTS = frozenset(
    {
        *("sign_in.failed", "sign_in.locked", "separate_roles"),
        *("user.created", "user.password_set", "user.closed", "user.reopened", "user.let_in", "user.locked"),
        *("account.unused_notice", "account.unused_closed", "account.reopened"),
        *("erasure.asked", "erasure.done"),
    }
)
# What stands before the first seal.
START = ""
# Rows settle after five minutes and are sealed every ten: what the log went on for an hour after has a seal.
SEALED_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the audit log as it is stored."""

    id: int
    at: datetime
    actor_id: int | None
    act: str
    subject_id: int | None
    facts: Any


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal of the rows after the last row of the seal before it, up to ``last_id``; numbers count from 1."""

    number: int
    last_id: int
    rows: int
    hash: str


class LogGap(StrEnum):
    """What is missing from an audit log as a whole."""

    NO_ROWS = "no_rows"
    UNSEALED = "unsealed"


class SealFault(StrEnum):
    """What is wrong with a seal."""

    CHANGED = "changed"
    MISSING = "missing"
    CUT = "cut"
    OTHER = "other"


def seal(previous: str, rows: Iterable[Row]) -> str:
    """Hash rows in the order of their numbers with the hash before them: SHA-256, in hexadecimal.

    The serialisation is a line of JSON a row, without spaces, keys in order, all but ASCII escaped, the time in
    UTC with its microseconds. ``facts`` must be what JSON gives back.
    """
    whole = sha256(previous.encode())
    for row in rows:
        at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
        written = [row.id, at, row.actor_id, row.act, row.subject_id, row.facts]
        whole.update(b"\n" + json.dumps(written, sort_keys=True, separators=(",", ":")).encode())
    return whole.hexdigest()


def fault_of(found: Seal, before: Seal | None, rows: Sequence[Row]) -> SealFault | None:
    """Find what is wrong with a seal, given the one before it (``None``: none) and the rows that lie between."""
    if found.number != (before.number if before else 0) + 1:
        return SealFault.MISSING
    if len(rows) != found.rows or seal(before.hash if before else START, rows) != found.hash:
        return SealFault.CHANGED
    return None


def fault_of_end(seals: Sequence[Seal], *, number: int, written: str) -> SealFault | None:
    """Compare a seal that somebody outside wrote down with those that are there."""
    for one in seals:
        if one.number == number:
            return None if one.hash == written else SealFault.OTHER
    return SealFault.CUT


def gap_of_log(
    *, oldest_unsealed_at: datetime | None, newest_at: datetime | None, something_happened: bool
) -> LogGap | None:
    """Find what is missing from a log, by the times of its newest row and of its oldest row without a seal.

    ``something_happened``: there are accounts or alarms, none of which comes to be without a row of the log.
    """
    if newest_at is None:
        return LogGap.NO_ROWS if something_happened else None
    if oldest_unsealed_at is not None and newest_at - oldest_unsealed_at > SEALED_WITHIN:
        return LogGap.UNSEALED
    return None
