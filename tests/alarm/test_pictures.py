"""Pictures sent to an alarm: who may, who sees them, what is left of them, and what they never hold up."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy import select

from server.alarm.tables.alarms import alarm_report
from server.alarm.tables.pictures import alarm_picture
from server.alarm.tables.timelines import alarm_entry
from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.core.files.pictures import MOST_BYTES
from server.core.jobs.tables import stored_file
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import VOLUNTEER_1, count, suspend
from tests.tools.insiders import Insiders
from tests.tools.pictures import SECRET, jpeg, segments, send

SignIn = Callable[[int | None], Caller]
CONSOLES = ("school_admin", "station_officer", "dispatcher", "district_admin")


@pytest.fixture
def raised(caller: SignIn, team: list[list[int]]) -> dict[str, Any]:
    """Let somebody of the first post raise an alarm."""
    told: dict[str, Any] = caller(team[0][0]).post("/api/alarms").json
    return told


def look(one: Caller, alarm_id: int, name: str, end: str = "") -> Any:
    return one.get(f"/api/alarms/{alarm_id}/pictures/{name}{end}")


def lying(tmp_path: Path) -> list[Path]:
    return [one for one in (tmp_path / "files").rglob("*") if one.is_file()]


def test_a_picture_is_kept_small_and_bare_and_told_in_the_timeline(
    caller: SignIn, team: list[list[int]], raised: dict[str, Any], app_store: Store
) -> None:
    guard, path = caller(team[0][1]), f"/api/alarms/{raised['id']}"
    answer = send(guard, raised["id"], jpeg(2_400, 1_800, orientation=6))
    assert answer.status_code == 201, answer.json
    told = answer.json
    assert (told["width"], told["height"], told["account_id"]) == (1_200, 1_600, team[0][1])
    whole, preview = (
        look(guard, raised["id"], told["name"]),
        look(guard, raised["id"], told["name"], "/preview"),
    )
    for one, longest in ((whole, 1_600), (preview, 320)):
        assert one.status_code == 200
        assert one.headers["Content-Type"] == "image/jpeg"
        assert one.headers["Cache-Control"] == "private, no-store"
        assert one.headers["X-Content-Type-Options"] == "nosniff"
        assert one.headers["Content-Disposition"].startswith(f'inline; filename="huxue-{raised["id"]}-')
        assert max(Image.open(BytesIO(one.data)).size) == longest
        assert SECRET not in one.data and 0xE1 not in segments(one.data)
    assert guard.get(f"{path}/pictures").json["items"] == [told]
    seen = guard.get(path).json
    line = seen["timeline"][-1]
    assert (line["act"], line["actor_id"], line["facts"]["picture"]) == ("picture", team[0][1], told["name"])
    assert seen["version"] == raised["version"] + 1
    with app_store.read() as connection:
        row = connection.execute(select(alarm_picture)).one()
        assert line["facts"]["sha256"] == row.sha256
        assert told["name"] not in {row.picture_file, row.preview_file}
        written = connection.execute(select(audit_row).where(audit_row.c.act == "add_picture")).one()
    assert (written.actor_id, written.facts) == (team[0][1], {"alarm_id": raised["id"], "picture": row.id})


def test_the_same_picture_sent_again_is_one_and_another_under_its_number_is_none(
    caller: SignIn, team: list[list[int]], raised: dict[str, Any], app_store: Store, tmp_path: Path
) -> None:
    guard, number, picture = caller(team[0][1]), str(uuid4()), jpeg()
    first = send(guard, raised["id"], picture, request_id=number)
    again = send(guard, raised["id"], picture, request_id=number)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert code(send(guard, raised["id"], jpeg(320, 200), request_id=number)) == (409, "request_id_reused")
    assert count(app_store, alarm_picture) == 1
    assert len(lying(tmp_path)) == 2
    assert count(app_store, alarm_entry, act="picture") == 1


def test_each_console_in_scope_sees_it_and_each_whole_look_is_recorded(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], raised: dict[str, Any], app_store: Store
) -> None:
    name = send(caller(team[0][1]), raised["id"], jpeg()).json["name"]
    for role in CONSOLES:
        console = caller(district.consoles[role])
        assert [one["name"] for one in console.get(f"/api/alarms/{raised['id']}/pictures").json["items"]] == [
            name
        ]
        assert look(console, raised["id"], name, "/preview").status_code == 200
        assert look(console, raised["id"], name).status_code == 200
    assert look(caller(team[0][0]), raised["id"], name).status_code == 200, "who raised it"
    with app_store.read() as connection:
        looks = connection.execute(
            select(audit_row.c.actor_id).where(audit_row.c.act == "see_picture")
        ).scalars()
        assert sorted(looks) == sorted(district.consoles[role] for role in CONSOLES)


def test_a_desk_that_opens_a_picture_again_has_looked_at_it_once_an_hour(
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    raised: dict[str, Any],
    app_store: Store,
    clock: WoundClock,
) -> None:
    guard, desk = caller(team[0][1]), caller(district.consoles["dispatcher"])
    names = [send(guard, raised["id"], jpeg()).json["name"] for _each in range(2)]
    for _again in range(3):
        assert [look(desk, raised["id"], name).status_code for name in names] == [200, 200]
        clock.wind(minutes=10)
    assert count(app_store, audit_row, act="see_picture") == 2
    clock.wind(minutes=31)
    assert look(desk, raised["id"], names[0]).status_code == 200
    assert count(app_store, audit_row, act="see_picture") == 3


def test_whoever_does_not_see_the_alarm_sees_no_picture_of_it(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], raised: dict[str, Any], insiders: Insiders
) -> None:
    name = send(caller(team[0][1]), raised["id"], jpeg()).json["name"]
    elsewhere = caller(team[2][0]).post("/api/alarms").json["id"]
    away = insiders.console("station_officer", station_id=district.stations[1])
    off_duty = district.guards[2][VOLUNTEER_1]
    for one in (caller(away), caller(off_duty)):
        for end in ("", f"/{name}", f"/{name}/preview"):
            assert code(one.get(f"/api/alarms/{raised['id']}/pictures{end}")) == (404, "not_found")
        assert code(send(one, raised["id"], jpeg())) == (404, "not_found")
    auditor = caller(district.consoles["auditor"])
    assert code(look(auditor, raised["id"], name)) == (403, "not_your_role")
    dispatcher = caller(district.consoles["dispatcher"])
    assert code(look(dispatcher, elsewhere, name)) == (404, "not_found"), "of another alarm"
    assert code(look(dispatcher, raised["id"], "../secret")) == (404, "not_found")
    assert code(look(dispatcher, raised["id"], "0" * 48)) == (404, "not_found")


def test_who_sees_counts_alone_sees_his_own_picture_alone(
    caller: SignIn, team: list[list[int]], insiders: Insiders, district: SmallDistrict
) -> None:
    stranger = insiders.stranger("volunteer")
    raised = stranger.post("/api/alarms", {"post_id": district.posts[0]}).json["id"]
    assert isinstance(stranger, Caller)
    mine = send(stranger, raised, jpeg()).json["name"]
    other = send(caller(district.consoles["dispatcher"]), raised, jpeg()).json["name"]
    assert [one["name"] for one in stranger.get(f"/api/alarms/{raised}/pictures").json["items"]] == [mine]
    assert look(stranger, raised, mine).status_code == 200
    assert code(look(stranger, raised, other)) == (404, "not_found")


@pytest.mark.parametrize("how", ["suspended", "moved", "demoted", "signed_out"])
def test_who_loses_his_place_loses_sight_at_once(
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    raised: dict[str, Any],
    insiders: Insiders,
    how: str,
) -> None:
    name = send(caller(team[0][1]), raised["id"], jpeg()).json["name"]
    officer = insiders.console("station_officer", station_id=district.stations[0])
    assert look(caller(officer), raised["id"], name).status_code == 200
    lost = {
        "suspended": lambda: insiders.suspended(officer, on_duty=False),
        "moved": lambda: insiders.moved(officer, on_duty=False, station_id=district.stations[1]),
        "demoted": lambda: insiders.demoted(officer, on_duty=False, role="auditor"),
        "signed_out": lambda: insiders.signed_out(officer, on_duty=False),
    }[how]()
    expected = {
        "suspended": (403, "suspended"),
        "moved": (404, "not_found"),
        "demoted": (403, "not_your_role"),
        "signed_out": (401, "no_session"),
    }[how]
    assert isinstance(lost, Caller)
    for end in ("", "/preview"):
        assert code(look(lost, raised["id"], name, end)) == expected
    assert code(send(lost, raised["id"], jpeg())) == expected


def test_a_guard_who_was_asked_and_a_suspended_one_see_nothing_after_the_end(
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    raised: dict[str, Any],
    app_store: Store,
    clock: WoundClock,
) -> None:
    asked, raiser = caller(team[0][1]), caller(team[0][0])
    name = send(asked, raised["id"], jpeg()).json["name"]
    own = send(raiser, raised["id"], jpeg()).json["name"]
    ending = {"outcome": "real", "finding": "已劝离"}
    caller(district.consoles["dispatcher"]).post(f"/api/alarms/{raised['id']}/resolution", ending)
    assert code(look(asked, raised["id"], name)) == (409, "alarm_over")
    assert code(send(asked, raised["id"], jpeg())) == (409, "alarm_over")
    assert code(look(raiser, raised["id"], name)) == (404, "not_found")
    assert look(raiser, raised["id"], own).status_code == 200
    assert look(caller(district.consoles["station_officer"]), raised["id"], name).status_code == 200
    suspend(app_store, team[0][0], clock.now())
    assert code(look(raiser, raised["id"], own)) == (403, "suspended")


def test_what_is_no_picture_is_refused_and_leaves_nothing(
    caller: SignIn, team: list[list[int]], raised: dict[str, Any], app_store: Store, tmp_path: Path
) -> None:
    guard = caller(team[0][1])
    for content in (b"", b"<html>", jpeg()[:2_000]):
        assert code(send(guard, raised["id"], content)) == (422, "picture_unreadable")
    assert code(send(guard, raised["id"], bytes(MOST_BYTES + 1))) == (413, "picture_too_large")
    assert code(guard.post(f"/api/alarms/{raised['id']}/pictures", {})) == (422, "bad_input"), "no number"
    assert count(app_store, alarm_picture) == count(app_store, stored_file) == 0
    assert lying(tmp_path) == []


def test_six_of_one_and_thirty_of_an_alarm_are_enough(
    caller: SignIn, team: list[list[int]], raised: dict[str, Any], app_store: Store
) -> None:
    guard, small = caller(team[0][1]), jpeg(32, 24)
    for _ in range(6):
        assert send(guard, raised["id"], small).status_code == 201
    refused = send(guard, raised["id"], small)
    assert code(refused) == (409, "pictures_enough")
    assert refused.json["facts"] == {"most": 6, "whose": "own"}
    with app_store.transaction(raised_at(app_store)) as transaction:
        row = dict(transaction.connection.execute(select(alarm_picture)).mappings().first() or {})
        for number in range(24):
            row |= {"id": 100 + number, "account_id": 900 + number, "name": f"{number}"}
            transaction.connection.execute(alarm_picture.insert().values(row))
    refused = send(caller(team[0][0]), raised["id"], small)
    assert refused.json["facts"] == {"most": 30, "whose": "all"}


def raised_at(store: Store) -> Any:
    with store.read() as connection:
        return connection.execute(select(alarm_report.c.at)).scalar()
