"""Being found, approved or refused."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from server.core.audit import audit_row
from server.core.database import event_log
from server.core.database.transaction import Store
from server.people.tables import account
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import SECURITY_1, STAFF_2, VOLUNTEER_1, put_on_duty
from tests.tools.phone import Phone

SignIn = Callable[[int | None], Caller]
NEW = "19900008888"


@pytest.fixture
def data(app: Flask, district: SmallDistrict) -> Store:
    """Give the application's store, with the small district in it."""
    store: Store = app.extensions["huxue"].store
    return store


def _told(store: Store, name: str) -> list[event_log.Event]:
    with store.read() as connection:
        return [one for one in event_log.since(connection, 0) if one.name == name]


def _approve(who: Caller, account_id: int, approved: bool = True, **more: Any) -> Any:
    return who.post(f"/api/guards/{account_id}/approval", {"approved": approved, **more})


def test_the_school_approves_its_own_and_the_guard_hears_of_it(
    app: Flask, data: Store, district: SmallDistrict, caller: SignIn
) -> None:
    """One tap, also for volunteers; the same tap again changes nothing."""
    mine = Phone(app, NEW).register(district.codes[0], category="volunteer").json["me"]["account"]["id"]
    admin = caller(district.consoles["school_admin"])
    waiting = admin.get("/api/guards", status="pending").json
    assert [item["id"] for item in waiting["items"]] == [mine]
    assert waiting["items"][0]["phone_masked"] == "199****8888"
    body = {"request_id": str(uuid4())}
    first = _approve(admin, mine, **body)
    assert (first.status_code, first.json["status"]) == (200, "approved")
    assert _approve(admin, mine, **body).json == first.json
    assert _approve(admin, mine, approved=False, **body).json["code"] == "request_id_reused"
    _approve(admin, mine)
    told = [one.data for one in _told(data, "guard.changed")]
    assert told == [{"account_id": mine, "status": status} for status in ("pending", "approved")]
    with data.read() as connection:
        acts = connection.execute(
            select(audit_row.c.act, audit_row.c.actor_id)
            .where(audit_row.c.subject_id == mine)
            .order_by(audit_row.c.id)
        ).all()
    assert [tuple(row) for row in acts] == [
        ("guard.registered", mine),
        ("guard.approved", district.consoles["school_admin"]),
    ]


def test_only_the_right_scope_decides(
    app: Flask, data: Store, district: SmallDistrict, caller: SignIn
) -> None:
    """404 for another school's, another station's, police by a school, a console user; 403 for other roles."""
    leader, police = district.guards[0][0], district.guards[0][6]
    cases = [
        ("school_admin", leader, 200),
        ("school_admin", police, 404),
        ("school_admin", district.guards[1][0], 404),
        ("school_admin", district.consoles["dispatcher"], 404),
        ("school_admin", 10**9, 404),
        ("station_officer", police, 200),
        ("station_officer", leader, 404),
        ("station_officer", district.guards[2][6], 404),
        ("dispatcher", leader, 403),
        ("district_admin", leader, 403),
        ("auditor", leader, 403),
    ]
    callers = {role: caller(number) for role, number in district.consoles.items()}
    for role, number, status in cases:
        assert _approve(callers[role], number).status_code == status, (role, number)
    assert _approve(caller(leader), leader).status_code == 403
    assert _approve(caller(None), leader).status_code == 401
    assert _approve(callers["school_admin"], 10**30).status_code == 404


def test_a_refused_guard_is_suspended_and_signed_out(
    app: Flask, data: Store, district: SmallDistrict, caller: SignIn
) -> None:
    """His sessions end, the hubs are told to close the sockets, and he cannot come back by himself."""
    phone = Phone(app, "19900000000")
    phone.sign_in()
    school = caller(district.consoles["school_admin"])
    answer = _approve(school, district.guards[0][0], approved=False, reason="不再护学")
    assert answer.json["status"] == "suspended"
    assert phone.get("/api/me").status_code == 401
    assert len(_told(data, "session.ended")) == 1
    refused = Phone(app, "19900000000").sign_in()
    assert (refused.status_code, refused.json["code"]) == (403, "suspended")
    _approve(caller(district.consoles["school_admin"]), district.guards[0][0])
    assert Phone(app, "19900000000").sign_in().status_code == 200


