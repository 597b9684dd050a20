"""Badges: printed for one's own people, held up at the post, and refused when they are lost, foreign or forged."""

from collections.abc import Callable
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from server.attendance.queries import corrections
from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.duty.files.badges import ON_A_PAGE, PrintedBadge, sheet
from server.duty.rules import badges as rules
from server.duty.service import badges as service
from server.duty.tables import badge, check_in
from server.people.tables import account
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import SECURITY_1, STAFF_1, VOLUNTEER_1, put_on_duty
from tests.tools.exports import job_of
from tests.tools.jobs import work_off

SignIn = Callable[[int | None], Caller]
SHEETS, LOOK, IN, OUT = (
    "/api/badges/sheets",
    "/api/badges/look",
    "/api/check-ins/assisted",
    "/api/check-outs/assisted",
)


@given(
    number=st.integers(1, 10**18 - 1),
    signature=st.from_regex(r"k[0-9a-f]{8}\.[A-Za-z0-9_-]{20}", fullmatch=True),
)
def test_what_is_written_is_read_again(number: int, signature: str) -> None:
    assert rules.read(rules.text_of(number, signature)) == (number, signature)


@given(text=st.text(max_size=200))
def test_what_is_no_badge_is_never_read_as_one(text: str) -> None:
    assert rules.read(text) is None


@pytest.fixture
def school(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["school_admin"])


@pytest.fixture
def leader(caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock) -> Caller:
    """Let a duty leader stand at the first post."""
    put_on_duty(app_store, district, post=0, seats=[STAFF_1], now=clock.now())
    leader = district.guards[0][STAFF_1]
    with app_store.transaction(clock.now()) as transaction:
        values = {"category": "duty_leader"}
        transaction.connection.execute(update(account).where(account.c.id == leader).values(**values))
    return caller(leader)


def printed(desk: Caller, *people: int) -> int:
    answer = desk.post(SHEETS, {"account_ids": list(people)})
    assert answer.status_code == 202, answer.json
    number: int = answer.json["id"]  # type: ignore[index]
    return number


def held_up(store: Store, account_id: int) -> str:
    """Give what the QR code of somebody's newest badge holds."""
    with store.read() as connection:
        newest = select(badge.c.id).where(badge.c.account_id == account_id).order_by(badge.c.id.desc())
        return service.signed(connection, connection.execute(newest.limit(1)).scalar_one())


def test_a_sheet_has_each_ones_code_and_printing_again_gives_the_same(
    app: Flask, school: Caller, district: SmallDistrict, app_store: Store
) -> None:
    people = district.guards[0][SECURITY_1], district.guards[0][VOLUNTEER_1]
    codes = []
    for _turn in range(2):
        number = printed(school, *people)
        work_off(app)
        assert job_of(school, number)["done"] == 2
        pdf = school.get(f"/api/jobs/{number}/file").data
        picture = pypdfium2.PdfDocument(BytesIO(pdf))[0].render(scale=3).to_pil()
        codes.append({found.text for found in zxingcpp.read_barcodes(picture)})
    assert codes[0] == codes[1] == {held_up(app_store, one) for one in people}


def test_ten_badges_are_on_a_page() -> None:
    card = PrintedBadge(
        "林一鸣", "保安", "青禾第一实验外国语小学东校区", "青禾区", 7, "HUXUE-BADGE:7:k0000.x"
    )
    assert len(pypdfium2.PdfDocument(BytesIO(sheet([card] * (ON_A_PAGE + 1))))) == 2
    with pytest.raises(ValueError, match="no badges"):
        sheet([])


