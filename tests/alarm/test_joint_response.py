"""Units at an alarm: their links used rightly, wrongly, late and by strangers; units called in by hand."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from server.alarm.queries import alarms
from server.alarm.rules.joint_response import JointLimits
from server.alarm.tables import joint_response as alarm_joint_response
from server.config import Settings
from server.core import audit
from server.core.database.transaction import Store
from server.delivery.channels.words import text_of
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import count
from tests.tools.units import LANDLINE, MOBILE, add_plan, add_unit, letters, link_of

# That of the stations of the small district.
TELEPHONE = "0551-0000000"
SignIn = Callable[[int | None], Caller]
UNIT = "青禾消防站"


@pytest.fixture
def admin(caller: SignIn, district: SmallDistrict) -> Caller:
    """Sign the district's admin in."""
    return caller(district.consoles["district_admin"])


@pytest.fixture
def alarm(caller: SignIn, team: list[list[int]], admin: Caller) -> dict[str, Any]:
    """Let somebody raise an alarm that a plan with one unit fits."""
    add_plan(admin, add_unit(admin, UNIT))
    told: dict[str, Any] = caller(team[0][0]).post("/api/alarms").json
    return told


def refusals(store: Store) -> list[dict[str, Any]]:
    with store.read() as connection:
        query = select(audit.audit_row.c.facts).where(audit.audit_row.c.act == "joint_link_refused")
        return list(connection.execute(query.order_by(audit.audit_row.c.id)).scalars())


def test_looking_never_acts(caller: SignIn, alarm: dict[str, Any], app_store: Store) -> None:
    link = link_of(app_store, UNIT)
    stranger = caller(None)
    pages = [stranger.get(link).json for _ in range(3)]
    assert pages[0] == pages[2]
    assert (pages[0]["state"], pages[0]["lead_name"]) == ("notified", UNIT)
    assert (pages[0]["latitude"], pages[0]["longitude"]) == (alarm["latitude"], alarm["longitude"])
    assert stranger.client.head(link).status_code == 200
    assert count(app_store, alarm_joint_response.joint_use) == 0
    assert refusals(app_store) == []


def test_each_act_once_forward_only_and_a_second_use_is_told_how_it_stands(
    caller: SignIn, alarm: dict[str, Any], app_store: Store, clock: WoundClock
) -> None:
    link, unit = link_of(app_store, UNIT), caller(None)
    clock.wind(seconds=20)
    assert unit.post(link, {"state": "on_the_way"}).json["on_the_way_at"] == "2026-11-22T23:15:20.000Z"
    for state in ("on_the_way", "acknowledged"):
        again = unit.post(link, {"state": state})
        assert (code(again), again.json["facts"]) == ((409, "link_used"), {"state": "on_the_way"})
    assert unit.post(link, {"state": "arrived"}).json["state"] == "arrived"
    assert unit.post(link, {"state": "notified"}).status_code == 422
    assert unit.post(link, {}).status_code == 422
    assert [(one["code"], one["to"], one["alarm_id"]) for one in refusals(app_store)] == [
        ("link_used", "on_the_way", alarm["id"]),
        ("link_used", "acknowledged", alarm["id"]),
    ]


def test_a_retry_of_the_same_tap_is_no_second_use(
    caller: SignIn, district: SmallDistrict, alarm: dict[str, Any], app_store: Store
) -> None:
    link, unit = link_of(app_store, UNIT), caller(None)
    tap = {"request_id": str(uuid4()), "state": "acknowledged"}
    first = unit.post(link, tap)
    assert (first.status_code, unit.post(link, tap).json) == (200, first.json)
    assert code(unit.post(link, {**tap, "state": "arrived"})) == (409, "request_id_reused")
    told = caller(district.consoles["dispatcher"]).get(f"/api/alarms/{alarm['id']}").json
    assert told["version"] == alarm["version"] + 1
    assert [line["act"] for line in told["timeline"]].count("unit_acknowledged") == 1
    assert len(refusals(app_store)) == 1


def test_many_taps_at_once_are_one_use(
    app: Flask, caller: SignIn, district: SmallDistrict, alarm: dict[str, Any], app_store: Store
) -> None:
    link = link_of(app_store, UNIT)
    taps = [{"request_id": str(uuid4()), "state": "arrived"} for _ in range(8)]
    with ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(lambda tap: app.test_client().post(link, json=tap), taps))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 7]
    assert {answer.json["code"] for answer in answers if answer.status_code == 409} == {"link_used"}
    told = caller(district.consoles["dispatcher"]).get(f"/api/alarms/{alarm['id']}").json
    assert [line["act"] for line in told["timeline"]].count("unit_arrived") == 1
    assert len(refusals(app_store)) == 7


