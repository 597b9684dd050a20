"""This week and the next of the demo's first posts, planned and published: who stands there by the imported list."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, insert, select

from server.calendar.queries.answers import Answer
from server.calendar.rules import weekday_bit
from server.calendar.tables import duty_answer, published_duty, roster
from server.core.access.roles import group_of
from server.core.database.many_rows import batched
from server.core.database.transaction import Store
from server.demo.script import VISITORS_CATEGORIES
from server.places.tables import post
from server.roster.queries.plans import HAND
from server.roster.tables import planned_duty

# A week of a post has 24 peaks a day: more of them would make the start longer.
POSTS = 2
DAYS = 14
# One seat of so many stays open, but none that a visitor may sign in as;
# of those who are asked one in so many says nothing, one that he cannot come.
OPEN_OF, SILENT_OF, CANNOT_OF = 40, 4, 25
ANSWERED_AHEAD = timedelta(days=1)
ROWS_AT_ONCE = 2_000


def keep_rosters(store: Store, *, district_id: int, zone: str, now: datetime) -> None:
    """Let the first posts of the demo have a published plan around now, where somebody has none."""
    today = now.astimezone(ZoneInfo(zone)).date()
    first = today - timedelta(days=today.weekday())
    with store.read() as connection:
        missing = _missing(connection, district_id, first)
        listed = _listed(connection, {post_id for post_id, _on in missing})
    rows = [row for post_id, on in missing for row in _rows(listed.get(post_id, []), post_id, on)]
    for some in batched(rows, ROWS_AT_ONCE):
        told = [row for row in some if row["account_id"] is not None]
        with store.transaction(now) as transaction:
            plan = {"source": HAND, "version": 1, "changed_at": now}
            transaction.connection.execute(insert(planned_duty), [row | plan for row in some])
            transaction.connection.execute(
                insert(published_duty), [row | {"published_at": now} for row in told]
            )
            said = list(_answers(told, today, now))
            if said:
                transaction.connection.execute(insert(duty_answer), said)


def _missing(connection: Connection, district_id: int, first: date) -> list[tuple[int, date]]:
    """Give the posts and days that nobody has planned."""
    query = select(post.c.id).where(post.c.district_id == district_id, post.c.archived_at.is_(None))
    posts = list(connection.execute(query.order_by(post.c.id).limit(POSTS)).scalars())
    there = select(planned_duty.c.post_id, planned_duty.c.date).where(
        planned_duty.c.post_id.in_(posts), planned_duty.c.date >= first
    )
    found = set(connection.execute(there.distinct()).tuples())
    days = [first + timedelta(days=step) for step in range(DAYS)]
    return [(number, on) for number in posts for on in days if (number, on) not in found]


def _listed(connection: Connection, posts: set[int]) -> dict[int, list[RowMapping]]:
    query = select(roster).where(roster.c.post_id.in_(sorted(posts)), roster.c.account_id.is_not(None))
    found: dict[int, list[RowMapping]] = {}
    for row in connection.execute(query.order_by(roster.c.id)).mappings():
        found.setdefault(row["post_id"], []).append(row)
    return found


def _rows(listed: list[RowMapping], post_id: int, on: date) -> Iterator[dict[str, Any]]:
    random, seats = Random(f"roster of the demo {post_id} {on}"), dict[tuple[str, str], int]()
    for row in listed:
        if not row["weekdays"] & weekday_bit(on):
            continue
        group = group_of(row["category"]).value
        number = seats[row["peak"], group] = seats.get((row["peak"], group), 0) + 1
        is_open = random.randrange(OPEN_OF) == 0 and row["category"] not in VISITORS_CATEGORIES
        yield {
            "post_id": post_id,
            "date": on,
            "peak": row["peak"],
            "seat_group": group,
            "seat": number,
            "account_id": None if is_open else row["account_id"],
        }


def _answers(told: list[dict[str, Any]], today: date, now: datetime) -> Iterator[dict[str, Any]]:
    for row in told:
        random = Random(f"answer of the demo {row['account_id']} {row['date']} {row['peak']}")
        if not today <= row["date"] <= today + ANSWERED_AHEAD or random.randrange(SILENT_OF) == 0:
            continue
        said = Answer.CANNOT if random.randrange(CANNOT_OF) == 0 else Answer.COMING
        named = {name: row[name] for name in ("account_id", "date", "peak", "post_id")}
        yield named | {"answer": said.value, "answered_at": now}