def test_why_somebody_is_suspended_stands_in_the_audit_log(
    data: Store, district: SmallDistrict, caller: SignIn
) -> None:
    admin, guard = caller(district.consoles["school_admin"]), district.guards[0][SECURITY_1]
    assert _approve(admin, guard, approved=False, reason="不再护学").json["status"] == "suspended"
    assert _approve(admin, guard, approved=False, reason="长" * 121).status_code == 422
    with data.read() as connection:
        facts = connection.execute(
            select(audit_row.c.facts).where(
                audit_row.c.act == "guard.suspended", audit_row.c.subject_id == guard
            )
        ).scalar_one()
    assert facts == {"reason": "不再护学"}


def test_nobody_who_is_approved_is_suspended_without_a_reason(
    app: Flask, district: SmallDistrict, caller: SignIn
) -> None:
    """To decline a claim needs none, nor does saying once more what stands."""
    admin, guard = caller(district.consoles["school_admin"]), district.guards[0][SECURITY_1]
    for reason in ({}, {"reason": None}, {"reason": "长"}):
        assert code(_approve(admin, guard, approved=False, **reason)) == (422, "reason_missing")
    for blank in ("", "  ", "\u200b\u200b"):
        assert code(_approve(admin, guard, approved=False, reason=blank)) == (422, "bad_input")
    tried = {"approved": False, "request_id": str(uuid4())}
    assert code(_approve(admin, guard, **tried)) == (422, "reason_missing")
    assert _approve(admin, guard, **tried, reason="不再护学").json["status"] == "suspended"
    assert code(_approve(admin, guard, **tried, reason="别的原因")) == (409, "request_id_reused")
    assert _approve(admin, guard, approved=False).json["status"] == "suspended"
    waits = Phone(app, NEW).register(district.codes[0], category="volunteer").json["me"]["account"]["id"]
    assert _approve(admin, waits, approved=False).json["status"] == "suspended"


def test_everybody_sees_his_own_guards_only(district: SmallDistrict, caller: SignIn) -> None:
    """School its own, station its police, the district all, the auditor none."""

    def seen(role: str) -> set[int]:
        items = caller(district.consoles[role]).get("/api/guards", limit=100).json["items"]
        return {item["id"] for item in items}

    everybody = {number for team in district.guards for number in team}
    assert seen("school_admin") == set(district.guards[0][:6])
    assert seen("station_officer") == {district.guards[0][6], district.guards[1][6]}
    assert seen("dispatcher") == seen("district_admin") == everybody
    assert caller(district.consoles["auditor"]).get("/api/guards").status_code == 403
    assert caller(None).get("/api/guards").status_code == 401


def test_pages_follow_each_other_and_the_sixty_first_in_a_minute_is_refused(
    district: SmallDistrict, caller: SignIn, clock: WoundClock
) -> None:
    """Nobody scrapes the register."""
    who = caller(district.consoles["dispatcher"])
    seen: list[int] = []
    cursor: int | None = 0
    while cursor is not None:
        page = who.get("/api/guards", limit=4, cursor=cursor).json
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
    assert seen == sorted(number for team in district.guards for number in team)
    for _ in range(60 - 6):
        assert who.get("/api/guards", limit=1).status_code == 200
    answer = who.get("/api/guards", limit=1)
    assert (answer.status_code, answer.json["code"]) == (429, "too_many")
    assert caller(district.consoles["school_admin"]).get("/api/guards").status_code == 200
    clock.wind(minutes=1)
    assert who.get("/api/guards", limit=1).status_code == 200


def test_a_list_is_narrowed_to_a_category_a_school_and_who_never_was_on_duty(
    data: Store, district: SmallDistrict, caller: SignIn, clock: WoundClock
) -> None:
    admin, school = (caller(district.consoles[role]) for role in ("district_admin", "school_admin"))
    put_on_duty(data, district, post=0, seats=[SECURITY_1], now=clock.now())

    def found(who: Caller, **asked: Any) -> set[str]:
        items = who.get("/api/guards", status="approved", **asked).json["items"]  # type: ignore[index]
        return {one["name"] for one in items}

    assert found(school, category="security") == {"测试13", "测试14"}
    assert found(school, category="security", never_served="true") == {"测试14"}
    assert found(admin, category="security", school_id=district.schools[1]) == {"测试23", "测试24"}
    # What a school may not see no filter shows.
    assert found(school, school_id=district.schools[1]) == set()
    assert admin.get("/api/guards", category="mayor").status_code == 422


