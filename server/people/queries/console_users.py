"""Console accounts that a district keeps itself, with who gave them and the links to their passwords."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, exists, select, update

from server.core.access.roles import AccountStatus, Role
from server.core.database.upsert import Upsert
from server.people.queries import second_factors, sessions
from server.people.queries.accounts import AccountAndPlaces, by_id, with_places
from server.people.tables import account
from server.people.tables.console_users import ConsoleUser, console_user

_given_by = account.alias("given_by")
_FROM_GIVING = [one for one in console_user.c if one.name != "account_id"]


@dataclass(frozen=True, slots=True)
class KeptUser:
    """A console account and what is known of who gave it; nothing where whoever runs the server made it."""

    account: AccountAndPlaces
    user: ConsoleUser | None
    given_by_name: str | None
    # Whether he is asked for a second step.
    second_step: bool


def of_district(connection: Connection, district_id: int) -> list[KeptUser]:
    """Read a district's console accounts: those that wait first, then by role and name; some hundred at most."""
    query = with_places.where(
        account.c.district_id == district_id,
        account.c.role != Role.GUARD.value,
        account.c.username.is_not(None),
    )
    rows = [AccountAndPlaces(**row) for row in connection.execute(query).mappings()]
    numbers = [one.id for one in rows]
    query = select(console_user, _given_by.c.name.label("given_by_name")).join(
        _given_by, console_user.c.given_by == _given_by.c.id
    )
    found = {
        row["account_id"]: dict(row)
        for row in connection.execute(query.where(console_user.c.account_id.in_(numbers))).mappings()
    }
    order = {role.value: place for place, role in enumerate(Role)}
    rows.sort(key=lambda one: (one.status != AccountStatus.PENDING, -order[one.role], one.name, one.id))
    return list(_kept(rows, found, second_factors.having(connection, numbers)))


def _kept(
    rows: list[AccountAndPlaces], found: dict[int, dict[str, Any]], second_steps: set[int]
) -> Iterator[KeptUser]:
    for one in rows:
        user = found.get(one.id)
        name = user.pop("given_by_name") if user else None
        yield KeptUser(one, ConsoleUser(**user) if user else None, name, one.id in second_steps)


def one_of(connection: Connection, account_id: int, district_id: int) -> KeptUser | None:
    """Read a console account of a district."""
    found = by_id(connection, account_id)
    if found is None or found.district_id != district_id or found.role == Role.GUARD or not found.username:
        return None
    user = by_account(connection, account_id)
    query = select(account.c.name).where(account.c.id == (user.given_by if user else 0))
    second_step = bool(second_factors.having(connection, [account_id]))
    return KeptUser(found, user, connection.execute(query).scalar(), second_step)


def by_account(connection: Connection, account_id: int) -> ConsoleUser | None:
    """Read who gave an account."""
    query = select(console_user).where(console_user.c.account_id == account_id)
    row = connection.execute(query).mappings().first()
    return ConsoleUser(**row) if row else None


def by_link(connection: Connection, token: str, *, lock: bool = False) -> ConsoleUser | None:
    """Read to whom a link belongs, used or not."""
    query = select(console_user).where(console_user.c.link_hash == sessions.hashed(token))
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    return ConsoleUser(**row) if row else None


_GIVEN = ("given_by", "given_at")
_LINK = ("link_hash", "link_until", "link_used_at")
_give = Upsert(console_user, keys=("account_id",), take=_GIVEN)
_give_link = Upsert(console_user, keys=("account_id",), take=(*_GIVEN, *_LINK))


def give(connection: Connection, account_id: int, *, by: int, now: datetime) -> None:
    """Note who gave an account its rights."""
    _give.run(connection, {"account_id": account_id, "given_by": by, "given_at": now})


def give_link(
    connection: Connection, account_id: int, *, by: int, now: datetime, token: str, until: datetime
) -> None:
    """Keep the hash of a link, in place of the one before."""
    values = {"link_hash": sessions.hashed(token), "link_until": until, "link_used_at": None}
    _give_link.run(connection, {"account_id": account_id, "given_by": by, "given_at": now, **values})


def change(connection: Connection, account_id: int, **values: object) -> None:
    """Change what is noted of an account, if anything is."""
    connection.execute(update(console_user).where(console_user.c.account_id == account_id).values(**values))


def administrators(
    connection: Connection, district_id: int, *, lock: bool = False, invited: bool = True
) -> list[int]:
    """Read a district's administrators, however their accounts stand; ``lock``: they stay until the commit.

    ``invited``: those, too, who have an account from the console and have never set its password.
    """
    query = (
        select(account.c.id)
        .where(account.c.district_id == district_id, account.c.role == Role.DISTRICT_ADMIN.value)
        .order_by(account.c.id)
    )
    if not invited:
        kept = exists().where(console_user.c.account_id == account.c.id)
        query = query.where(account.c.password_hash.is_not(None) | ~kept)
    return list(connection.execute(query.with_for_update(key_share=True) if lock else query).scalars())


def ended_before(connection: Connection, district_id: int, today: date, most: int) -> list[int]:
    """Read the accounts of a district that are open although their last day has passed."""
    query = (
        select(console_user.c.account_id)
        .join(account, console_user.c.account_id == account.c.id)
        .where(
            console_user.c.ends_on < today,
            account.c.district_id == district_id,
            account.c.status != AccountStatus.SUSPENDED.value,
        )
        .order_by(console_user.c.account_id)
        .limit(most)
    )
    return list(connection.execute(query).scalars())
