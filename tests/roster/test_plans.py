"""A school plans its week seat by seat, publishes it, and guards see what was published alone."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from server.core.database.event_log import event
from server.core.database.transaction import Store
from server.duty.jobs import Openings
from server.duty.queries import coverage
from server.people.tables import account, consent
from server.people.tables.absences import absence
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import POLICE, SECURITY_1, SECURITY_2, STAFF_1, STAFF_2, VOLUNTEER_1
from tests.tools.plans import AFTERNOON_PEAK, edit, planned, published, seat, week
from tests.tools.statements import counted

SignIn = Callable[[int | None], Caller]
# The test's Monday is 2026-11-23, 07:15.
THIS, NEXT, TUESDAY = "2026-11-23", "2026-11-30", "2026-12-01"


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["school_admin"])


def test_a_week_has_the_seats_that_the_rules_of_staffing_ask_for(
    desk: Caller, district: SmallDistrict
) -> None:
    found = week(desk, NEXT)
    assert (found["school_id"], found["week"]) == (district.schools[0], NEXT)
    assert found["may_plan"] == ["staff", "security", "volunteer"]
    assert [one["school_day"] for one in found["days"]] == [True] * 5 + [False] * 2
    assert {one["provisional"] for one in found["days"]} == {True}, "no source fills this district's calendar"
    [post] = found["posts"]
    assert len(post["peaks"]) == 10
    assert len(post["seats"]) == 70
    groups = [one["group"] for one in post["seats"][:7]]
    assert groups == ["staff", "staff", "security", "security", "volunteer", "volunteer", "police"]
    assert {(one["account_id"], one["version"], one["needed"]) for one in post["seats"]} == {(None, 0, True)}


def test_a_guard_takes_a_seat_and_leaves_it_and_nobody_writes_over_what_he_has_not_seen(
    desk: Caller, district: SmallDistrict
) -> None:
    post, guard = district.posts[0], district.guards[0][STAFF_1]
    assert planned(desk, edit(post, TUESDAY, "staff", guard)).json == {"seats": 1}
    shown = seat(week(desk, NEXT), TUESDAY, "staff")
    assert (shown["name"], shown["version"], shown["source"], shown["conflicts"]) == ("测试11", 1, "hand", [])
    stale = planned(desk, edit(post, TUESDAY, "staff", None))
    assert code(stale) == (409, "seat_changed")
    assert planned(desk, edit(post, TUESDAY, "staff", None, version=1)).status_code == 200
    shown = seat(week(desk, NEXT), TUESDAY, "staff")
    assert (shown["account_id"], shown["version"]) == (None, 2)


def test_two_change_places_in_one_write_and_a_write_is_taken_whole_or_not_at_all(
    desk: Caller, district: SmallDistrict
) -> None:
    post, (one, other) = district.posts[0], district.guards[0][:2]
    both = (edit(post, TUESDAY, "staff", one), edit(post, TUESDAY, "staff", other, number=2))
    assert planned(desk, *both).json == {"seats": 2}
    swapped = (
        edit(post, TUESDAY, "staff", other, version=1),
        edit(post, TUESDAY, "staff", one, number=2, version=1),
    )
    assert planned(desk, *swapped).json == {"seats": 2}
    half = (
        edit(post, "2026-12-02", "staff", one),
        edit(post, "2026-12-02", "security", one),
    )
    assert code(planned(desk, *half)) == (409, "other_group")
    found = week(desk, NEXT)
    assert [seat(found, TUESDAY, "staff", n)["account_id"] for n in (1, 2)] == [other, one]
    assert seat(found, "2026-12-02", "staff")["account_id"] is None


def test_what_speaks_against_somebody_is_said_at_once(
    desk: Caller, district: SmallDistrict, app_store: Store, clock: WoundClock, caller: SignIn
) -> None:
    post, guards = district.posts[0], district.guards[0]
    taken = edit(post, TUESDAY, "security", guards[SECURITY_1])

    def says(one: dict[str, object]) -> str:
        return code(planned(desk, one))[1]

    assert says(edit(post, TUESDAY, "security", guards[STAFF_1])) == "other_group"
    assert says(edit(post, TUESDAY, "security", 10_000)) == "not_found"
    assert says(edit(post, "2026-12-05", "security", guards[SECURITY_1])) == "no_such_seat"
    assert says(edit(post, TUESDAY, "security", guards[SECURITY_1], number=3)) == "no_such_seat"
    assert says(edit(post, "2026-11-20", "security", guards[SECURITY_1])) == "peak_over"
    assert says(edit(post, TUESDAY, "police", guards[POLICE])) == "not_your_role"
    assert says(edit(district.posts[1], TUESDAY, "staff", guards[STAFF_1])) == "not_found"
    now = clock.now()
    with app_store.transaction(now) as transaction:
        leave = {"account_id": guards[SECURITY_1], "kind": "ill", "entered_at": now}
        days = {"first_day": date(2026, 11, 30), "last_day": date(2026, 12, 1)}
        transaction.connection.execute(insert(absence).values(**leave, **days))
    assert says(taken) == "person_away"
    with app_store.transaction(now) as transaction:
        transaction.connection.execute(update(absence).values(withdrawn_at=now))
        transaction.connection.execute(
            update(consent)
            .where(consent.c.account_id == guards[SECURITY_1], consent.c.kind == "identity")
            .values(withdrawn_at=now)
        )
    assert says(taken) == "no_consent"
    for status, told in (("pending", "person_pending"), ("suspended", "person_suspended")):
        with app_store.transaction(now) as transaction:
            his = account.c.id == guards[SECURITY_1]
            transaction.connection.execute(update(account).where(his).values(status=status))
        assert says(taken) == told
    assert planned(desk, edit(post, TUESDAY, "security", guards[SECURITY_2])).status_code == 200
    again = edit(post, TUESDAY, "security", guards[SECURITY_2], number=2)
    assert says(again) == "two_places"
    station = caller(district.consoles["district_admin"])
    there = edit(district.posts[1], TUESDAY, "police", guards[POLICE])
    assert planned(station, there).status_code == 200
    answer = planned(station, edit(post, TUESDAY, "police", guards[POLICE]))
    assert answer.json["code"] == "two_places"  # type: ignore[index]
    assert answer.json["facts"]["post_name"] == "青禾第2小学 南门"  # type: ignore[index]


def test_more_duties_a_week_than_usual_are_asked_about_and_may_be_meant(
    desk: Caller, district: SmallDistrict
) -> None:
    post, volunteer = district.posts[0], district.guards[0][VOLUNTEER_1]
    days = ["2026-11-30", *(f"2026-12-0{n}" for n in range(1, 5))]
    assert planned(desk, *(edit(post, on, "volunteer", volunteer) for on in days)).status_code == 200
    sixth = edit(post, TUESDAY, "volunteer", volunteer, peak=AFTERNOON_PEAK)
    answer = planned(desk, sixth)
    assert code(answer) == (409, "too_many_duties")
    assert answer.json["facts"]["name"] == "测试15"  # type: ignore[index]
    assert planned(desk, sixth, anyway=True).status_code == 200
    assert seat(week(desk, NEXT), TUESDAY, "volunteer", peak=AFTERNOON_PEAK)["conflicts"] == [
        "too_many_duties"
    ]
    assert published(desk, NEXT, district.schools[0]).json == {"given": 6, "taken": 0, "people": 1, "told": 1}


def test_a_draft_is_invisible_until_it_is_published_and_publishing_says_what_changed(
    desk: Caller, district: SmallDistrict, caller: SignIn, app_store: Store
) -> None:
    post, school, (one, other) = district.posts[0], district.schools[0], district.guards[0][:2]
    assert planned(desk, edit(post, TUESDAY, "staff", one)).status_code == 200
    phone = caller(one)
    assert phone.get("/api/me/duties").json["items"] == []  # type: ignore[index]
    assert code(published(desk, NEXT, school, "0" * 32)) == (409, "plan_changed")
    assert published(desk, NEXT, school).json == {"given": 1, "taken": 0, "people": 1, "told": 1}
    [duty] = phone.get("/api/me/duties").json["items"]  # type: ignore[index]
    assert (duty["post_name"], duty["date"], duty["starts_at"]) == (
        "青禾第1小学 南门",
        TUESDAY,
        "2026-11-30T23:20:00.000Z",
    )
    assert duty["provisional"], "no source fills this district's calendar"
    assert code(published(desk, NEXT, school)) == (409, "nothing_to_publish")
    assert planned(desk, edit(post, TUESDAY, "staff", other, version=1)).status_code == 200
    shown = seat(week(desk, NEXT), TUESDAY, "staff")
    assert (shown["name"], shown["published_name"]) == ("测试12", "测试11")
    assert len(phone.get("/api/me/duties").json["items"]) == 1  # type: ignore[index]
    assert published(desk, NEXT, school).json == {"given": 1, "taken": 1, "people": 2, "told": 2}
    assert phone.get("/api/me/duties").json["items"] == []  # type: ignore[index]
    with app_store.read() as connection:
        told = connection.execute(select(event.c.data).where(event.c.name == "roster.published")).scalars()
        assert len(told.all()) == 2


def test_whoever_cannot_take_his_seat_by_now_is_not_published(
    desk: Caller, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    post, guard = district.posts[0], district.guards[0][STAFF_2]
    assert planned(desk, edit(post, TUESDAY, "staff", guard)).status_code == 200
    with app_store.transaction(clock.now()) as transaction:
        his = account.c.id == guard
        transaction.connection.execute(update(account).where(his).values(status="suspended"))
    assert seat(week(desk, NEXT), TUESDAY, "staff")["conflicts"] == ["person_suspended"]
    answer = published(desk, NEXT, district.schools[0])
    assert code(answer) == (409, "plan_has_conflicts")
    assert answer.json["facts"]["name"] == "测试12"  # type: ignore[index]


def test_what_is_published_of_another_school_holds_until_that_school_publishes_otherwise(
    district: SmallDistrict, caller: SignIn
) -> None:
    desk, police = caller(district.consoles["district_admin"]), district.guards[0][POLICE]
    here, there = district.posts[:2]
    assert planned(desk, edit(there, TUESDAY, "police", police)).status_code == 200
    assert published(desk, NEXT, district.schools[1]).status_code == 200
    assert planned(desk, edit(there, TUESDAY, "police", None, version=1)).status_code == 200
    assert code(planned(desk, edit(here, TUESDAY, "police", police))) == (409, "two_places")
    assert published(desk, NEXT, district.schools[1]).json == {"given": 0, "taken": 1, "people": 1, "told": 1}
    assert planned(desk, edit(here, TUESDAY, "police", police)).status_code == 200


def test_whoever_is_published_is_expected_and_others_of_the_list_are_not_refused(
    app: Flask, desk: Caller, district: SmallDistrict, caller: SignIn, app_store: Store, clock: WoundClock
) -> None:
    post, guards = district.posts[0], district.guards[0]
    # Nobody of the imported list names him for the afternoon; the peak is today.
    for peak, on in ((AFTERNOON_PEAK, THIS), ("morning_arrival", THIS)):
        assert planned(desk, edit(post, on, "staff", guards[STAFF_2], peak=peak)).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200
    for _step in Openings(app_store, app.extensions["huxue"].limits).work(clock.now()):
        continue
    console = caller(district.consoles["dispatcher"])
    people = console.get(f"/api/coverage/{post}").json["rostered"]  # type: ignore[index]
    assert [one["account_id"] for one in people] == [guards[STAFF_2]]
    for guard in (guards[STAFF_2], guards[SECURITY_1]):
        sent = {"post_code": district.codes[0], "fix": None, "claimed_at": clock.now().isoformat()}
        came = caller(guard).post("/api/check-ins", {**sent, "queued": False})
        assert came.status_code == 201, came.json
        assert "not_rostered" not in came.json["flags"]  # type: ignore[index]
    clock.wind(minutes=20)
    for _step in Openings(app_store, app.extensions["huxue"].limits).work(clock.now()):
        continue
    with app_store.read() as connection:
        line = next(one for one in coverage.lines(connection) if one["post_id"] == post)
    assert line["no_shows"] == []


def test_a_seat_of_what_was_cannot_be_changed_and_stays_published(
    desk: Caller, district: SmallDistrict, clock: WoundClock
) -> None:
    post, guard = district.posts[0], district.guards[0][STAFF_1]
    assert planned(desk, edit(post, THIS, "staff", guard)).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200
    clock.wind(minutes=60)
    assert code(planned(desk, edit(post, THIS, "staff", None, version=1))) == (409, "peak_over")
    assert code(published(desk, THIS, district.schools[0])) == (409, "nothing_to_publish")
    assert seat(week(desk, THIS), THIS, "staff")["published_id"] == guard


def test_candidates_are_those_of_the_group_the_free_and_least_busy_first(
    desk: Caller, district: SmallDistrict
) -> None:
    post, guards = district.posts[0], district.guards[0]
    assert planned(desk, edit(post, TUESDAY, "security", guards[SECURITY_1])).status_code == 200
    asked = {"post_id": post, "date": "2026-12-02", "peak": "morning_arrival", "group": "security", "seat": 2}
    found = desk.get("/api/roster/candidates", **asked).json
    assert [(one["name"], one["duties"], one["conflicts"]) for one in found["items"]] == [  # type: ignore[index]
        ("测试14", 0, []),
        ("测试13", 1, []),
    ]
    found = desk.get("/api/roster/candidates", **{**asked, "date": TUESDAY, "text": "13"}).json
    [one] = found["items"]  # type: ignore[index]
    assert (one["conflicts"], one["post_name"]) == (["two_places"], "青禾第1小学 南门")


def test_a_page_of_a_week_takes_as_many_statements_however_many_stand_there(
    desk: Caller, district: SmallDistrict, app_store: Store
) -> None:
    def statements() -> int:
        with counted(app_store) as made:
            week(desk, NEXT)
        return len(made.work)

    empty = statements()
    post, guards = district.posts[0], district.guards[0]
    days = ["2026-11-30", *(f"2026-12-0{n}" for n in range(1, 5))]
    rows = [
        edit(post, on, group, guards[at], number=number)
        for on in days
        for at, group, number in ((0, "staff", 1), (1, "staff", 2), (2, "security", 1), (3, "security", 2))
    ]
    assert planned(desk, *rows).json == {"seats": 20}
    one = statements()
    assert published(desk, NEXT, district.schools[0]).status_code == 200
    assert statements() == one <= empty + 5


@pytest.mark.parametrize(
    ("role", "sees", "plans"),
    [("station_officer", 200, ["police"]), ("dispatcher", 200, []), ("auditor", 403, [])],
)
def test_others_see_their_schools_and_plan_what_is_theirs(
    caller: SignIn, district: SmallDistrict, role: str, sees: int, plans: list[str]
) -> None:
    mine = caller(district.consoles[role])
    answer = mine.get("/api/roster/week", week=NEXT, school_id=district.schools[0])
    assert answer.status_code == sees
    if sees == 200:
        assert answer.json["may_plan"] == plans  # type: ignore[index]
    staff = edit(district.posts[0], TUESDAY, "staff", district.guards[0][STAFF_1])
    assert code(planned(mine, staff)) == (403, "not_your_role")
    if role == "station_officer":
        far = mine.get("/api/roster/week", week=NEXT, school_id=district.schools[2])
        assert far.status_code == 404
        police = edit(district.posts[0], TUESDAY, "police", district.guards[0][POLICE])
        assert planned(mine, police).status_code == 200
        assert published(mine, NEXT, district.schools[0]).status_code == 200