def test_a_list_is_narrowed_to_who_is_away_on_a_day(
    data: Store, district: SmallDistrict, caller: SignIn, clock: WoundClock
) -> None:
    def leaves(seat: int, first: str, last: str) -> tuple[Caller, int]:
        who = caller(district.guards[0][seat])
        body = {"first_day": first, "last_day": last, "kind": "leave"}
        return who, who.post("/api/me/absences", body).json["id"]  # type: ignore[index]

    leaves(STAFF_2, "2026-11-23", "2026-11-25")
    volunteer, number = leaves(VOLUNTEER_1, "2026-11-24", "2026-11-24")
    school = caller(district.consoles["school_admin"])

    def away(day: str, who: Caller = school) -> set[str]:
        return {one["name"] for one in who.get("/api/guards", away_on=day).json["items"]}

    assert away("2026-11-23") == away("2026-11-25") == {"测试12"}
    assert away("2026-11-24") == {"测试12", "测试15"}
    assert away("2026-11-22") == away("2026-11-26") == set()
    # Who took his leave back is not away.
    assert volunteer.post(f"/api/me/absences/{number}/withdrawal", {}).status_code == 200
    assert away("2026-11-24") == {"测试12"}
    # A console sees its own alone.
    assert away("2026-11-24", caller(district.consoles["station_officer"])) == set()
    assert away("2026-11-24", caller(district.consoles["district_admin"])) == {"测试12"}
    assert school.get("/api/guards", away_on="1999-01-01").status_code == 422


def test_names_are_found_as_they_stand(district: SmallDistrict, caller: SignIn) -> None:
    """Wild cards are characters like others."""
    who = caller(district.consoles["dispatcher"])
    assert len(who.get("/api/guards", name="测试1").json["items"]) == 7
    for nobody in ("%", "_", "\\", "测%1"):
        assert who.get("/api/guards", name=nobody).json["items"] == []


def _on_duty(caller: SignIn, district: SmallDistrict, seat: int, clock: WoundClock) -> Caller:
    guard = caller(district.guards[0][seat])
    body = {
        "post_code": district.codes[0],
        "claimed_at": clock.now().isoformat(),
        "device_id": f"device-{seat}",
        "fix": {"latitude": 31.88, "longitude": 117.25, "accuracy_m": 10, "at": clock.now().isoformat()},
    }
    answer = guard.post("/api/check-ins", body)
    assert answer.json["verified"], answer.json
    return guard


def test_who_may_assist_finds_people_of_his_school_by_name(
    district: SmallDistrict, caller: SignIn, clock: WoundClock
) -> None:
    """A duty leader and a security guard on verified duty; a name is needed, and phones stay masked."""
    for seat in (0, 2):
        guard = _on_duty(caller, district, seat, clock)
        assert guard.get("/api/guards").json["code"] == "name_too_short"
        assert guard.get("/api/guards", name="a").json["code"] == "name_too_short"
        items = guard.get("/api/guards", name="测").json["items"]
        assert {item["id"] for item in items} == set(district.guards[0][:6])
        assert all("****" in item["phone_masked"] for item in items)


def test_other_guards_find_nobody(
    data: Store, district: SmallDistrict, caller: SignIn, clock: WoundClock
) -> None:
    """Off duty, of another category, or not approved."""
    off_duty = caller(district.guards[0][0]).get("/api/guards", name="测试")
    assert (off_duty.status_code, off_duty.json["code"]) == (403, "not_on_verified_duty")
    volunteer = _on_duty(caller, district, 4, clock)
    assert volunteer.get("/api/guards", name="测试").json["code"] == "not_on_verified_duty"
    leader = _on_duty(caller, district, 0, clock)
    with data.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(account).where(account.c.id == district.guards[0][0]).values(status="pending")
        )
    assert leader.get("/api/guards", name="测试").json["code"] == "not_approved"
