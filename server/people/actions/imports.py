"""Bringing in a list of guards: it is sent, looked at, and taken over or left."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import IO

from sqlalchemy import Connection

from server.core import audit
from server.core.access.roles import Act, Actor, Category, Role, require
from server.core.database import rate_limits, requests
from server.core.database.sealing import telephones
from server.core.database.transaction import Store, Transaction
from server.core.files.store import NotKept, random_name
from server.core.jobs import queries as jobs
from server.core.jobs import service
from server.core.jobs.rules import ENDED, JobState
from server.core.moments import moment
from server.core.refused import Refused
from server.people.facts import OfficesWanted
from server.people.queries import imports
from server.people.rules.import_shapes import (
    GuardImports,
    GuardImportView,
    ImportRows,
    ImportRowView,
)
from server.people.rules.imports import KEPT, ImportState, Verdict
from server.people.service.import_reading import READ, TAKE, ImportOf
from server.people.tables.imports import GuardImport, GuardImportRow

SEND, TAKE_OVER, DISMISS = "send_guards", "take_guards", "dismiss_guards"
# Each is read through whole, and others wait for it.
SENT = rate_limits.Limit(30, timedelta(hours=1))
LISTED = 5
BEGUN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Shelf:
    """What keeps files, and the clock. ``keep`` raises ``NotKept``."""

    keep: Callable[[str, IO[bytes]], int]
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Sent:
    """What a file is called; ``pasted_as``: it is no file but pasted lines of people of a category."""

    called: str
    pasted_as: Category | None = None


def send(
    store: Store,
    shelf: Shelf,
    *,
    who: Callable[[], Actor],
    request_id: str,
    sent: Sent,
    read: Callable[[], bytes],
) -> GuardImportView:
    """Take a file in, to be read by a worker; lists that its sender has not decided on are left.

    ``who`` gives the actor as he is by then: a file may be a minute on its way.
    Raises ``Refused``: ``not_your_role``, ``import_too_large``, ``import_under_way``, ``too_many``, ``files_away``.
    """
    require(who(), Act.EDIT_GUARDS)
    content = read()
    actor = who()
    require(actor, Act.EDIT_GUARDS)
    body = [sent.called, sent.pasted_as, sha256(content).hexdigest()]
    with store.read() as connection:
        told = requests.answered(
            connection, account_id=actor.account_id, request_id=request_id, act=SEND, body=body
        )
    if told is not None:
        return look(store, actor=actor, number=int(told["id"]), now=shelf.now())
    file = _keep(store, shelf, content)
    now = shelf.now()
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, SEND, body)
        if first is not None:
            # A twin of this request was faster.
            jobs.let_go(transaction.connection, [file], now)
            return _view(
                transaction.connection, _mine(transaction.connection, actor, int(str(first["id"])), now)
            )
        rate_limits.take(transaction.connection, f"imports:{actor.account_id}", SENT, now)
        number = _begin(transaction, actor, sent, file, len(content))
        transaction.answer(actor.account_id, request_id, {"id": number})
        return _view(transaction.connection, _mine(transaction.connection, actor, number, now))


def _keep(store: Store, shelf: Shelf, content: bytes) -> str:
    """Write the file down before its first byte: what is not finished is swept away by its row."""
    name, now = random_name(), shelf.now()
    with store.transaction(now) as transaction:
        values = {
            "name": name,
            "content_type": "application/octet-stream",
            "called": "",
            "bytes": 0,
            "made_at": now,
            "expires_at": now + BEGUN,
        }
        jobs.add_file(transaction.connection, values)
    try:
        shelf.keep(name, BytesIO(content))
    except NotKept as why:
        raise Refused("files_away") from why
    return name


def _begin(transaction: Transaction, actor: Actor, sent: Sent, file: str, length: int) -> int:
    connection, now = transaction.connection, transaction.now
    for one in imports.of_account(connection, actor.account_id, now, LISTED):
        if one.state in {ImportState.TAKING, ImportState.UNDOING}:
            raise Refused("import_under_way")
        if one.state in {ImportState.READING, ImportState.READY}:
            _leave(transaction, one)
    jobs.keep_file(connection, file, length, until=now + KEPT, now=now)
    number = imports.add(
        connection,
        {
            "account_id": actor.account_id,
            "district_id": actor.district_id,
            "school_id": actor.school_id if actor.role == Role.SCHOOL_ADMIN else None,
            "called": sent.called,
            "file": file,
            "state": ImportState.READING.value,
            "counts": {},
            "asked_at": now,
            "expires_at": now + KEPT,
        },
    )
    offices = [name for names in transaction.ask(OfficesWanted(actor.district_id)) for name in names]
    job = service.ask(transaction, READ, ImportOf(number, sent.pasted_as, offices), actor=actor)
    imports.change(connection, number, job_id=job.id)
    facts = {"import_id": number, "bytes": length}
    audit.record(connection, now=now, actor_id=actor.account_id, act="guards.import_sent", facts=facts)
    return number


def _leave(transaction: Transaction, one: GuardImport) -> None:
    """Let a list be: its rows go at once."""
    connection, now = transaction.connection, transaction.now
    jobs.let_go(connection, [one.file], now)
    imports.forget_rows(connection, one.id)
    imports.change(connection, one.id, state=ImportState.DISMISSED.value, ended_at=now)
    job = jobs.locked(connection, one.job_id) if one.job_id is not None else None
    if job is not None and job.state == JobState.WAITING:
        jobs.change(connection, job.id, state=JobState.CANCELLED.value, ended_at=now)
    elif job is not None and job.state not in ENDED:
        jobs.change(connection, job.id, cancel_asked_at=now)


def _call_off(transaction: Transaction, one: GuardImport) -> None:
    """Stop the worker that takes a list over; one that has not begun has nothing to undo."""
    connection, now = transaction.connection, transaction.now
    job = jobs.locked(connection, one.job_id) if one.job_id is not None else None
    if job is not None and job.state == JobState.WAITING and not job.tries:
        jobs.change(connection, job.id, state=JobState.CANCELLED.value, ended_at=now)
        imports.change(connection, one.id, state=ImportState.UNDONE.value, ended_at=now)
    elif job is not None and job.state not in ENDED:
        jobs.change(connection, job.id, cancel_asked_at=now)


def newest(store: Store, *, actor: Actor, now: datetime) -> GuardImports:
    """List the actor's newest lists. Raises ``Refused``: ``not_your_role``."""
    require(actor, Act.EDIT_GUARDS)
    with store.read() as connection:
        found = imports.of_account(connection, actor.account_id, now, LISTED)
        return {"items": [_view(connection, one) for one in found]}


