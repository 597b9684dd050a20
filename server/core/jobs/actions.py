"""What somebody does with the long work that he asked for: looks, calls it off, fetches the file."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypedDict

from sqlalchemy import Connection

from server.core import audit
from server.core.access.roles import Actor
from server.core.database import rate_limits
from server.core.database.transaction import Store
from server.core.jobs import queries, service
from server.core.jobs.kinds import AnyKind
from server.core.jobs.rules import ENDED, JobState
from server.core.jobs.service import JobView
from server.core.jobs.tables import Job, StoredFile
from server.core.refused import Refused

# Each is a row of a log from which nothing is ever deleted.
FETCHED = rate_limits.Limit(60, timedelta(hours=1))


class JobPage(TypedDict):
    """A page of jobs, and the cursor of the next one."""

    items: list[JobView]
    next: int | None


def page(
    store: Store, kinds: Mapping[str, AnyKind], *, actor: Actor, cursor: int, limit: int, now: datetime
) -> JobPage:
    """List the actor's own jobs, the newest first; of others nobody hears, nor of a file that he may not have now."""
    with store.read() as connection:
        found = queries.of_account(connection, actor.account_id, before=cursor, limit=limit + 1)
        listed = found[:limit]
        files = queries.files_of_jobs(connection, [one.id for one in listed], now)
        files = {
            one.id: files[one.id]
            for one in listed
            if one.id in files and _may_fetch(connection, kinds, actor, one)
        }
    return {
        "items": [service.view(one, files.get(one.id)) for one in listed],
        "next": found[limit - 1].id if len(found) > limit else None,
    }


def cancel(
    store: Store,
    kinds: Mapping[str, AnyKind],
    *,
    actor: Actor,
    request_id: str,
    job_id: int,
    now: datetime,
) -> JobView:
    """Call the actor's own job off: one that waits ends now, one that runs when its worker hears of it.

    One that has ended stays as it is. Raises ``Refused``: ``not_found``.
    """
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "cancel_job", job_id, shape=JobView)
        if first is not None:
            return first
        found = queries.locked(connection, job_id)
        if found is None or found.account_id != actor.account_id:
            raise Refused("not_found")
        if found.state == JobState.WAITING:
            queries.change(connection, job_id, state=JobState.CANCELLED.value, ended_at=now)
        elif found.state not in ENDED:
            queries.change(connection, job_id, cancel_asked_at=now)
        one = service.tell(transaction, job_id)
        told = one.state == JobState.DONE and _may_fetch(connection, kinds, actor, one)
        files = queries.files_of_jobs(connection, [job_id], now) if told else {}
        return transaction.answer(actor.account_id, request_id, service.view(one, files.get(job_id)))


def _may_fetch(connection: Connection, kinds: Mapping[str, AnyKind], actor: Actor, job: Job) -> bool:
    kind = kinds.get(job.kind)
    return kind is None or kind.may_fetch is None or kind.may_fetch(connection, actor, job)


def fetch(
    store: Store, kinds: Mapping[str, AnyKind], *, actor: Actor, job_id: int, now: datetime
) -> StoredFile:
    """Let the actor have the file of his own job, where its kind still lets him; the audit log has it.

    Raises ``Refused``: ``not_found``, ``too_many`` (retry_after_s).
    """
    with store.transaction(now) as transaction:
        connection = transaction.connection
        file = queries.file_of_job(connection, job_id, account_id=actor.account_id, now=now)
        job = queries.by_id(connection, job_id, account_id=actor.account_id)
        if file is None or job is None or not _may_fetch(connection, kinds, actor, job):
            raise Refused("not_found")
        rate_limits.take(connection, f"files:{actor.account_id}", FETCHED, now)
        audit.record(
            connection,
            now=now,
            actor_id=actor.account_id,
            act="job.fetched",
            facts={"export": job.kind, "job_id": job_id, "bytes": file.bytes},
        )
    return file