def test_an_expired_link_tells_nothing(
    app: Flask, caller: SignIn, alarm: dict[str, Any], app_store: Store, clock: WoundClock
) -> None:
    link, unit = link_of(app_store, UNIT), caller(None)
    lasts = app.extensions["huxue"].limits[JointLimits].link_lasts
    clock.wind(seconds=lasts.total_seconds() - 1)
    assert unit.get(link).status_code == 200
    clock.wind(seconds=1)
    for answer in (unit.get(link), unit.post(link, {"state": "arrived"})):
        assert (code(answer), answer.json["facts"]) == ((410, "link_expired"), {"telephone": TELEPHONE})
    assert [(one["code"], one["to"]) for one in refusals(app_store)] == [
        ("link_expired", None),
        ("link_expired", "arrived"),
    ]
    assert count(app_store, alarm_joint_response.joint_use) == 0


def test_a_link_of_an_alarm_that_is_over(
    caller: SignIn, district: SmallDistrict, alarm: dict[str, Any], app_store: Store
) -> None:
    link, unit = link_of(app_store, UNIT), caller(None)
    path = f"/api/alarms/{alarm['id']}"
    over = {"outcome": "false", "finding": "气球爆了"}
    assert caller(district.consoles["dispatcher"]).post(f"{path}/resolution", over).status_code == 200
    for answer in (unit.get(link), unit.post(link, {"state": "acknowledged"})):
        assert code(answer) == (409, "alarm_over")
        assert answer.json["facts"]["telephone"] == TELEPHONE
        assert (answer.json["facts"]["outcome"], answer.json["facts"]["drill"]) == ("false", False)
        assert set(answer.json["facts"]) == {"resolved_at", "outcome", "drill", "telephone"}
    assert [one["code"] for one in refusals(app_store)] == ["alarm_over"] * 2


def test_guesses_are_counted_by_address_and_harm_nobody_else(
    caller: SignIn, alarm: dict[str, Any], app_store: Store
) -> None:
    stranger = caller(None).client
    near, far = ({"REMOTE_ADDR": address} for address in ("203.0.113.7", "203.0.113.8"))
    for number in range(20):
        answer = stranger.get(f"/api/joint-links/guess-{number}", environ_base=near)
        assert code(answer) == (404, "not_found")
    answer = stranger.get("/api/joint-links/guess", environ_base=near)
    assert (code(answer), answer.headers["Retry-After"]) == ((429, "too_many"), "900")
    tap = {"request_id": str(uuid4()), "state": "arrived"}
    assert code(stranger.post("/api/joint-links/guess", json=tap, environ_base=near)) == (429, "too_many")
    assert code(stranger.post("/api/joint-links/guess", json=tap, environ_base=far)) == (404, "not_found")
    # The unit itself, behind the very same address.
    assert stranger.get(link_of(app_store, UNIT), environ_base=near).status_code == 200
    recorded = refusals(app_store)
    assert len(recorded) == 21
    assert {one["code"] for one in recorded} == {"not_found"}
    assert "guess" not in str(recorded), "what was tried is nobody's business"


def test_an_old_link_does_not_fill_the_log(
    caller: SignIn, district: SmallDistrict, alarm: dict[str, Any], app_store: Store, clock: WoundClock
) -> None:
    """Whoever has kept a link could write a row with each call; each is still answered as it stands."""
    link, unit = link_of(app_store, UNIT), caller(None)
    ending = {"outcome": "real", "finding": "查明"}
    caller(district.consoles["dispatcher"]).post(f"/api/alarms/{alarm['id']}/resolution", ending)
    assert {code(unit.get(link)) for _time in range(15)} == {(409, "alarm_over")}
    assert {code(unit.post(link, {"state": "arrived"})) for _time in range(15)} == {(409, "alarm_over")}
    assert len(refusals(app_store)) == 20
    clock.wind(minutes=16)
    assert code(unit.get(link)) == (409, "alarm_over")
    assert len(refusals(app_store)) == 21


def test_a_foreign_page_cannot_tap(caller: SignIn, alarm: dict[str, Any], app_store: Store) -> None:
    link, tap = link_of(app_store, UNIT), {"request_id": str(uuid4()), "state": "arrived"}
    headers = {"Origin": "https://elsewhere.example"}
    assert code(caller(None).client.post(link, json=tap, headers=headers)) == (403, "foreign_origin")


def test_the_token_is_kept_as_a_hash_and_the_text_carries_the_link(
    alarm: dict[str, Any], app_store: Store, settings: Settings
) -> None:
    letter = letters(app_store)[0]
    token = letter["facts"]["token"]
    assert (letter["address_sealed"].open(), letter["channel"], letter["alarm_id"]) == (
        MOBILE,
        "demo",
        alarm["id"],
    )
    with app_store.read() as connection:
        link = connection.execute(select(alarm_joint_response.joint_link)).one()
    assert token not in str(link._mapping)
    assert letter["expires_at"] == link.expires_at == link.created_at + timedelta(hours=12)
    text = text_of("joint_task", letter["body"], settings)
    assert f"{settings.public_url}/j/{token} " in text
    assert "青禾第1小学 南门" in text and "牵头" in text and "演练" not in text


