"""Approval by the roster, by one tap for a selection, and handing on those who wait too long."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update

from server.calendar.tables import roster
from server.core.audit import audit_row
from server.core.database import event_log
from server.core.database.transaction import Store
from server.people.tables import account
from server.setup.actions.imports import ImportRequest, import_file
from tests.duty.test_check_ins import body
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.import_file import workbook
from tests.tools.keys import sealed
from tests.tools.phone import Phone

SignIn = Callable[[int | None], Caller]
NEW = "19900008888"


def put_on_roster(store: Store, clock: WoundClock, post_id: int, category: str, phone: str = NEW) -> None:
    row = {"post_id": post_id, "phone": phone, "name": "测试新人", "category": category}
    with store.transaction(clock.now()) as transaction:
        connection = transaction.connection
        values = sealed(connection, roster, **row)
        connection.execute(insert(roster).values(**values, peak="morning_arrival", weekdays=31))


def newcomer(app: Flask, district: SmallDistrict, phone: str, category: str = "volunteer") -> int:
    number: int = Phone(app, phone).register(district.codes[0], category=category).json["me"]["account"]["id"]
    return number


def status_of(store: Store, account_id: int) -> str:
    with store.read() as connection:
        query = select(account.c.status).where(account.c.id == account_id)
        return str(connection.execute(query).scalar_one())


@pytest.mark.parametrize(
    ("post", "rostered", "claimed", "status"),
    [
        (0, "volunteer", "volunteer", "approved"),
        (0, "duty_leader", "duty_leader", "approved"),
        (0, "volunteer", "duty_leader", "pending"),
        (1, "volunteer", "volunteer", "pending"),
        (0, "police", "police", "pending"),
    ],
)
def test_whom_the_roster_of_his_school_has_in_that_category_is_approved_by_it_and_never_police(
    app: Flask,
    app_store: Store,
    district: SmallDistrict,
    clock: WoundClock,
    post: int,
    rostered: str,
    claimed: str,
    status: str,
) -> None:
    put_on_roster(app_store, clock, district.posts[post], rostered)
    me = Phone(app, NEW).register(district.codes[0], category=claimed).json["me"]["account"]
    assert me["status"] == status
    with app_store.read() as connection:
        rows = connection.execute(
            select(audit_row.c.act, audit_row.c.actor_id, audit_row.c.facts)
            .where(audit_row.c.subject_id == me["id"])
            .order_by(audit_row.c.id)
        ).all()
        told = [one.data["status"] for one in event_log.since(connection, 0) if one.name == "guard.changed"]
    by_roster = [("guard.approved", None, {"by": "roster"})] if status == "approved" else []
    assert [tuple(row) for row in rows][1:] == by_roster
    assert told == (["pending", "approved"] if by_roster else ["pending"])


def test_a_name_like_an_offices_is_asked_about_though_the_roster_has_the_telephone(
    app: Flask, app_store: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    put_on_roster(app_store, clock, district.posts[0], "volunteer")
    answer = Phone(app, NEW).register(district.codes[0], category="volunteer", name="指挥中心")
    assert answer.json["me"]["account"]["status"] == "pending"


def test_an_import_approves_who_waits_but_nobody_who_was_suspended(
    app: Flask, app_store: Store, district: SmallDistrict, clock: WoundClock, caller: SignIn
) -> None:
    phones = ["19900008801", "19900008802"]
    waits, suspended = (newcomer(app, district, phone) for phone in phones)
    caller(district.consoles["school_admin"]).post(f"/api/guards/{suspended}/approval", {"approved": False})
    sheet = [
        ["姓名", "手机号", "类别", "护学岗", "高峰", "星期"],
        *(["测试新人", phone, "志愿者", "青禾第1小学 南门", "早上学", "一至五"] for phone in phones),
    ]
    content = {"排班 rosters": sheet}
    dry = ImportRequest(content=workbook(content), filename="rosters.xlsx", dry_run=True)
    assert import_file(app_store, wanted=dry, now=clock.now()).approved == 1
    assert status_of(app_store, waits) == "pending"
    wanted = ImportRequest(content=workbook(content), filename="rosters.xlsx")
    done = import_file(app_store, wanted=wanted, now=clock.now())
    assert (done.errors, done.approved) == ((), 1)
    assert (status_of(app_store, waits), status_of(app_store, suspended)) == ("approved", "suspended")
    assert import_file(app_store, wanted=wanted, now=clock.now()).approved == 0


def test_approval_lets_a_check_in_count_that_waited_for_nothing_else(
    app: Flask, app_store: Store, district: SmallDistrict, clock: WoundClock, caller: SignIn
) -> None:
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(delete(roster))
    numbers = [newcomer(app, district, f"1990000880{n}", "teacher") for n in range(2)]
    guards = [caller(number) for number in numbers]
    for guard, more in zip(guards, ({}, {"fix": None}), strict=True):
        guard.post("/api/check-ins", body(district.codes[0], clock.now(), **more))
    school = caller(district.consoles["school_admin"])
    assert school.post("/api/guards/approvals", {"account_ids": numbers}).status_code == 200
    duties = [guard.get("/api/duty").json["check_in"] for guard in guards]
    assert [(one["verified"], one["flags"]) for one in duties] == [(True, []), (False, ["no_fix"])]
    assert guards[0].get("/api/duty").json["line"]["present"]["staff"] == 1


def test_one_tap_approves_a_selection_of_those_who_wait(
    app: Flask, app_store: Store, district: SmallDistrict, clock: WoundClock, caller: SignIn
) -> None:
    numbers = [newcomer(app, district, f"1990000881{n}") for n in range(3)]
    asked = Phone(app, "19900008819").register(district.codes[0], category="volunteer", name="110")
    named = asked.json["me"]["account"]["id"]
    school = caller(district.consoles["school_admin"])
    school.post(f"/api/guards/{numbers[2]}/approval", {"approved": False})
    request = {"request_id": str(uuid4()), "account_ids": [*numbers, named, numbers[0]]}
    answer = school.post("/api/guards/approvals", request)
    assert [one["id"] for one in answer.json["items"]] == numbers[:2]
    assert {one["status"] for one in answer.json["items"]} == {"approved"}
    assert answer.json["left"] == sorted([numbers[2], named])
    assert school.post("/api/guards/approvals", request).json == answer.json
    assert [status_of(app_store, one) for one in (*numbers, named)] == [
        "approved",
        "approved",
        "suspended",
        "pending",
    ]


def test_a_selection_with_one_of_another_scope_decides_nothing(
    app: Flask, app_store: Store, district: SmallDistrict, caller: SignIn
) -> None:
    own = newcomer(app, district, NEW)
    officer = newcomer(app, district, "19900008887", "police")
    for role, foreign in (("school_admin", officer), ("station_officer", own)):
        both = {"account_ids": [own, officer]}
        assert code(caller(district.consoles[role]).post("/api/guards/approvals", both)) == (404, "not_found")
        assert status_of(app_store, foreign) == "pending"
    station = caller(district.consoles["station_officer"])
    assert station.post("/api/guards/approvals", {"account_ids": [officer]}).status_code == 200
    assert code(caller(own).post("/api/guards/approvals", {"account_ids": [own]}))[0] == 403
    for role in ("dispatcher", "district_admin", "auditor"):
        answer = caller(district.consoles[role]).post("/api/guards/approvals", {"account_ids": [own]})
        assert code(answer) == (403, "not_your_role"), role
    wrong: list[Any] = [[], [own] * 201, [0], "all"]
    for ids in wrong:
        assert station.post("/api/guards/approvals", {"account_ids": ids}).status_code == 422


def test_the_district_sees_who_waits_longest_and_hands_a_schools_on_to_its_station(
    app: Flask, app_store: Store, district: SmallDistrict, clock: WoundClock, caller: SignIn
) -> None:
    first = newcomer(app, district, "19900008801")
    since = clock.now()
    clock.wind(minutes=60 * 24)
    second = newcomer(app, district, "19900008802")
    officer = newcomer(app, district, "19900008803", "police")
    admin, station = (caller(district.consoles[role]) for role in ("district_admin", "station_officer"))
    units = admin.get("/api/guards/waiting").json["items"]
    assert [(one["school_id"], one["waiting"], one["handed_on"]) for one in units] == [
        (district.schools[0], 2, 0),
        (None, 1, 0),
    ]
    assert units[0]["since"].startswith(since.isoformat()[:16])
    assert [one["station_name"] for one in units] == ["第1派出所", "第1派出所"]
    assert first not in {one["id"] for one in station.get("/api/guards", status="pending").json["items"]}
    approve = {"account_ids": [first]}
    assert code(station.post("/api/guards/approvals", approve)) == (404, "not_found")

    handed = admin.post("/api/guards/handing-on", {"school_id": district.schools[0]})
    assert handed.json == {"handed_on": 2}
    seen = {one["id"]: one for one in station.get("/api/guards", status="pending").json["items"]}
    assert set(seen) == {first, second, officer}
    assert all(one["may_decide"] for one in seen.values())
    assert seen[first]["handed_on_at"] is not None and seen[officer]["handed_on_at"] is None
    one_tap = {"request_id": str(uuid4()), **approve}
    answer = station.post("/api/guards/approvals", one_tap)
    assert answer.json["items"][0]["status"] == "approved"
    assert station.post("/api/guards/approvals", one_tap).json == answer.json
    school = caller(district.consoles["school_admin"])
    assert school.post("/api/guards/approvals", {"account_ids": [second]}).status_code == 200
    assert admin.post("/api/guards/handing-on", {"school_id": district.schools[0]}).json == {"handed_on": 0}
    with app_store.read() as connection:
        recorded = connection.execute(
            select(audit_row.c.actor_id, audit_row.c.facts).where(audit_row.c.act == "hand_on")
        ).all()
    facts = {"school_id": district.schools[0], "people": 2}
    assert [tuple(row) for row in recorded] == [(district.consoles["district_admin"], facts)]


def test_only_the_district_hands_on_and_only_schools_of_its_own(
    app: Flask, app_store: Store, district: SmallDistrict, clock: WoundClock, caller: SignIn
) -> None:
    newcomer(app, district, NEW)
    for role in ("school_admin", "station_officer", "dispatcher", "auditor"):
        who = caller(district.consoles[role])
        assert code(who.post("/api/guards/handing-on", {"school_id": district.schools[0]}))[0] == 403
        assert code(who.get("/api/guards/waiting"))[0] == 403
    admin = caller(district.consoles["district_admin"])
    assert code(admin.post("/api/guards/handing-on", {"school_id": 4_000_000})) == (404, "not_found")
    # Another station's officer sees nobody of them.
    admin.post("/api/guards/handing-on", {"school_id": district.schools[0]})
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(account)
            .where(account.c.id == district.consoles["station_officer"])
            .values(station_id=district.stations[1])
        )
    other = caller(district.consoles["station_officer"])
    assert other.get("/api/guards", status="pending").json["items"] == []


def registered_at(by: Caller, account_id: int) -> str:
    items = by.get("/api/guards", status="pending").json["items"]
    return str(next(one["registered_at"] for one in items if one["id"] == account_id))


@pytest.mark.parametrize("together", [False, True])
def test_a_claim_that_was_changed_behind_the_page_is_not_approved_unseen(
    app: Flask, app_store: Store, district: SmallDistrict, clock: WoundClock, caller: SignIn, together: bool
) -> None:
    """The school sees a volunteer; the tap comes when he has registered anew as one who leads."""
    number = newcomer(app, district, NEW)
    school = caller(district.consoles["school_admin"])
    seen = registered_at(school, number)
    clock.wind(seconds=1)
    closing = {"kind": "identity", "version": "2026-11", "given": False}
    assert caller(number).post("/api/me/consents", closing).status_code == 200
    assert newcomer(app, district, NEW, "duty_leader") == number

    def approve(shown: str | None) -> tuple[int, str]:
        if together:
            claims = [{"account_id": number, "registered_at": shown}] if shown else []
            body = {"account_ids": [number], "claims": claims}
            answer = school.post("/api/guards/approvals", body)
            assert answer.json["left"] == ([number] if shown == seen else [])
        else:
            more = {"registered_at": shown} if shown else {}
            answer = school.post(f"/api/guards/{number}/approval", {"approved": True, **more})
            assert answer.status_code == 200 or code(answer) == (409, "claim_changed")
        return answer.status_code, status_of(app_store, number)

    assert approve(seen)[1] == "pending"
    assert approve(registered_at(school, number)) == (200, "approved")


@pytest.mark.parametrize("together", [False, True])
def test_a_page_of_before_approves_without_saying_what_it_showed(
    app: Flask, app_store: Store, district: SmallDistrict, caller: SignIn, together: bool
) -> None:
    number = newcomer(app, district, NEW)
    school = caller(district.consoles["school_admin"])
    path = "/api/guards/approvals" if together else f"/api/guards/{number}/approval"
    body: dict[str, Any] = {"account_ids": [number]} if together else {"approved": True}
    assert school.post(path, body).status_code == 200
    assert status_of(app_store, number) == "approved"


def test_a_changed_claim_is_refused_by_whoever_looks_at_the_old_one(
    app: Flask, app_store: Store, district: SmallDistrict, caller: SignIn
) -> None:
    """To suspend somebody nobody need have seen his newest claim."""
    number = newcomer(app, district, NEW)
    body = {"approved": False, "registered_at": "2026-01-01T00:00:00Z"}
    school = caller(district.consoles["school_admin"])
    assert school.post(f"/api/guards/{number}/approval", body).json["status"] == "suspended"
