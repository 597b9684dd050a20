"""Who is asked to stand at another post, is on his way there, or has arrived."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from server.core.access.roles import AccountStatus, group_of
from server.duty.rules.lending import GOES_ON, LendState
from server.duty.tables import Lending, check_in, lending
from server.people.tables import account

_GOES_ON = lending.c.state.in_([state.value for state in GOES_ON])


@dataclass(frozen=True, slots=True)
class Lendable:
    """Somebody on verified duty at a post."""

    check_in_id: int
    account_id: int
    post_id: int
    name: str
    group: str


def add(
    connection: Connection,
    *,
    one: Lendable,
    to_post_id: int,
    by: int,
    word: str | None,
    now: datetime,
) -> int:
    """Ask somebody, and give the number of it."""
    values = {
        "account_id": one.account_id,
        "check_in_id": one.check_in_id,
        "from_post_id": one.post_id,
        "to_post_id": to_post_id,
        "seat_group": one.group,
        "state": LendState.ASKED.value,
        "asked_by": by,
        "word": word,
        "asked_at": now,
    }
    number: int = connection.execute(insert(lending).values(values).returning(lending.c.id)).scalar_one()
    return number


def by_id(connection: Connection, number: int) -> Lending | None:
    """Read one."""
    row = connection.execute(select(lending).where(lending.c.id == number)).mappings().first()
    return Lending(**row) if row else None


def of_duties(connection: Connection, check_in_ids: Collection[int]) -> dict[int, Lending]:
    """Read what goes on of some open duties, by duty."""
    if not check_in_ids:
        return {}
    query = select(lending).where(lending.c.check_in_id.in_(sorted(check_in_ids)), _GOES_ON)
    return {row["check_in_id"]: Lending(**row) for row in connection.execute(query).mappings()}


def to_post(connection: Connection, post_id: int) -> list[tuple[Lending, str]]:
    """Read who is asked to come to a post or on his way there, with his name, as long as he is on duty."""
    query = (
        select(lending, account.c.name)
        .join(account, account.c.id == lending.c.account_id)
        .join(check_in, check_in.c.id == lending.c.check_in_id)
        .where(lending.c.to_post_id == post_id, _GOES_ON, check_in.c.checked_out_at.is_(None))
        .order_by(lending.c.id)
    )
    found = []
    for row in connection.execute(query).mappings():
        columns = dict(row)
        name = str(columns.pop("name"))
        found.append((Lending(**columns), name))
    return found


def leaving(connection: Connection, post_ids: Collection[int], but: int = 0) -> dict[tuple[int, str], int]:
    """Count who is on his way from some posts and counts there still, by post and group; one is left out."""
    if not post_ids:
        return {}
    query = (
        select(lending.c.from_post_id, lending.c.seat_group, func.count())
        .join(check_in, check_in.c.id == lending.c.check_in_id)
        .where(
            lending.c.from_post_id.in_(sorted(post_ids)),
            lending.c.state == LendState.COMING.value,
            lending.c.id != but,
            check_in.c.checked_out_at.is_(None),
        )
        .group_by(lending.c.from_post_id, lending.c.seat_group)
    )
    return {(post_id, group): count for post_id, group, count in connection.execute(query)}


def lendable(connection: Connection, post_ids: Collection[int]) -> list[Lendable]:
    """Read who is on verified duty at some posts, is not suspended, and not asked to go elsewhere, by name."""
    if not post_ids:
        return []
    asked = select(lending.c.check_in_id).where(_GOES_ON)
    query = (
        select(check_in.c.id, check_in.c.account_id, check_in.c.post_id, account.c.name, check_in.c.category)
        .join(account, account.c.id == check_in.c.account_id)
        .where(
            check_in.c.post_id.in_(sorted(post_ids)),
            check_in.c.checked_out_at.is_(None),
            check_in.c.verified,
            account.c.status != AccountStatus.SUSPENDED.value,
            check_in.c.id.not_in(asked),
        )
        .order_by(account.c.name, check_in.c.id)
    )
    return [
        Lendable(number, account_id, post_id, name, group_of(category).value)
        for number, account_id, post_id, name, category in connection.execute(query)
    ]


def set_state(connection: Connection, number: int, state: LendState, now: datetime) -> bool:
    """Move one along that goes on; ``False``: it is over, declined or arrived meanwhile, and stays so."""
    goes_on = update(lending).where(lending.c.id == number, _GOES_ON)
    moved = connection.execute(goes_on.values(state=state.value, answered_at=now))
    return moved.rowcount == 1


def arrived(connection: Connection, numbers: Mapping[int, int], now: datetime) -> None:
    """Note who has arrived: the numbers, by account."""
    for number in sorted(numbers.values()):
        set_state(connection, number, LendState.ARRIVED, now)


def forget(connection: Connection, account_id: int) -> None:
    """Forget where somebody was lent."""
    connection.execute(delete(lending).where(lending.c.account_id == account_id))