def look(store: Store, *, actor: Actor, number: int, now: datetime) -> GuardImportView:
    """Look at a list of the actor's. Raises ``Refused``: ``not_your_role``, ``not_found``."""
    require(actor, Act.EDIT_GUARDS)
    with store.read() as connection:
        return _view(connection, _mine(connection, actor, number, now))


def rows(
    store: Store, *, actor: Actor, number: int, verdict: Verdict, cursor: int, limit: int, now: datetime
) -> ImportRows:
    """Look at what rows of a list would do. Raises ``Refused``: ``not_your_role``, ``not_found``."""
    require(actor, Act.EDIT_GUARDS)
    with store.read() as connection:
        one = _mine(connection, actor, number, now)
        if one.state == ImportState.READING:
            # What the worker thinks of a row holds once it has seen all.
            return {"items": [], "next": None}
        found = imports.rows_of(connection, number, verdicts=[verdict.value], after=cursor, limit=limit + 1)
    return {
        "items": [_row(one) for one in found[:limit]],
        "next": found[limit - 1].place if len(found) > limit else None,
    }


def take_over(store: Store, *, actor: Actor, request_id: str, number: int, now: datetime) -> GuardImportView:
    """Let a worker take a list over as it was looked at; a retry gets the same.

    Raises ``Refused``: ``not_your_role``, ``not_found``, ``import_not_ready``, ``import_has_faults``,
    ``import_changes_nothing``.
    """
    require(actor, Act.EDIT_GUARDS)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, TAKE_OVER, number)
        one = _mine(connection, actor, number, now, lock=True)
        if first is not None:
            return _view(connection, one)
        if one.state != ImportState.READY:
            raise Refused("import_not_ready")
        if one.counts[Verdict.FAULT]:
            raise Refused("import_has_faults")
        if not one.counts[Verdict.NEW] and not one.counts[Verdict.CHANGED]:
            raise Refused("import_changes_nothing")
        job = service.ask(transaction, TAKE, ImportOf(number), actor=actor)
        imports.change(connection, number, state=ImportState.TAKING.value, job_id=job.id)
        facts = {"import_id": number, "new": one.counts[Verdict.NEW], "changed": one.counts[Verdict.CHANGED]}
        audit.record(connection, now=now, actor_id=actor.account_id, act="guards.import_taken", facts=facts)
        transaction.answer(actor.account_id, request_id, {"id": number})
        return _view(connection, _mine(connection, actor, number, now))


def dismiss(store: Store, *, actor: Actor, request_id: str, number: int, now: datetime) -> GuardImportView:
    """Leave a list, also while it is being taken over: then all is undone. Raises ``Refused`` as ``take_over``."""
    require(actor, Act.EDIT_GUARDS)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, DISMISS, number)
        one = _mine(connection, actor, number, now, lock=True)
        if first is not None:
            return _view(connection, one)
        if one.state == ImportState.TAKING:
            _call_off(transaction, one)
        elif one.state in {ImportState.READING, ImportState.READY}:
            _leave(transaction, one)
        else:
            raise Refused("import_not_ready")
        transaction.answer(actor.account_id, request_id, {"id": number})
        return _view(connection, _mine(connection, actor, number, now))


def _mine(
    connection: Connection, actor: Actor, number: int, now: datetime, *, lock: bool = False
) -> GuardImport:
    one = imports.by_id(connection, number, account_id=actor.account_id, lock=lock)
    if one is None or one.expires_at <= now:
        raise Refused("not_found")
    own = actor.school_id if actor.role == Role.SCHOOL_ADMIN else None
    # Whoever looks after another school by now has nothing to do with it any more.
    if (one.district_id, one.school_id) != (actor.district_id, own):
        raise Refused("not_found")
    return one


def _view(connection: Connection, one: GuardImport) -> GuardImportView:
    job = jobs.by_id(connection, one.job_id) if one.job_id is not None else None
    return {
        "id": one.id,
        "called": one.called,
        "state": one.state,
        "counts": {verdict.value: one.counts.get(verdict.value, 0) for verdict in Verdict},
        "asked_at": moment(one.asked_at),
        "expires_at": moment(one.expires_at),
        "job": None if job is None else service.view(job, None),
    }


def _row(one: GuardImportRow) -> ImportRowView:
    was = one.was
    return {
        "place": one.place,
        "verdict": one.verdict,
        "sheet": one.sheet,
        "row": one.row,
        "name": one.name,
        "phone_masked": telephones.masked(one.telephone),
        "category": one.category,
        "was_name": _text(was.get("name")),
        "was_category": _text(was.get("category")),
        "moved": bool(was)
        and (was.get("school_id"), was.get("station_id")) != (one.school_id, one.station_id),
        "faults": one.faults,
    }


def _text(value: str | int | None) -> str | None:
    return value if isinstance(value, str) else None
