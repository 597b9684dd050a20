"""Jobs and their files, in SQL."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, insert, or_, select, update

from server.core.jobs.rules import ENDED, JobState
from server.core.jobs.tables import Job, StoredFile, job, stored_file

_has_not_ended = job.c.state.not_in(sorted(one.value for one in ENDED))


def add(connection: Connection, values: dict[str, Any]) -> int:
    """Write a job down and give its number."""
    number: int = connection.execute(insert(job).values(values).returning(job.c.id)).scalar_one()
    return number


def by_id(connection: Connection, number: int, *, account_id: int | None = None) -> Job | None:
    """Read a job; with ``account_id`` only one of that account."""
    query = select(job).where(job.c.id == number)
    if account_id is not None:
        query = query.where(job.c.account_id == account_id)
    row = connection.execute(query).mappings().first()
    return Job(**row) if row else None


def locked(connection: Connection, number: int) -> Job | None:
    """Read a job that this transaction will change; others wait."""
    row = connection.execute(select(job).where(job.c.id == number).with_for_update()).mappings().first()
    return Job(**row) if row else None


def of_account(connection: Connection, account_id: int, *, before: int, limit: int) -> list[Job]:
    """Read an account's jobs, the newest first, below a number (0: from the newest)."""
    query = select(job).where(job.c.account_id == account_id).order_by(job.c.id.desc()).limit(limit)
    if before:
        query = query.where(job.c.id < before)
    return [Job(**row) for row in connection.execute(query).mappings()]


def unfinished_of(connection: Connection, account_id: int, kind: str) -> Job | None:
    """Read an account's job of a kind that waits or runs; ``None``: there is none."""
    query = select(job).where(
        job.c.account_id == account_id,
        job.c.kind == kind,
        _has_not_ended,
    )
    row = connection.execute(query.limit(1)).mappings().first()
    return Job(**row) if row else None


def any_waiting(connection: Connection) -> bool:
    """Tell whether there is something to do."""
    waiting = select(job.c.id).where(job.c.state == JobState.WAITING.value).limit(1)
    return connection.execute(waiting).first() is not None


