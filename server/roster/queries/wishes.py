"""What guards wish, a row for each peak and weekday of which somebody said something."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, select

from server.core.database.upsert import Upsert
from server.roster.rules.wishes import WeekdayPeak, Wish
from server.roster.tables import duty_wish

_put = Upsert(duty_wish, keys=["account_id", "post_id", "peak", "weekday"], take=["wish", "changed_at"])


def of_people(
    connection: Connection, account_ids: Collection[int], post_ids: Collection[int]
) -> dict[int, dict[WeekdayPeak, Wish]]:
    """Read what some people wish of some posts."""
    if not account_ids or not post_ids:
        return {}
    query = select(
        duty_wish.c.account_id, duty_wish.c.post_id, duty_wish.c.peak, duty_wish.c.weekday, duty_wish.c.wish
    ).where(duty_wish.c.account_id.in_(sorted(account_ids)), duty_wish.c.post_id.in_(sorted(post_ids)))
    found: dict[int, dict[WeekdayPeak, Wish]] = {}
    for who, post_id, peak, weekday, wish in connection.execute(query):
        found.setdefault(who, {})[WeekdayPeak(post_id, peak, weekday)] = Wish(wish)
    return found


def say(connection: Connection, account_id: int, at: WeekdayPeak, wish: Wish | None, now: datetime) -> None:
    """Write down what somebody wishes; ``None``: he does not mind."""
    named = {"account_id": account_id, "post_id": at.post_id, "peak": at.peak, "weekday": at.weekday}
    if wish is None:
        connection.execute(delete(duty_wish).filter_by(**named))
    else:
        _put.run(connection, [named | {"wish": wish.value, "changed_at": now}])


def forget_others(connection: Connection, account_id: int, post_ids: Collection[int]) -> None:
    """Delete what somebody wished of other posts than some: he belongs elsewhere by now."""
    others = duty_wish.c.post_id.not_in(sorted(post_ids))
    connection.execute(delete(duty_wish).where(duty_wish.c.account_id == account_id, others))


def forget(connection: Connection, account_id: int) -> None:
    """Delete what somebody wishes."""
    connection.execute(delete(duty_wish).where(duty_wish.c.account_id == account_id))
