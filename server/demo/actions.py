"""Whom a visitor of the demo may sign in as with one click. In real use nothing here is reachable."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from server.calendar.queries import rosters, shifts
from server.calendar.rules import current_shift
from server.core.access.roles import Category, Role
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.refused import Refused
from server.people.queries import accounts
from server.people.tables import account
from server.places.queries import districts
from server.places.queries.districts import Place
from server.places.tables import district, post

# The one guard that people play is of security: he checks in, assists, and is sent to alarms nearby.
AT_THE_FIRST_POST = {"guard": Category.SECURITY, "duty_leader": Category.DUTY_LEADER}
CONSOLES = {
    "school": Role.SCHOOL_ADMIN,
    "station": Role.STATION_OFFICER,
    "dispatcher": Role.DISPATCHER,
    "district": Role.DISTRICT_ADMIN,
}


def people(store: Store, *, limits: Limits, now: datetime) -> list[dict[str, Any]]:
    """List the persons for one-click sign-in: ``who, name, role, category, post_code``.

    Raises ``Refused("not_a_demo")`` on a database with any real district in it.
    """
    with store.read() as connection:
        _require_demo(connection)
        code = _first_code(connection)
        found = []
        for who in (*AT_THE_FIRST_POST, *CONSOLES):
            account_id = _account_of(connection, who, limits, now)
            person = accounts.by_id(connection, account_id) if account_id is not None else None
            if person is not None:
                found.append(
                    {
                        "who": who,
                        "name": person.name,
                        "role": person.role,
                        "category": person.category,
                        "post_code": code if person.role == Role.GUARD else None,
                    }
                )
    return found


def account_of(store: Store, *, who: str, limits: Limits, now: datetime) -> int:
    """Find the account that a visitor asked for: one of the six by name, or ``account:NUMBER``.

    Raises ``Refused``: ``not_a_demo``, ``not_found``.
    """
    with store.read() as connection:
        _require_demo(connection)
        account_id = _account_of(connection, who, limits, now)
    if account_id is None:
        raise Refused("not_found")
    return account_id


def _require_demo(connection: Connection) -> None:
    kinds = list(connection.execute(select(district.c.demo)).scalars())
    if not kinds or not all(kinds):
        raise Refused("not_a_demo")


def _account_of(connection: Connection, who: str, limits: Limits, now: datetime) -> int | None:
    if who in AT_THE_FIRST_POST:
        return _at_first_post(connection, AT_THE_FIRST_POST[who], limits, now)
    query = select(account.c.id).order_by(account.c.id).limit(1)
    if who in CONSOLES:
        return connection.execute(query.where(account.c.role == CONSOLES[who])).scalar()
    kind, _, number = who.partition(":")
    if kind == "account" and number.isascii() and number.isdecimal() and len(number) <= 18:
        return connection.execute(query.where(account.c.id == int(number))).scalar()
    return None


def _at_first_post(connection: Connection, category: Category, limits: Limits, now: datetime) -> int | None:
    """Find the first person of a category on the roster of the first post, at its current or next peak."""
    place = _first_place(connection)
    if place is None:
        return None
    shift = current_shift(shifts.around(place, limits, now), now) or shifts.upcoming(place, limits, now)
    if shift is None:
        return None
    rows = rosters.rostered(connection, post_id=place.post_id, peak=shift.peak, on=shift.date)
    fitting = [row.account_id for row in rows if row.category == category and row.account_id is not None]
    return min(fitting, default=None)


def _first_place(connection: Connection) -> Place | None:
    number = connection.execute(select(post.c.id).order_by(post.c.id).limit(1)).scalar()
    return districts.place(connection, number) if number is not None else None


def _first_code(connection: Connection) -> str | None:
    place = _first_place(connection)
    return districts.current_codes(connection, [place.post_id]).get(place.post_id) if place else None
