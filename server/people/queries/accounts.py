"""Accounts of guards and of console users."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    or_,
    select,
    true,
    update,
)

from server.core.access.roles import AccountStatus, Role
from server.core.access.rooms import account_room, district_room, school_room, station_room
from server.core.access.scope import InScope
from server.core.database.sealing import telephones
from server.core.database.upsert import Upsert
from server.core.moments import moment, moment_or_none
from server.people.queries import consents
from server.people.rules.shapes import GuardView, OwnView
from server.people.tables import Account, account, account_use, suspension
from server.places.tables import district, school, station


@dataclass(frozen=True, slots=True)
class AccountAndPlaces(Account):
    """An account with the names of its school and station, and when it was suspended by somebody."""

    school_name: str | None
    school_station_id: int | None
    station_name: str | None
    suspended_at: datetime | None
    # When it was closed because nobody used it, and when it will be, where that is to be feared.
    unused_at: datetime | None
    closes_at: datetime | None


with_places = (
    select(
        account,
        school.c.name.label("school_name"),
        school.c.station_id.label("school_station_id"),
        station.c.name.label("station_name"),
        suspension.c.at.label("suspended_at"),
        account_use.c.closed_at.label("unused_at"),
        account_use.c.closes_at,
    )
    .outerjoin(account_use, account.c.id == account_use.c.account_id)
    .outerjoin(suspension, account.c.id == suspension.c.account_id)
    .outerjoin(school, account.c.school_id == school.c.id)
    .outerjoin(station, account.c.station_id == station.c.id)
)


def by_id(connection: Connection, account_id: int) -> AccountAndPlaces | None:
    """Read an account with the names of its school and station."""
    row = connection.execute(with_places.where(account.c.id == account_id)).mappings().first()
    return AccountAndPlaces(**row) if row else None


def by_phone(connection: Connection, phone: str) -> AccountAndPlaces | None:
    """Read the account that registered with a phone number."""
    query = with_places.where(telephones.is_number(connection, account, phone))
    row = connection.execute(query).mappings().first()
    return AccountAndPlaces(**row) if row else None


def by_phones(connection: Connection, phones: Collection[str]) -> list[AccountAndPlaces]:
    """Read the accounts that registered with some phone numbers, 4,000 at most."""
    query = with_places.where(telephones.is_one_of(connection, account, phones))
    return [AccountAndPlaces(**row) for row in connection.execute(query).mappings()]


def by_username(connection: Connection, username: str, *, lock: bool = False) -> AccountAndPlaces | None:
    """Read the console account of a user name; ``lock``: nobody changes it until the commit."""
    query = with_places.where(account.c.username == username)
    if lock:
        query = query.with_for_update(key_share=True, of=account)
    row = connection.execute(query).mappings().first()
    return AccountAndPlaces(**row) if row else None


def by_ids(connection: Connection, account_ids: set[int]) -> dict[int, AccountAndPlaces]:
    """Read many accounts with the names of their schools and stations, by number."""
    if not account_ids:
        return {}
    rows = connection.execute(with_places.where(account.c.id.in_(account_ids))).mappings()
    return {row["id"]: AccountAndPlaces(**row) for row in rows}


def suspended(connection: Connection, account_ids: Collection[int]) -> frozenset[int]:
    """Give which of some accounts are suspended."""
    query = select(account.c.id).where(
        account.c.id.in_(sorted(account_ids)), account.c.status == AccountStatus.SUSPENDED.value
    )
    return frozenset(connection.execute(query).scalars())


def consoles_over(connection: Connection, alarm: InScope, roles: Collection[Role]) -> list[int]:
    """Read the console accounts of some roles in whose scope an alarm lies."""
    scopes = {
        Role.SCHOOL_ADMIN: account.c.school_id == alarm.school_id,
        Role.STATION_OFFICER: account.c.station_id == alarm.station_id,
        Role.DISPATCHER: true(),
        Role.DISTRICT_ADMIN: true(),
    }
    inside = [
        and_(account.c.role == role.value, scopes[role]) for role in Role if role in roles and role in scopes
    ]
    if not inside:
        return []
    query = select(account.c.id).where(
        account.c.district_id == alarm.district_id,
        account.c.role.in_([role.value for role in roles]),
        account.c.status == AccountStatus.APPROVED.value,
        or_(*inside),
    )
    return list(connection.execute(query.order_by(account.c.id)).scalars())


_add = Upsert(account, give=account.c.id)


def add(connection: Connection, **values: Any) -> int | None:
    """Add an account and give its number; ``None`` when its user name is taken."""
    number: int | None = _add.run(connection, values).scalar()
    return number


def register(connection: Connection, *, phone: str, **values: Any) -> int | None:
    """Add the account of a telephone and give its number; ``None`` when the telephone has one."""
    telephones.hold_number(connection, phone)
    if by_phone(connection, phone) is not None:
        return None
    return add(connection, **values, **telephones.written(connection, account, phone))


def change(connection: Connection, account_id: int, **values: Any) -> None:
    """Change columns of an account."""
    connection.execute(update(account).where(account.c.id == account_id).values(**values))


@dataclass(frozen=True, slots=True)
class AccountAndDistrict(AccountAndPlaces):
    """An account with the names of all that it belongs to."""

    district_name: str
    time_zone: str
    asks_consent: bool


def own_view(connection: Connection, *, account_id: int, csrf_token: str) -> OwnView:
    """Read what a session's account sees of itself."""
    row = (
        connection.execute(
            with_places.add_columns(
                district.c.name.label("district_name"),
                district.c.time_zone,
                consents.is_asked_anew().label("asks_consent"),
            )
            .join(district, account.c.district_id == district.c.id)
            .where(account.c.id == account_id)
        )
        .mappings()
        .one()
    )
    own = AccountAndDistrict(**row)
    return {
        "account": {
            "id": own.id,
            "name": own.claimed_name or own.name,
            "category": own.category,
            "role": own.role,
            "status": own.status,
            "school_id": own.school_id,
            "school_name": own.school_name,
            "station_id": own.station_id,
            "station_name": own.station_name,
            "phone_masked": telephones.masked(own.telephone),
            "closes_at": moment_or_none(own.closes_at),
        },
        "district": {"id": own.district_id, "name": own.district_name, "time_zone": own.time_zone},
        "csrf_token": csrf_token,
        "asks_consent": own.asks_consent,
    }