def next_waiting(connection: Connection) -> Job | None:
    """Take the oldest job that waits, past those that another worker is just taking."""
    query = (
        select(job)
        .where(job.c.state == JobState.WAITING.value)
        .order_by(job.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = connection.execute(query).mappings().first()
    return Job(**row) if row else None


def running_without_worker(
    connection: Connection, *, silent_since: datetime | None, worker: str | None
) -> list[Job]:
    """Read the jobs that run without a sign of life since a time, or in a worker that is known to be gone."""
    gone: list[ColumnElement[bool]] = []
    if silent_since is not None:
        gone.append(job.c.heartbeat_at <= silent_since)
    if worker is not None:
        gone.append(job.c.worker == worker)
    query = (
        select(job)
        .where(job.c.state == JobState.RUNNING.value, or_(*gone))
        .order_by(job.c.id)
        .with_for_update(skip_locked=True)
    )
    return [Job(**row) for row in connection.execute(query).mappings()]


def change(connection: Connection, number: int, **values: object) -> None:
    """Change columns of a job."""
    connection.execute(update(job).where(job.c.id == number).values(**values))


def add_file(connection: Connection, values: dict[str, Any]) -> None:
    """Write down a file that is going to be written."""
    connection.execute(insert(stored_file).values(values))


def finish_files(connection: Connection, job_id: int, sizes: dict[str, int], now: datetime) -> None:
    """Note that the files of a job lie whole in the store."""
    for name, length in sizes.items():
        connection.execute(
            update(stored_file)
            .where(stored_file.c.name == name, stored_file.c.job_id == job_id)
            .values(bytes=length, whole_at=now)
        )


def keep_file(connection: Connection, name: str, length: int, *, until: datetime, now: datetime) -> None:
    """Note that a file lies whole in the store, and until when it is kept."""
    connection.execute(
        update(stored_file)
        .where(stored_file.c.name == name)
        .values(bytes=length, whole_at=now, expires_at=until)
    )


def let_go(connection: Connection, names: Collection[str], now: datetime) -> None:
    """Let some files be swept away."""
    connection.execute(update(stored_file).where(stored_file.c.name.in_(list(names))).values(expires_at=now))


def give_up_files(connection: Connection, job_ids: Collection[int], now: datetime) -> None:
    """Let the files of some jobs be swept away."""
    connection.execute(
        update(stored_file).where(stored_file.c.job_id.in_(list(job_ids))).values(expires_at=now)
    )


def file_of_job(connection: Connection, job_id: int, *, account_id: int, now: datetime) -> StoredFile | None:
    """Read the file of a job that is done, where it is the account's and still kept."""
    query = (
        select(stored_file)
        .join(job, job.c.id == stored_file.c.job_id)
        .where(
            job.c.id == job_id,
            job.c.account_id == account_id,
            job.c.state == JobState.DONE.value,
            stored_file.c.account_id == account_id,
            stored_file.c.whole_at.is_not(None),
            stored_file.c.expires_at > now,
        )
        .limit(1)
    )
    row = connection.execute(query).mappings().first()
    return StoredFile(**row) if row else None


def files_of_jobs(connection: Connection, job_ids: Collection[int], now: datetime) -> dict[int, StoredFile]:
    """Read the files of some jobs that are still kept, by job."""
    query = select(stored_file).where(
        stored_file.c.job_id.in_(list(job_ids)),
        stored_file.c.whole_at.is_not(None),
        stored_file.c.expires_at > now,
    )
    found = [StoredFile(**row) for row in connection.execute(query).mappings()]
    return {one.job_id: one for one in found if one.job_id is not None}


def expired_files(connection: Connection, now: datetime, limit: int) -> list[StoredFile]:
    """Read files whose time is over, the oldest first."""
    query = (
        select(stored_file)
        .where(stored_file.c.expires_at <= now)
        .order_by(stored_file.c.expires_at)
        .limit(limit)
    )
    return [StoredFile(**row) for row in connection.execute(query).mappings()]


def files_without_owner(
    connection: Connection, *, until_after: datetime, after: int, limit: int
) -> list[StoredFile]:
    """Read the next whole files after a number that belong to no account and no job and stay past a time."""
    query = (
        select(stored_file)
        .where(
            stored_file.c.account_id.is_(None),
            stored_file.c.job_id.is_(None),
            stored_file.c.whole_at.is_not(None),
            stored_file.c.expires_at > until_after,
            stored_file.c.id > after,
        )
        .order_by(stored_file.c.id)
        .limit(limit)
    )
    return [StoredFile(**row) for row in connection.execute(query).mappings()]


def delete_file(connection: Connection, number: int) -> int:
    """Forget a file."""
    return connection.execute(delete(stored_file).where(stored_file.c.id == number)).rowcount


def known_names(connection: Connection, names: Collection[str]) -> set[str]:
    """Tell which of some names in the store belong to a row."""
    query = select(stored_file.c.name).where(stored_file.c.name.in_(list(names)))
    return set(connection.execute(query).scalars())


def old_jobs(before: datetime) -> ColumnElement[bool]:
    """Select the jobs that were asked for before a time, have ended, and whose files are gone."""
    kept = exists(select(stored_file.c.id).where(stored_file.c.job_id == job.c.id))
    return and_(job.c.asked_at < before, ~_has_not_ended, ~kept)


def forget_person(connection: Connection, account_id: int, now: datetime) -> None:
    """Let the files of a person be swept away, and his words with his jobs."""
    connection.execute(
        update(stored_file).where(stored_file.c.account_id == account_id).values(expires_at=now)
    )
    connection.execute(update(job).where(job.c.account_id == account_id).values(purpose=None))


def under_way(connection: Connection, kind: str) -> list[Job]:
    """Read the jobs of a kind that have not ended."""
    query = select(job).where(_has_not_ended, job.c.kind == kind).order_by(job.c.id)
    return [Job(**row) for row in connection.execute(query).mappings()]
