"""A changed text: whose consent counts, who is asked anew, and what is kept until he answers."""

import json
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from server.core.database.transaction import Store
from server.duty.actions.positions import PositionBuffer
from server.duty.tables import check_in, last_position, position
from server.people.tables import account, consent
from server.places.tables import district as district_table
from tests.duty.test_check_ins import body
from tests.people.test_own_data import copy_of
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.consent_texts import (
    BUILT_IN,
    answer,
    asked,
    desk,
    own,
    publish,
    send_place,
)
from tests.tools.district import SmallDistrict
from tests.tools.duty import count
from tests.tools.phone import Phone

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def admin(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["district_admin"])


def test_an_editorial_change_leaves_consents_as_they_are(
    admin: Caller, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    guard = caller(district.guards[0][0])
    publish(admin)
    assert guard.post("/api/check-ins", body(district.codes[0], clock.now())).status_code == 201
    assert send_place(guard, clock.now()).status_code == 200
    assert not asked(guard)
    mine = own(guard)
    assert mine["asks"] == []
    positions = [(one["version"], one["in_force"]) for one in mine["texts"] if one["kind"] == "position"]
    assert positions == [(BUILT_IN, False), ("2026-11-23", True)], "what he agreed to, and what is in force"
    assert [one["unanswered"] for one in desk(admin)["versions"]] == [None, None]


def test_a_material_change_asks_anew_and_until_then_no_place_is_taken_or_kept(
    app: Flask, admin: Caller, caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    guard, other = (caller(one) for one in district.guards[0][:2])
    assert guard.post("/api/check-ins", body(district.codes[0], clock.now())).status_code == 201
    assert send_place(guard, clock.now()).status_code == 200
    version = publish(admin, material=True)
    app.extensions["huxue"].part(PositionBuffer).flush(clock.now())
    kept = count(app_store, position, account_id=guard.account_id)
    assert kept == 1, "the place of the check-in was agreed to; what came after the change is not kept"
    refused = send_place(guard, clock.now())
    assert (refused.status_code, refused.json["code"]) == (403, "no_position_consent")
    came = other.post("/api/check-ins", body(district.codes[0], clock.now(), device_id="device-2"))
    assert (came.status_code, came.json["verified"]) == (201, True), "no check-in waits for an answer"
    assert count(app_store, last_position, account_id=other.account_id) == 0
    assert asked(guard) and asked(other)
    assert own(guard)["asks"] == ["position"]
    assert answer(guard, version).status_code == 200
    assert not asked(guard)
    assert send_place(guard, clock.now()).status_code == 200
    assert answer(other, version, given=False).status_code == 200
    assert not asked(other)
    newest, built_in = desk(admin)["versions"]
    assert (newest["gave"], newest["withdrew"], newest["unanswered"]) == (1, 0, 19)
    assert (built_in["gave"], built_in["withdrew"], built_in["unanswered"]) == (21, 1, None)


def test_a_material_change_of_what_everybody_must_agree_to_refuses_nothing_either(
    admin: Caller, caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    guard = caller(district.guards[0][0])
    version = publish(admin, "identity", material=True)
    assert own(guard)["asks"] == ["identity"]
    assert guard.post("/api/check-ins", body(district.codes[0], clock.now())).status_code == 201
    assert send_place(guard, clock.now()).status_code == 200
    assert count(app_store, check_in, account_id=guard.account_id) == 1
    assert answer(guard, version, kind="identity").json["consents"][-1]["counts"]
    assert not asked(guard)


def test_who_never_agreed_or_took_it_back_is_not_asked_anew(
    admin: Caller, caller: SignIn, district: SmallDistrict
) -> None:
    guard, console = caller(district.guards[0][0]), caller(district.consoles["dispatcher"])
    answer(guard, BUILT_IN, given=False)
    publish(admin, material=True)
    assert not asked(guard)
    assert not asked(console)
    assert desk(admin)["versions"][0]["unanswered"] == 20


def test_later_editorial_texts_count_for_whoever_answered_the_material_one(
    admin: Caller, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    early, late, never = (caller(one) for one in district.guards[0][:3])
    material = publish(admin, material=True)
    answer(early, material)
    editorial = publish(admin, text={"zh": "另一句。", "en": "Another sentence."})
    assert (material, editorial) == ("2026-11-23", "2026-11-23.2")
    answer(late, editorial)
    assert [asked(one) for one in (early, late, never)] == [False, False, True]
    assert [one["unanswered"] for one in desk(admin)["versions"]] == [19, 19, None]


def test_only_a_text_that_is_or_lately_was_in_force_can_be_agreed_to(
    app: Flask, admin: Caller, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    guard = caller(district.guards[0][0])
    refused = answer(guard, "2026-12-31")
    assert (refused.status_code, refused.json["code"]) == (409, "unknown_consent_text")
    assert refused.json["facts"] == {"kind": "position"}
    publish(admin, material=True)
    phone = Phone(app, "19900008888")
    ticket = phone.sign_in().json["ticket"]
    registration = phone.registration(ticket, district.codes[0])
    wrong = [*registration["consents"][:2], {"kind": "position", "version": "2099"}]
    refused = phone.post("/api/guards", {**registration, "consents": wrong})
    assert (refused.status_code, refused.json["code"]) == (409, "unknown_consent_text")
    read_before = phone.post("/api/guards", registration)
    assert read_before.status_code == 201, "he read the text before, and the ticket was not spent"
    assert read_before.json["me"]["asks_consent"], "and he is asked anew like everybody"
    clock.wind(minutes=30 * 24 * 60)
    later = caller(district.guards[0][0])
    assert answer(later, BUILT_IN).status_code == 200
    clock.wind(minutes=1)
    assert answer(later, BUILT_IN).json["code"] == "unknown_consent_text"
    assert answer(later, BUILT_IN, given=False).status_code == 200, "a withdrawal is never refused"


def test_another_districts_text_is_unknown_here(
    admin: Caller, caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    with app_store.transaction(clock.now()) as transaction:
        connection = transaction.connection
        row = {"name": "远山区", "time_zone": "Asia/Shanghai", "demo": True}
        there = connection.execute(
            insert(district_table).values(row).returning(district_table.c.id)
        ).scalar_one()
        of_there = account.c.id == district.consoles["dispatcher"]
        connection.execute(update(account).where(of_there).values(district_id=there, role="district_admin"))
    elsewhere = publish(caller(district.consoles["dispatcher"]), material=True)
    guard = caller(district.guards[0][0])
    assert not asked(guard)
    assert answer(guard, elsewhere).json["code"] == "unknown_consent_text"
    assert publish(admin) != elsewhere, "a name is one text's in all districts"
    told = caller(None).get("/api/consent-texts").json["items"]
    assert {one["district"] for one in told} == {"青禾区", "远山区"}


def test_a_copy_of_ones_data_says_what_one_agreed_to(
    app: Flask, admin: Caller, caller: SignIn, district: SmallDistrict
) -> None:
    guard = caller(district.guards[0][0])
    answer(guard, publish(admin, material=True))
    archive = copy_of(app, guard)
    rows = json.loads(archive.read("own-data.json"))["consents"]
    words = {(one["kind"], one["version"]): (one["wording_zh"], one["wording_en"]) for one in rows}
    assert words["position", "2026-11-23"] == (
        "值岗时共享我的位置\n只在值岗时。\n\n留 7 天。",
        "Share my place on duty\nOn duty alone.\n\nKept 7 days.",
    )
    assert words["account", BUILT_IN][1].startswith("Use my name and phone number")
    table = archive.read("csv/consents.csv").decode("utf-8-sig")
    assert "只在值岗时。" in table and "原文（中文）" in table


def test_who_registers_anew_agrees_to_what_he_ticks_now_and_to_nothing_else(
    app: Flask, caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    phone = Phone(app, "19900008888")
    registered = phone.register(district.codes[0]).json["me"]["account"]["id"]
    answer(phone, BUILT_IN, given=False, kind="account")
    clock.wind(minutes=61)
    back = Phone(app, "19900008888")
    ticket = back.sign_in().json["ticket"]
    body = back.registration(ticket, district.codes[0])
    assert back.post("/api/guards", {**body, "consents": body["consents"][:2]}).status_code == 201
    with app_store.read() as connection:
        mine = (consent.c.account_id == registered) & consent.c.withdrawn_at.is_(None)
        kinds = connection.execute(select(consent.c.kind).where(mine).order_by(consent.c.kind)).scalars()
        assert list(kinds) == ["account", "identity"]
