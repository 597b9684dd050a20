"""How many statements an alarm's writes cost: no more for many people, on either database."""

from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import insert

from server.alarm.jobs.escalation import take_due
from server.alarm.rules.escalation import TIERS
from server.config import Settings
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


WRITTEN_ONCE = (
    "response",
    "ladder",
    "ladder_step",
    "message",
    "alarm_entry",
    "alarm_report",
    "event",
    "event_room",
)
# What each costs today. Who adds a statement says why, and changes the number.
RAISING, ANSWERING, STEPS = 29, 31, 47


def _raised(caller: SignIn, crowd: list[list[int]], district: SmallDistrict, post: int) -> dict[str, Any]:
    answer = caller(crowd[post][0]).post("/api/alarms", {"post_code": district.codes[post]})
    assert answer.status_code == 201
    found: dict[str, Any] = answer.json
    return found


def test_raising_an_alarm_takes_few_statements(
    caller: SignIn, crowd: list[list[int]], district: SmallDistrict, app_store: Store
) -> None:
    """Each kind of fact is read once, each table written once, however many are called in three tiers."""
    _raised(caller, crowd, district, 2)
    raiser = caller(crowd[0][0])
    with counted(app_store) as heard:
        answer = raiser.post("/api/alarms", {"post_code": district.codes[0]})
    assert answer.status_code == 201
    assert len(answer.json["responses"]) > 15
    assert {one["tier"] for one in answer.json["responses"]} == {1, 2, 3}
    assert {table: heard.writes_of(table) for table in WRITTEN_ONCE} == dict.fromkeys(WRITTEN_ONCE, 1)
    assert len(heard.work) <= RAISING, heard.told()


def test_an_answer_takes_few_statements(
    caller: SignIn, crowd: list[list[int]], district: SmallDistrict, app_store: Store
) -> None:
    """Whoever is on his way, and whoever is there, is written down and told without reading an alarm twice."""
    alarm = _raised(caller, crowd, district, 0)
    neighbour = next(one["account_id"] for one in alarm["responses"] if one["tier"] == 2)
    phone = caller(neighbour)
    for state in ("responding", "on_scene"):
        with counted(app_store) as heard:
            answer = phone.post(f"/api/alarms/{alarm['id']}/responses", {"state": state})
        assert answer.status_code == 200
        assert len(heard.work) <= ANSWERING, heard.told()


def test_the_steps_of_the_clock_take_few_statements(
    caller: SignIn,
    crowd: list[list[int]],
    district: SmallDistrict,
    app_store: Store,
    settings: Settings,
    clock: WoundClock,
) -> None:
    """All tiers that are due take their steps together: who is called, by which ways, is read once for them."""
    alarm = _raised(caller, crowd, district, 0)
    for _step in range(3):
        clock.wind(seconds=31)
        with counted(app_store) as heard:
            assert take_due(app_store, settings.limits(), clock.now()) == len(TIERS), alarm
        assert {heard.writes_of(table) for table in ("ladder", "ladder_step", "message")} == {1}
        assert len(heard.work) <= STEPS, heard.told()
