"""What speaks against whoever is planned is shown at his seat, also what has happened since he was put in."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Connection, delete, insert, update

from server.core.database.transaction import Store
from server.people.tables import account, consent
from server.people.tables.absences import absence
from server.places.tables import post, school
from server.roster.tables import planned_duty
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import POLICE, STAFF_1
from tests.tools.plans import edit, planned, seat, week

SignIn = Callable[[int | None], Caller]
NEXT, TUESDAY = "2026-11-30", "2026-12-01"
Happens = Callable[[Connection, SmallDistrict, int], object]


def _account(**values: object) -> Happens:
    return lambda connection, _district, guard: connection.execute(
        update(account).where(account.c.id == guard).values(**values)
    )


def _away(connection: Connection, _district: SmallDistrict, guard: int) -> None:
    days = {"first_day": date(2026, 12, 1), "last_day": date(2026, 12, 1)}
    at = connection.execute(planned_duty.select()).mappings().first()
    assert at
    row = {"account_id": guard, "kind": "ill", "entered_at": at["changed_at"], **days}
    connection.execute(insert(absence).values(row))


def _no_consent(connection: Connection, _district: SmallDistrict, guard: int) -> None:
    connection.execute(delete(consent).where(consent.c.account_id == guard))


@pytest.mark.parametrize(
    ("happens", "shown"),
    [
        (_account(status="suspended"), "person_suspended"),
        (_account(status="pending"), "person_pending"),
        (_account(category="security"), "other_group"),
        (_account(school_id=2), "other_unit"),
        (_no_consent, "no_consent"),
        (_away, "person_away"),
    ],
)
def test_what_happened_to_whom_is_planned_is_shown_at_his_seat(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock, happens: Happens, shown: str
) -> None:
    admin, guard = caller(district.consoles["district_admin"]), district.guards[0][STAFF_1]
    assert planned(admin, edit(district.posts[0], TUESDAY, "staff", guard)).status_code == 200
    with app_store.transaction(clock.now()) as transaction:
        happens(transaction.connection, district, guard)
    found = seat(week(admin, NEXT, district.schools[0]), TUESDAY, "staff")
    assert (found["name"], found["conflicts"]) == ("测试11", [shown])


def test_police_of_the_station_before_are_marked_where_a_school_went_to_another_one(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    admin, officer = caller(district.consoles["district_admin"]), district.guards[0][POLICE]
    assert planned(admin, edit(district.posts[0], TUESDAY, "police", officer)).status_code == 200
    other = next(one for one in district.stations if one != district.stations[0])
    with app_store.transaction(clock.now()) as transaction:
        for table, number in ((post, district.posts[0]), (school, district.schools[0])):
            moved = update(table).where(table.c.id == number).values(station_id=other)
            transaction.connection.execute(moved)
        transaction.publish("directory.changed", {}, ())
    found = seat(week(admin, NEXT, district.schools[0]), TUESDAY, "police")
    assert found["conflicts"] == ["other_unit"]
    answer = admin.post(
        "/api/roster/publication",
        {
            "school_id": district.schools[0],
            "week": NEXT,
            "seen": week(admin, NEXT, district.schools[0])["fingerprint"],
        },
    )
    assert answer.json["code"] == "plan_has_conflicts"  # type: ignore[index]
