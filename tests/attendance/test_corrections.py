"""A school corrects what counts for somebody at a closed peak; the log stays, and the figures follow."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from server.attendance.tables import correction
from server.core import audit
from server.core.database.transaction import Store
from server.duty.tables import check_in
from server.people.facts import PersonErased
from server.places.rules.composition import Composition
from tests.attendance.test_closing import MONDAY, Attendance
from tests.attendance.test_planned import publish
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import POLICE, SECURITY_1, STAFF_1, STAFF_2, VOLUNTEER_1

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def kept(app_store: Store, district: SmallDistrict, clock: WoundClock) -> Attendance:
    """Give a closed morning: one came late, one unverified, one not at all; all were planned."""
    made = Attendance(app_store, district, clock)
    made.look(7, 15)
    publish(made, (STAFF_1, "staff"), (STAFF_2, "staff"), (SECURITY_1, "security"), (POLICE, "police"))
    made.came(STAFF_1, made.at(7, 40))
    made.came(STAFF_2, made.at(7, 15), verified=False)
    made.look(8, 31)
    return made


@pytest.fixture
def school(kept: Attendance, caller: SignIn) -> Caller:
    return caller(kept.district.consoles["school_admin"])


def asked(kept: Attendance, seat: int, came: tuple[int, int] | None, **more: Any) -> dict[str, Any]:
    """Make a correction: from when somebody was there, until the end of the peak; or that he was not."""
    return {
        "post_id": kept.district.posts[0],
        "date": MONDAY.isoformat(),
        "peak": "morning_arrival",
        "account_id": kept.district.guards[0][seat],
        "came_at": kept.at(*came).isoformat() if came else None,
        "left_at": kept.at(8, 0).isoformat() if came else None,
        "reason": "手机没电，门卫证实",
        "seen": 0,
        **more,
    }


def people(kept: Attendance, desk: Caller) -> dict[str, Any]:
    """Give the people of the peak, by name."""
    where = {"post_id": kept.district.posts[0], "date": MONDAY.isoformat(), "peak": "morning_arrival"}
    answer = desk.get("/api/attendance/people", **where)
    assert answer.status_code == 200, answer.json
    return {one["name"]: one for one in answer.json["items"]}


def test_people_are_told_with_what_the_log_has_of_them(kept: Attendance, school: Caller) -> None:
    found = people(kept, school)
    assert list(found) == ["测试11", "测试12", "测试13", "测试17"]
    assert found["测试11"]["stays"][0]["late"] is True
    assert found["测试12"]["stays"][0]["verified"] is False
    assert (found["测试13"]["planned_and_missed"], found["测试13"]["stays"]) == (True, [])
    assert [name for name, one in found.items() if one["may_correct"]] == ["测试11", "测试12", "测试13"]


def test_who_was_there_counts_and_the_first_record_stays(kept: Attendance, school: Caller) -> None:
    answer = school.post("/api/attendance/corrections", asked(kept, SECURITY_1, (7, 20)))
    assert (answer.status_code, answer.json) == (200, {"corrected": 1})
    [row] = kept.rows()
    assert row.outcome.present == Composition(staff=1, security=1)
    assert (row.outcome.absent, row.outcome.corrected) == (Composition(police=1), 1)
    person = people(kept, school)["测试13"]
    assert person["planned_and_missed"] is True
    [change] = person["corrections"]
    assert (change["reason"], change["came_at"]) == ("手机没电，门卫证实", "2026-11-22T23:20:00.000Z")
    kept.look(8, 32)
    assert kept.month(SECURITY_1) == (1, 0, 40, 0, 0)


def test_a_wrong_time_and_an_unverified_stay_are_put_right(kept: Attendance, school: Caller) -> None:
    for seat in (STAFF_1, STAFF_2):
        assert school.post("/api/attendance/corrections", asked(kept, seat, (7, 20))).status_code == 200
    [row] = kept.rows()
    assert (row.outcome.present, row.outcome.late) == (Composition(staff=2), Composition())
    assert (row.outcome.waiting, row.outcome.corrected) == (Composition(), 2)
    with kept.store.read() as connection:
        stays = connection.execute(select(check_in.c.verified).order_by(check_in.c.id)).scalars().all()
    assert stays == [True, False], "the log stays as it is"


def test_who_was_not_there_is_a_no_show_and_serves_nothing(kept: Attendance, school: Caller) -> None:
    assert school.post("/api/attendance/corrections", asked(kept, STAFF_1, None)).status_code == 200
    [row] = kept.rows()
    assert (row.outcome.present, row.outcome.served_minutes) == (Composition(), 0)
    assert row.outcome.absent == Composition(staff=1, security=1, police=1)
    kept.look(8, 32)
    assert kept.month(STAFF_1) == (0, 0, 0, 0, 1)


def test_the_last_correction_counts_and_what_nobody_saw_is_not_written_over(
    kept: Attendance, school: Caller
) -> None:
    assert school.post("/api/attendance/corrections", asked(kept, STAFF_1, None)).status_code == 200
    stale = school.post("/api/attendance/corrections", asked(kept, STAFF_1, (7, 20)))
    assert code(stale) == (409, "correction_changed")
    assert school.post("/api/attendance/corrections", asked(kept, STAFF_1, (7, 20), seen=1)).json == {
        "corrected": 1
    }
    [row] = kept.rows()
    assert row.outcome.present == Composition(staff=1)
    assert [one["came_at"] is None for one in people(kept, school)["测试11"]["corrections"]] == [True, False]


def test_a_late_entry_that_comes_after_changes_nothing_of_what_was_corrected(
    kept: Attendance, school: Caller
) -> None:
    assert school.post("/api/attendance/corrections", asked(kept, SECURITY_1, (7, 20))).status_code == 200
    before = kept.rows()
    kept.look(9, 0)
    assert kept.rows() == before
    kept.look(9, 0, days=1)
    assert kept.rows()[0] == before[0]


def test_police_are_corrected_by_their_station_and_others_by_their_school(
    kept: Attendance, school: Caller, caller: SignIn
) -> None:
    police, staff = asked(kept, POLICE, (7, 20)), asked(kept, STAFF_1, (7, 20))
    assert code(school.post("/api/attendance/corrections", police)) == (403, "not_yours_to_correct")
    station = caller(kept.district.consoles["station_officer"])
    assert code(station.post("/api/attendance/corrections", staff)) == (403, "not_yours_to_correct")
    assert station.post("/api/attendance/corrections", police).status_code == 200
    dispatcher = caller(kept.district.consoles["dispatcher"])
    assert code(dispatcher.post("/api/attendance/corrections", staff)) == (403, "not_your_role")


def test_what_is_no_record_of_the_scope_is_not_found(kept: Attendance, school: Caller) -> None:
    def says(**more: Any) -> tuple[int, str]:
        return code(school.post("/api/attendance/corrections", asked(kept, STAFF_1, (7, 20), **more)))

    assert says(account_id=kept.district.guards[0][VOLUNTEER_1]) == (404, "not_found")
    assert says(post_id=kept.district.posts[1]) == (404, "not_found")
    assert says(peak="afternoon_dismissal") == (404, "not_found")
    assert says(reason=" ") == (422, "bad_input")


@pytest.mark.parametrize(
    ("came", "left"),
    [((8, 0), (8, 20)), ((7, 40), (7, 30)), ((4, 0), (8, 0)), ((7, 20), (8, 40)), ((6, 0), (7, 10))],
)
def test_times_belong_to_the_peak_and_are_past(
    kept: Attendance, school: Caller, came: tuple[int, int], left: tuple[int, int]
) -> None:
    body = asked(kept, STAFF_1, came, left_at=kept.at(*left).isoformat())
    assert code(school.post("/api/attendance/corrections", body)) == (422, "stay_outside_peak")
    half = asked(kept, STAFF_1, (7, 20), left_at=None)
    assert code(school.post("/api/attendance/corrections", half)) == (422, "stay_outside_peak")


def test_a_peak_of_long_ago_is_not_corrected(kept: Attendance, caller: SignIn) -> None:
    kept.clock.set(kept.at(9, 0, days=32))
    school = caller(kept.district.consoles["school_admin"])
    answer = school.post("/api/attendance/corrections", asked(kept, STAFF_1, (7, 20)))
    assert code(answer) == (409, "too_long_ago")


def test_a_correction_is_in_the_audit_log_and_erasure_blanks_its_reason(
    kept: Attendance, school: Caller
) -> None:
    assert school.post("/api/attendance/corrections", asked(kept, STAFF_1, (7, 20))).status_code == 200
    with kept.store.read() as connection:
        row = audit.audit_row
        one = connection.execute(select(row).where(row.c.act == "correct_attendance")).one()
    assert (one.actor_id, one.subject_id) == (school.account_id, kept.district.guards[0][STAFF_1])
    assert one.facts == {
        "post_id": kept.district.posts[0],
        "date": "2026-11-23",
        "peak": "morning_arrival",
        "came_at": "07:20",
        "left_at": "08:00",
        "reason": "手机没电，门卫证实",
    }
    with kept.store.transaction(kept.clock.now() + timedelta(minutes=1)) as transaction:
        transaction.announce(PersonErased(kept.district.guards[0][STAFF_1], None))
    with kept.store.read() as connection:
        assert connection.execute(select(correction.c.reason)).scalar_one() == ""
