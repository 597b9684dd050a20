"""Swaps of duties: written, read, moved along."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from server.calendar.tables import published_duty
from server.roster.rules.named_places import PeakOf
from server.roster.rules.swaps import GOES_ON, SwapState
from server.roster.tables import Swap, swap

_GOES_ON = swap.c.state.in_([state.value for state in GOES_ON])
_STILL_HIS = and_(
    *(published_duty.c[name] == swap.c[name] for name in ("account_id", "post_id", "date", "peak"))
)


def add(connection: Connection, account_id: int, duty: PeakOf, now: datetime) -> int:
    """Offer a duty, and give the number of the swap."""
    values = {"account_id": account_id, "post_id": duty.post_id, "date": duty.date, "peak": duty.peak}
    values |= {"state": SwapState.OPEN.value, "offered_at": now}
    number: int = connection.execute(insert(swap).values(values).returning(swap.c.id)).scalar_one()
    return number


def by_id(connection: Connection, number: int) -> Swap | None:
    """Read a swap."""
    row = connection.execute(select(swap).where(swap.c.id == number)).mappings().first()
    return Swap(**row) if row else None


def of_people(connection: Connection, account_ids: Collection[int], first: date) -> list[Swap]:
    """Read the swaps that go on in which some people offer or take a duty; one of both is on a date or later."""
    numbers = sorted(account_ids)
    query = (
        select(swap)
        .where(
            _GOES_ON,
            or_(swap.c.date >= first, swap.c.return_date >= first),
            or_(swap.c.account_id.in_(numbers), swap.c.taken_by.in_(numbers)),
        )
        .order_by(swap.c.date, swap.c.id)
    )
    return [Swap(**row) for row in connection.execute(query).mappings()]


def at_posts(connection: Connection, post_ids: Collection[int], first: date, state: SwapState) -> list[Swap]:
    """Read the swaps of duties at some posts in a state, as long as whoever offers one has it; the earliest first."""
    if not post_ids:
        return []
    query = (
        select(swap)
        .join(published_duty, _STILL_HIS)
        .where(swap.c.post_id.in_(sorted(post_ids)), swap.c.date >= first, swap.c.state == state.value)
        .order_by(swap.c.date, swap.c.id)
    )
    return [Swap(**row) for row in connection.execute(query).mappings()]


def that_go_on(connection: Connection, last: date) -> list[Swap]:
    """Read the swaps that go on up to a date of either duty."""
    query = (
        select(swap).where(_GOES_ON, or_(swap.c.date <= last, swap.c.return_date <= last)).order_by(swap.c.id)
    )
    return [Swap(**row) for row in connection.execute(query).mappings()]


def take(
    connection: Connection, number: int, account_id: int, returned: PeakOf | None, now: datetime
) -> None:
    """Let somebody take an offered duty, for one of his own or for nothing."""
    values: dict[str, object] = {"state": SwapState.TAKEN.value, "taken_by": account_id, "taken_at": now}
    if returned is not None:
        values |= {
            "return_post_id": returned.post_id,
            "return_date": returned.date,
            "return_peak": returned.peak,
        }
    connection.execute(update(swap).where(swap.c.id == number).values(values))


def open_again(connection: Connection, number: int) -> None:
    """Let a duty be offered as if nobody had taken it."""
    connection.execute(update(swap).where(swap.c.id == number).values(_untaken()))


def _untaken() -> dict[str, object]:
    columns = ("taken_by", "taken_at", "return_post_id", "return_date", "return_peak")
    return dict.fromkeys(columns) | {"state": SwapState.OPEN.value}


def end(connection: Connection, number: int, state: SwapState, now: datetime, *, by: int | None) -> None:
    """Let a swap end; ``by`` is the console user who decided."""
    values = {"state": state.value, "ended_at": now, "decided_by": by}
    connection.execute(update(swap).where(swap.c.id == number).values(values))


def forget(connection: Connection, account_id: int) -> None:
    """Forget the swaps of a person; what somebody else offers is offered still."""
    connection.execute(update(swap).where(_GOES_ON, swap.c.taken_by == account_id).values(_untaken()))
    his = or_(swap.c.account_id == account_id, swap.c.taken_by == account_id)
    connection.execute(delete(swap).where(his))