def as_item(one: AccountAndPlaces, *, decides: bool) -> GuardView:
    """Write a guard's account as others see it: the phone masked, a claimed name for those who decide on it."""
    return {
        "id": one.id,
        "name": one.name,
        "category": one.category,
        "status": one.status,
        "school_id": one.school_id,
        "school_name": one.school_name,
        "station_id": one.station_id,
        "station_name": one.station_name,
        "claimed_name": one.claimed_name if decides else None,
        "phone_masked": telephones.masked(one.telephone),
        "registered_at": moment(one.registered_at),
        "handed_on_at": moment_or_none(one.handed_on_at),
        "may_decide": decides,
        "closed": one.status == AccountStatus.SUSPENDED and one.suspended_at is None,
        "unused_at": moment_or_none(one.unused_at),
    }


def rooms_of(one: AccountAndPlaces) -> tuple[str, ...]:
    """Give the rooms that hear of a guard's account: his own, and the scopes he belongs to."""
    rooms = [account_room(one.id), district_room(one.district_id)]
    if one.school_id is not None:
        rooms.append(school_room(one.school_id))
    station_id = one.station_id or one.school_station_id
    if station_id is not None:
        rooms.append(station_room(station_id))
    return tuple(rooms)


def guards(
    connection: Connection,
    *,
    scope: ColumnElement[bool],
    status: str | None,
    wanted: ColumnElement[bool],
    after: int,
    limit: int,
) -> list[AccountAndPlaces]:
    """Read guards within a scope who are ``wanted``, by number, after one."""
    query = with_places.where(scope, wanted, account.c.role == Role.GUARD, account.c.id > after)
    if status is not None:
        query = query.where(account.c.status == status)
    rows = connection.execute(query.order_by(account.c.id).limit(limit)).mappings()
    return [AccountAndPlaces(**row) for row in rows]


def note_confirmed(connection: Connection, account_id: int, now: datetime) -> None:
    """Note that an account's presence was confirmed, if it is for the first time."""
    first = and_(account.c.id == account_id, account.c.first_confirmed_at.is_(None))
    connection.execute(update(account).where(first).values(first_confirmed_at=now))
