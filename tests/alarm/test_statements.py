"""How many statements an alarm's writes cost: no more for many people, on either database."""

from collections.abc import Iterable

import pytest
from sqlalchemy import insert

from server.core.database.transaction import Store
from server.delivery.tables import push_subscription
from server.duty.tables import check_in
from server.people.tables import account
from tests.conftest import SignIn
from tests.tools.clock import WoundClock
from tests.tools.district import SEATS, SmallDistrict
from tests.tools.duty import duty_row, open_pages
from tests.tools.statements import counted


@pytest.fixture
def crowd(app_store: Store, district: SmallDistrict, clock: WoundClock) -> list[list[int]]:
    """Put fourteen people of each post on duty, with their phones, and let consoles look on."""
    for post in range(3):
        district.guards[post].extend(_more_guards(app_store, district, post, clock))
    seats = [*range(len(SEATS)), *range(len(SEATS), 2 * len(SEATS))]
    rows = [
        {
            **duty_row(district, post=post, seat=seat % 7, now=clock.now()),
            "account_id": district.guards[post][seat],
        }
        for post in range(3)
        for seat in seats
    ]
    with app_store.engine.begin() as connection:
        connection.execute(insert(check_in), rows)
    people = [number for post in district.guards for number in post]
    everybody = [*people, *district.consoles.values()]
    open_pages(app_store, everybody, clock.now())
    _subscribe(app_store, everybody, clock)
    return district.guards


def _more_guards(store: Store, district: SmallDistrict, post: int, clock: WoundClock) -> list[int]:
    made = []
    with store.engine.begin() as connection:
        for seat, category in enumerate(SEATS):
            police = category == "police"
            new = insert(account).values(
                district_id=district.district_id,
                role="guard",
                status="approved",
                school_id=None if police else district.schools[post],
                station_id=district.stations[post // 2] if police else None,
                registered_at=clock.now(),
                phone=f"1990001{post:02}{seat:02}",
                name=f"测试{post + 4}{seat + 1}",
                category=category,
            )
            made.append(connection.execute(new.returning(account.c.id)).scalar_one())
    return made


def _subscribe(store: Store, accounts: Iterable[int], clock: WoundClock) -> None:
    rows = [
        {
            "account_id": number,
            "endpoint_hash": f"{number:064}",
            "endpoint": f"https://push.example/{number}",
            "p256dh": "p",
            "auth": "a",
            "created_at": clock.now(),
            "failures": 0,
        }
        for number in accounts
    ]
    with store.engine.begin() as connection:
        connection.execute(insert(push_subscription), rows)


def test_raising_an_alarm_takes_few_statements(
    caller: SignIn, crowd: list[list[int]], district: SmallDistrict, app_store: Store
) -> None:
    """Each kind of fact is read once, each table written once, however many are called."""
    caller(crowd[2][0]).post("/api/alarms", {"post_code": district.codes[2]})
    raiser = caller(crowd[0][0])
    with counted(app_store) as heard:
        answer = raiser.post("/api/alarms", {"post_code": district.codes[0]})
    print(answer.json["responses"].__len__(), len(heard.work), len(heard.locks), len(heard.brackets))
    print(heard.told())
    assert answer.status_code == 201
    assert len(answer.json["responses"]) > 10
    assert len(heard.work) <= 35, heard.told()
