"""A small invented district for tests: 2 stations, 3 schools, 3 posts, some guards and console users."""

from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from sqlalchemy import insert

from server.calendar.tables import roster
from server.core.database.sealing import telephones
from server.core.database.transaction import Store
from server.people.tables import account, consent
from server.places.rules.composition import STANDARD
from server.places.tables import district, peak, post, post_code, school, station

LATITUDE, LONGITUDE = 31.88, 117.25
# Posts stand 0.01 degrees of latitude apart: some 1.1 km.
STEP = 0.01
# Where phones say that they are at a gate, LATITUDE and so on, is 3 m beside it: no receiver meets it to the digit.
BESIDE = 0.00003


@dataclass
class SmallDistrict:
    """Numbers of the rows; ``guards[post]`` lists seven accounts: 2 staff, 2 security, 2 volunteers, 1 police."""

    district_id: int
    stations: list[int]
    schools: list[int]
    posts: list[int]
    codes: list[str]
    guards: list[list[int]] = field(default_factory=list)
    consoles: dict[str, int] = field(default_factory=dict)


SEATS = ("duty_leader", "teacher", "security", "security", "volunteer", "volunteer", "police")


def make_district(store: Store, now: datetime, *, sealed: bool = True) -> SmallDistrict:
    """Make it in one transaction. Peak: 07:20 to 08:00 and 16:30 to 17:10 local time; rosters Monday to Friday.

    ``sealed``: telephones are; a database of before has no columns for that.
    """
    with store.transaction(now) as transaction:
        connection = transaction.connection

        def add(table: Any, **values: Any) -> int:
            if sealed and "phone" in values:
                values |= telephones.written(connection, table, values["phone"])
            number: int = connection.execute(
                insert(table).values(**values).returning(table.c.id)
            ).scalar_one()
            return number

        own = add(district, name="青禾区", time_zone="Asia/Shanghai", demo=True)
        for kind in ("primary", "kindergarten"):
            for name, starts, ends in (
                ("morning_arrival", time(7, 20), time(8)),
                ("afternoon_dismissal", time(16, 30), time(17, 10)),
            ):
                add(peak, district_id=own, school_kind=kind, kind=name, starts=starts, ends=ends)
        made = SmallDistrict(own, [], [], [], [])
        for number in range(2):
            made.stations.append(
                add(
                    station,
                    district_id=own,
                    name=f"第{number + 1}派出所",
                    telephone="0551-0000000",
                    latitude=LATITUDE + number * STEP,
                    longitude=LONGITUDE,
                )
            )
        for number in range(3):
            _add_post(add, made, number, now)
        connection.execute(
            insert(post_code),
            [
                {"code": code, "post_id": of, "issued_at": now}
                for code, of in zip(made.codes, made.posts, strict=True)
            ],
        )
        _add_consoles(add, made, now)
    return made


def _add_post(add: Any, made: SmallDistrict, number: int, now: datetime) -> None:
    station_id = made.stations[number // 2]
    school_id = add(
        school,
        district_id=made.district_id,
        station_id=station_id,
        name=f"青禾第{number + 1}小学",
        kind="primary",
    )
    post_id = add(
        post,
        district_id=made.district_id,
        school_id=school_id,
        station_id=station_id,
        name=f"青禾第{number + 1}小学 南门",
        gate="南门",
        latitude=LATITUDE + number * STEP + BESIDE,
        longitude=LONGITUDE,
        fence_radius_m=150,
        composition=STANDARD.as_dict(),
    )
    made.schools.append(school_id)
    made.posts.append(post_id)
    made.codes.append(f"TESTPOST0{number + 1}")
    made.guards.append([_add_guard(add, made, number, seat, now) for seat in range(len(SEATS))])


def _add_guard(add: Any, made: SmallDistrict, number: int, seat: int, now: datetime) -> int:
    police = SEATS[seat] == "police"
    values = {
        "phone": f"1990000{number:02}{seat:02}",
        "name": f"测试{number + 1}{seat + 1}",
        "category": SEATS[seat],
    }
    account_id: int = add(
        account,
        district_id=made.district_id,
        role="guard",
        status="approved",
        school_id=None if police else made.schools[number],
        station_id=made.stations[number // 2] if police else None,
        registered_at=now,
        **values,
    )
    post_id = made.posts[number]
    add(roster, post_id=post_id, account_id=account_id, peak="morning_arrival", weekdays=31, **values)
    for kind in ("account", "identity", "position"):
        add(consent, account_id=account_id, kind=kind, version="2026-11", given_at=now)
    return account_id


def _add_consoles(add: Any, made: SmallDistrict, now: datetime) -> None:
    scopes: dict[str, dict[str, int]] = {
        "school_admin": {"school_id": made.schools[0]},
        "station_officer": {"station_id": made.stations[0]},
        "dispatcher": {},
        "district_admin": {},
        "auditor": {},
        "security_admin": {},
    }
    for role, scope in scopes.items():
        made.consoles[role] = add(
            account,
            district_id=made.district_id,
            username=role,
            name=f"测试{role}",
            role=role,
            status="approved",
            registered_at=now,
            **scope,
        )
