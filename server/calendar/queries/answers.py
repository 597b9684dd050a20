"""What people answered about duties that they were told of."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Connection, delete, select, tuple_

from server.calendar.tables import duty_answer
from server.core.database.upsert import Upsert


class Answer(StrEnum):
    """Whether somebody comes to his duty."""

    COMING = "coming"
    CANNOT = "cannot"


@dataclass(frozen=True, slots=True, order=True)
class DutyKey:
    """Somebody's duty at a post at a peak of a date, whichever seat he has there."""

    account_id: int
    post_id: int
    date: date
    peak: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What somebody answered, and when."""

    answer: Answer
    at: datetime


_put = Upsert(duty_answer, keys=["account_id", "date", "peak"], take=["post_id", "answer", "answered_at"])


def put(connection: Connection, key: DutyKey, answer: Answer, now: datetime) -> None:
    """Keep what somebody answers, in place of what he answered before."""
    named = {"account_id": key.account_id, "date": key.date, "peak": key.peak}
    _put.run(connection, {**named, "post_id": key.post_id, "answer": answer.value, "answered_at": now})


def at_posts(
    connection: Connection, post_ids: Collection[int], first: date, last: date
) -> dict[DutyKey, Answered]:
    """Read the answers about duties at some posts between two dates."""
    if not post_ids:
        return {}
    query = select(duty_answer).where(
        duty_answer.c.post_id.in_(sorted(post_ids)),
        duty_answer.c.date >= first,
        duty_answer.c.date <= last,
    )
    return {
        DutyKey(row.account_id, row.post_id, row.date, row.peak): Answered(
            Answer(row.answer), row.answered_at
        )
        for row in connection.execute(query).all()
    }


def of_account(connection: Connection, account_id: int, first: date) -> dict[DutyKey, Answered]:
    """Read what somebody answered about his duties from a date on."""
    query = select(duty_answer).where(duty_answer.c.account_id == account_id, duty_answer.c.date >= first)
    return {
        DutyKey(row.account_id, row.post_id, row.date, row.peak): Answered(
            Answer(row.answer), row.answered_at
        )
        for row in connection.execute(query)
    }


def take_back(connection: Connection, keys: Collection[DutyKey]) -> None:
    """Forget answers about duties that somebody has no more: who is given one anew is asked anew."""
    if not keys:
        return
    columns = (duty_answer.c.account_id, duty_answer.c.post_id, duty_answer.c.date, duty_answer.c.peak)
    named = [(key.account_id, key.post_id, key.date, key.peak) for key in sorted(keys)]
    connection.execute(delete(duty_answer).where(tuple_(*columns).in_(named)))


def forget(connection: Connection, account_id: int) -> None:
    """Forget all that a person answered."""
    connection.execute(delete(duty_answer).where(duty_answer.c.account_id == account_id))