def test_the_console_calls_a_unit_in_by_hand(
    caller: SignIn, district: SmallDistrict, admin: Caller, alarm: dict[str, Any], app_store: Store
) -> None:
    hospital = add_unit(admin, "青禾医院", kind="hospital", telephone=LANDLINE)
    gone = add_unit(admin, "旧单位", kind="other")
    admin.patch(f"/api/units/{gone}", {"archived": True})
    officer = caller(district.consoles["station_officer"])
    path = f"/api/alarms/{alarm['id']}/units"
    listed = f"/api/alarms/{alarm['id']}/unit-candidates"
    assert officer.get(listed).json == {
        "items": [{"id": hospital, "name": "青禾医院", "kind": "hospital", "desk": "值班室"}]
    }
    call = {"request_id": str(uuid4()), "unit_id": hospital}
    told = officer.post(path, call).json
    assert [(one["name"], one["part"]) for one in told["joint_tasks"]] == [
        (UNIT, "lead"),
        ("青禾医院", "support"),
    ]
    line = told["timeline"][-1]
    assert (line["act"], line["actor_id"]) == ("unit_notified", district.consoles["station_officer"])
    assert officer.post(path, call).json == told
    assert code(officer.post(path, {"unit_id": hospital})) == (409, "already_asked")
    assert code(officer.post(path, {"unit_id": gone})) == (409, "unit_archived")
    assert code(officer.post(path, {"unit_id": 999})) == (404, "not_found")
    assert count(app_store, audit.audit_row, act="call_in_unit") == 1
    assert officer.get(listed).json == {"items": []}
    for who in (district.consoles["school_admin"], district.guards[0][0]):
        assert code(caller(who).post(path, call)) == (403, "not_your_role")
        assert code(caller(who).get(listed)) == (403, "not_your_role")


def test_units_of_an_alarm_beyond_the_scope_are_not_found(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], admin: Caller
) -> None:
    unit = add_unit(admin, UNIT)
    elsewhere = caller(team[2][0]).post("/api/alarms").json
    officer = caller(district.consoles["station_officer"])
    path = f"/api/alarms/{elsewhere['id']}"
    assert code(officer.get(f"{path}/unit-candidates")) == (404, "not_found")
    assert code(officer.post(f"{path}/units", {"unit_id": unit})) == (404, "not_found")
    assert elsewhere["joint_tasks"] == []


def test_telephones_of_units_for_the_police_alone_and_recorded(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], alarm: dict[str, Any], app_store: Store
) -> None:
    path = f"/api/alarms/{alarm['id']}"
    for who in (team[0][0], district.consoles["school_admin"]):
        assert caller(who).get(f"{path}/people").json["units"] == []
    dispatcher = caller(district.consoles["dispatcher"])
    unit_id = alarm["joint_tasks"][0]["unit_id"]
    assert dispatcher.get(f"{path}/people").json["units"] == [
        {"unit_id": unit_id, "desk": "值班室", "telephone": MOBILE}
    ]
    with app_store.read() as connection:
        query = select(audit.audit_row.c.facts).where(
            audit.audit_row.c.act == "see_telephones",
            audit.audit_row.c.actor_id == district.consoles["dispatcher"],
        )
        assert connection.execute(query).scalar_one()["unit_ids"] == [unit_id]
    assert MOBILE not in str(dispatcher.get(path).json)
    dispatcher.post(f"{path}/resolution", {"outcome": "test", "finding": "演示"})
    assert dispatcher.get(f"{path}/people").json["units"] == []


def test_a_drill_is_marked_and_goes_to_the_demos_list_alone(
    app: Flask,
    caller: SignIn,
    district: SmallDistrict,
    admin: Caller,
    alarm: dict[str, Any],
    app_store: Store,
    settings: Settings,
    clock: WoundClock,
) -> None:
    hospital = add_unit(admin, "青禾医院", kind="hospital")
    with app_store.transaction(clock.now()) as transaction:
        alarms.change(transaction, alarm["id"], drill=True)
    caller(district.consoles["dispatcher"]).post(f"/api/alarms/{alarm['id']}/units", {"unit_id": hospital})
    letter = letters(app_store)[-1]
    assert (letter["channel"], letter["drill"]) == ("demo", True)
    assert text_of("joint_task", letter["body"], settings).startswith("【演练】")
    assert caller(None).get(link_of(app_store, "青禾医院")).json["drill"] is True


def test_the_demo_shows_what_units_would_have_been_sent_on_this_machine_alone(
    caller: SignIn, alarm: dict[str, Any]
) -> None:
    here = caller(None)
    shown = here.get("/api/demo/joint-messages").json["messages"]
    assert [one["unit"] for one in shown] == [UNIT]
    assert shown[0]["page"] in shown[0]["text"]
    assert here.get(f"/api/joint-links/{shown[0]['page'].removeprefix('/j/')}").status_code == 200
    away = here.client.get("/api/demo/joint-messages", headers={"X-Forwarded-For": "203.0.113.7"})
    assert code(away) == (403, "loopback_only")