def test_a_leader_scans_a_badge_and_checks_its_owner_in_and_out(
    school: Caller, leader: Caller, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    helped = district.guards[0][SECURITY_1]
    printed(school, helped)
    text = held_up(app_store, helped)
    told = leader.post(LOOK, {"badge": text}).json
    assert told is not None
    assert (told["account_id"], told["on_duty"]) == (helped, False)
    began = leader.post(IN, {"badge": text})
    assert began.status_code == 201, began.json
    assert (began.json["account_id"], began.json["verified"]) == (helped, True)  # type: ignore[index]
    assert leader.post(LOOK, {"badge": text}).json["on_duty"] is True  # type: ignore[index]
    assert code(leader.post(IN, {"badge": text})) == (409, "already_on_duty")
    assert code(leader.post(OUT, {"badge": text})) == (409, "check_out_too_early")
    with app_store.read() as connection:
        duty = connection.execute(select(check_in).where(check_in.c.account_id == helped)).one()
        stays = corrections.logged_at(connection, (duty.post_id, duty.date, duty.peak))
    evidence = {one.account_id: one.evidence for one in stays}
    assert evidence == {helped: "badge", leader.account_id: "phone"}
    clock.set(duty.ends_at)
    over = leader.post(OUT, {"badge": text})
    assert over.status_code == 201, over.json
    assert over.json["checked_out_at"] is not None  # type: ignore[index]
    assert code(leader.post(OUT, {"badge": text})) == (409, "not_on_duty")
    with app_store.read() as connection:
        acts = select(audit_row.c.act, audit_row.c.facts).where(audit_row.c.subject_id == helped)
        rows = [
            (row.act, "badge_id" in row.facts) for row in connection.execute(acts.order_by(audit_row.c.id))
        ]
    assert ("check_in_for", True) in rows
    assert ("check_out_for", True) in rows
    assert ("badge.read", False) in rows


def test_by_name_somebody_is_checked_in_and_out_and_it_is_said_so(
    leader: Caller, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    helped = district.guards[0][SECURITY_1]
    assert leader.post(IN, {"account_id": helped}).status_code == 201
    with app_store.read() as connection:
        duty = connection.execute(select(check_in).where(check_in.c.account_id == helped)).one()
        stays = corrections.logged_at(connection, (duty.post_id, duty.date, duty.peak))
    assert {one.evidence for one in stays if one.account_id == helped} == {"colleague"}
    clock.set(duty.ends_at)
    assert leader.post(OUT, {"account_id": helped}).status_code == 201


def test_who_came_with_his_own_phone_checks_out_himself(
    leader: Caller, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    put_on_duty(app_store, district, post=0, seats=[SECURITY_1], now=clock.now())
    refused = leader.post(OUT, {"account_id": district.guards[0][SECURITY_1]})
    assert code(refused) == (409, "checks_out_himself")


def test_a_lost_badge_is_refused_and_the_new_one_counts(
    school: Caller, leader: Caller, district: SmallDistrict, app_store: Store
) -> None:
    helped = district.guards[0][SECURITY_1]
    printed(school, helped)
    lost = held_up(app_store, helped)
    [shown] = school.get("/api/badges").json["items"]  # type: ignore[index]
    path = f"/api/badges/{shown['id']}/revocation"
    assert school.post(path, {"reason": "本人遗失"}).json["reason"] == "本人遗失"  # type: ignore[index]
    assert code(school.post(path, {"reason": "再来"})) == (409, "badge_is_revoked")
    for route in (LOOK, IN, OUT):
        assert code(leader.post(route, {"badge": lost})) == (409, "badge_revoked")
    printed(school, helped)
    fresh = held_up(app_store, helped)
    assert fresh != lost
    assert leader.post(IN, {"badge": fresh}).status_code == 201


def test_foreign_forged_and_suspended_ones_are_refused(
    school: Caller,
    leader: Caller,
    caller: SignIn,
    district: SmallDistrict,
    app_store: Store,
    clock: WoundClock,
) -> None:
    helped, stranger = district.guards[0][SECURITY_1], district.guards[2][SECURITY_1]
    printed(school, helped)
    text = held_up(app_store, helped)
    number, signature = rules.read(text) or (0, "")
    with app_store.transaction(clock.now()) as transaction:
        values = {"issued_by": school.account_id, "issued_at": clock.now()}
        transaction.connection.execute(badge.insert().values(account_id=stranger, **values))
    foreign = held_up(app_store, stranger)
    assert code(leader.post(IN, {"badge": foreign})) == (409, "badge_foreign")
    forged = (
        rules.text_of(number + 1, signature),
        rules.text_of(number, signature[:-1] + ("A" if signature[-1] != "A" else "B")),
        rules.text_of(number, "k0000.AAAAAAAAAAAAAAAAAAAA"),
        "https://huxue.example.org/p/K7MWQ3XT9F",
        "x",
    )
    for one in forged:
        for route in (LOOK, IN, OUT):
            assert code(leader.post(route, {"badge": one})) == (422, "badge_forged"), one
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(account).where(account.c.id == helped).values(status="suspended")
        )
    assert code(leader.post(IN, {"badge": text})) == (409, "badge_suspended")


def test_nobody_helps_who_does_not_stand_there_and_nobody_himself(
    school: Caller, leader: Caller, caller: SignIn, district: SmallDistrict, app_store: Store
) -> None:
    mine = leader.account_id
    printed(school, mine, district.guards[0][SECURITY_1])
    assert code(leader.post(IN, {"badge": held_up(app_store, mine)})) == (403, "own_check_in")
    away = caller(district.guards[0][VOLUNTEER_1])
    for route in (LOOK, IN, OUT):
        refused = away.post(route, {"badge": held_up(app_store, mine)})
        assert code(refused) == (403, "not_yours_to_confirm")
    for body in ({}, {"account_id": mine, "badge": "x"}):
        assert code(leader.post(IN, body)) == (422, "bad_input")


def test_a_school_prints_for_its_own_people_alone(
    school: Caller, caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    foreign = district.guards[2][SECURITY_1]
    for people in ([foreign], [district.guards[0][SECURITY_1], foreign], [10**9]):
        assert code(school.post(SHEETS, {"account_ids": people})) == (404, "not_found")
    for role in ("district_admin", "dispatcher"):
        assert code(caller(district.consoles[role]).get("/api/badges")) == (403, "not_your_role")
    printed(school, district.guards[0][SECURITY_1])
    [shown] = school.get("/api/badges").json["items"]  # type: ignore[index]
    station = caller(district.consoles["station_officer"])
    assert station.get("/api/badges").json["items"] == []  # type: ignore[index]
    refused = station.post(f"/api/badges/{shown['id']}/revocation", {"reason": "x"})
    assert code(refused) == (404, "not_found")


def test_sheets_are_bounded_by_the_hour_and_looks_by_minutes(
    school: Caller, leader: Caller, district: SmallDistrict, clock: WoundClock
) -> None:
    for _turn in range(30):
        printed(school, district.guards[0][SECURITY_1])
    refused = school.post(SHEETS, {"account_ids": [district.guards[0][SECURITY_1]]})
    assert code(refused) == (429, "too_many")
    for _turn in range(60):
        leader.post(LOOK, {"badge": "x"})
    assert code(leader.post(LOOK, {"badge": "x"})) == (429, "too_many")
