"""Asking for long work, and telling how far it is: inside a transaction that is given."""

from dataclasses import asdict
from typing import TYPE_CHECKING, TypedDict

from server.core.access.roles import Actor
from server.core.access.rooms import room_of
from server.core.database.transaction import Transaction
from server.core.event_names import EventName
from server.core.jobs import queries
from server.core.jobs.rules import JobState
from server.core.jobs.tables import Job, StoredFile
from server.core.moments import moment, moment_or_none

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class FileView(TypedDict):
    """A file that may be fetched."""

    called: str
    bytes: int
    expires_at: str


class JobView(TypedDict):
    """A job as whoever asked for it sees it."""

    id: int
    kind: str
    state: str
    done: int
    total: int | None
    purpose: str | None
    asked_at: str
    ended_at: str | None
    reason: str | None
    file: FileView | None


def ask(
    transaction: Transaction,
    kind: str,
    parameters: "DataclassInstance",
    *,
    actor: Actor | None,
    purpose: str | None = None,
) -> Job:
    """Write down that long work is wanted, and tell whoever asked; a worker takes it when one is free.

    ``parameters`` are of the dataclass that the kind was registered with, ``actor`` is ``None`` for the server's own.
    """
    number = queries.add(
        transaction.connection,
        {
            "kind": kind,
            "account_id": actor.account_id if actor else None,
            "room": room_of(actor) if actor else None,
            "purpose": purpose,
            "parameters": asdict(parameters),
            "state": JobState.WAITING.value,
            "done": 0,
            "asked_at": transaction.now,
            "tries": 0,
        },
    )
    return tell(transaction, number)


def tell(transaction: Transaction, number: int) -> Job:
    """Tell whoever asked where his job stands; gives the row.

    A console's room has other ears: they hear that a colleague has asked for something, and how far it is.
    """
    found = queries.by_id(transaction.connection, number)
    assert found is not None
    if found.room is not None:
        told = {
            "id": found.id,
            "account_id": found.account_id,
            "state": found.state,
            "done": found.done,
            "total": found.total,
        }
        transaction.publish(EventName.JOB_CHANGED, told, (found.room,))
    return found


def view(one: Job, file: StoredFile | None) -> JobView:
    """Show a job with its file, while that is kept."""
    return {
        "id": one.id,
        "kind": one.kind,
        "state": one.state,
        "done": one.done,
        "total": one.total,
        "purpose": one.purpose,
        "asked_at": moment(one.asked_at),
        "ended_at": moment_or_none(one.ended_at),
        "reason": one.reason,
        "file": None if file is None else _file(file),
    }


def _file(file: StoredFile) -> FileView:
    return {"called": file.called, "bytes": file.bytes, "expires_at": moment(file.expires_at)}
