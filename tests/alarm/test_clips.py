"""Clips sent to an alarm: who may, who plays them, what is left of them, and parts of them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from server.alarm.jobs.pictures import let_go
from server.alarm.tables.pictures import alarm_picture
from server.alarm.tables.timelines import alarm_entry
from server.config import Settings
from server.core.audit import audit_row
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.jobs import sweeping
from server.core.jobs.tables import stored_file
from tests.alarm.test_pictures import CONSOLES, lying
from tests.people.test_own_data import copy_of
from tests.tools.client import Caller, code
from tests.tools.clips import SAMPLE, SECRET, mp4, send_clip, webm
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import VOLUNTEER_1, count, suspend
from tests.tools.insiders import Insiders
from tests.tools.pictures import jpeg, send

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Let two clips of a megabyte be enough."""
    return replace(settings, clip_mb=1, clips=2)


@pytest.fixture
def raised(caller: SignIn, team: list[list[int]]) -> dict[str, Any]:
    """Let somebody of the first post raise an alarm."""
    told: dict[str, Any] = caller(team[0][0]).post("/api/alarms").json
    return told


def play(one: Caller, alarm_id: int, name: str, part: str | None = None) -> Any:
    headers = {"Range": part} if part else {}
    # Its end gives the place back.
    return one.client.get(f"/api/alarms/{alarm_id}/clips/{name}", headers=headers, buffered=True)


@pytest.mark.parametrize(("content", "kind"), [(mp4(), "video/mp4"), (webm(), "video/webm")])
def test_a_clip_is_kept_as_it_is_without_places_and_told_in_the_timeline(
    caller: SignIn,
    team: list[list[int]],
    raised: dict[str, Any],
    app_store: Store,
    tmp_path: Path,
    content: bytes,
    kind: str,
) -> None:
    guard, path = caller(team[0][1]), f"/api/alarms/{raised['id']}"
    answer = send_clip(guard, raised["id"], content)
    assert answer.status_code == 201, answer.json
    told = answer.json
    assert (told["content_type"], told["width"], told["height"], told["bytes"]) == (
        kind,
        64,
        48,
        len(content),
    )
    whole = play(guard, raised["id"], told["name"])
    assert (whole.status_code, whole.headers["Content-Type"]) == (200, kind)
    assert SAMPLE in whole.data and SECRET not in whole.data and len(whole.data) == len(content)
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self'" in whole.headers["Content-Security-Policy"]
    assert whole.headers["Cache-Control"] == "private, no-store"
    ending = kind.removeprefix("video/")
    assert whole.headers["Content-Disposition"].startswith(f'inline; filename="huxue-{raised["id"]}-')
    assert whole.headers["Content-Disposition"].endswith(f'.{ending}"')
    assert guard.get(f"{path}/pictures").json["items"] == [told]
    line = guard.get(path).json["timeline"][-1]
    assert (line["act"], line["actor_id"], line["facts"]["clip"]) == ("clip", team[0][1], told["name"])
    with app_store.read() as connection:
        row = connection.execute(select(alarm_picture)).one()
        assert line["facts"]["sha256"] == row.sha256
        written = connection.execute(select(audit_row).where(audit_row.c.act == "add_clip")).one()
    assert (written.actor_id, written.facts) == (team[0][1], {"alarm_id": raised["id"], "clip": row.id})
    assert [one.name for one in lying(tmp_path)] == [row.picture_file] != [told["name"]]


def test_a_part_is_answered_as_a_part(caller: SignIn, team: list[list[int]], raised: dict[str, Any]) -> None:
    guard = caller(team[0][1])
    name = send_clip(guard, raised["id"], mp4()).json["name"]
    whole = play(guard, raised["id"], name).data
    for asked, first, end in (
        ("bytes=0-", 0, len(whole)),
        ("bytes=0-1", 0, 2),
        ("bytes=100-199", 100, 200),
        (f"bytes=200-{len(whole) + 900}", 200, len(whole)),
        ("bytes=-50", len(whole) - 50, len(whole)),
    ):
        answer = play(guard, raised["id"], name, asked)
        assert (answer.status_code, answer.data) == (206, whole[first:end]), asked
        assert answer.headers["Content-Range"] == f"bytes {first}-{end - 1}/{len(whole)}"
        assert answer.headers["Content-Length"] == str(end - first)
        assert answer.headers["Content-Type"] == "video/mp4"
    behind = play(guard, raised["id"], name, f"bytes={len(whole)}-")
    assert (behind.status_code, behind.data) == (416, b"")
    assert behind.headers["Content-Range"] == f"bytes */{len(whole)}"
    for odd in ("bytes=0-1,5-9", "lines=1-2", "bytes=x"):
        assert (play(guard, raised["id"], name, odd).status_code, odd) == (200, odd)


def test_the_same_clip_sent_again_is_one(
    caller: SignIn, team: list[list[int]], raised: dict[str, Any], app_store: Store, tmp_path: Path
) -> None:
    guard, number = caller(team[0][1]), str(uuid4())
    first, again = (send_clip(guard, raised["id"], mp4(), request_id=number) for _each in range(2))
    assert (first.status_code, again.status_code, first.json) == (201, 201, again.json)
    assert code(send_clip(guard, raised["id"], webm(), request_id=number)) == (409, "request_id_reused")
    assert count(app_store, alarm_picture) == len(lying(tmp_path)) == 1
    assert count(app_store, alarm_entry, act="clip") == 1


def test_each_console_in_scope_plays_it_and_its_look_is_recorded_once_an_hour(
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    raised: dict[str, Any],
    app_store: Store,
    clock: WoundClock,
) -> None:
    name = send_clip(caller(team[0][1]), raised["id"], mp4()).json["name"]
    for role in CONSOLES:
        for part in (None, "bytes=0-", "bytes=90-"):
            assert play(caller(district.consoles[role]), raised["id"], name, part).status_code in {200, 206}
    assert play(caller(team[0][0]), raised["id"], name).status_code == 200, "who raised it"
    with app_store.read() as connection:
        looks = connection.execute(
            select(audit_row.c.actor_id).where(audit_row.c.act == "see_clip")
        ).scalars()
        assert sorted(looks) == sorted(district.consoles[role] for role in CONSOLES)
    clock.wind(minutes=61)
    play(caller(district.consoles["dispatcher"]), raised["id"], name)
    assert count(app_store, audit_row, act="see_clip") == len(CONSOLES) + 1


def test_whoever_does_not_see_the_alarm_plays_no_clip_of_it(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], raised: dict[str, Any], insiders: Insiders
) -> None:
    name = send_clip(caller(team[0][1]), raised["id"], mp4()).json["name"]
    elsewhere = caller(team[2][0]).post("/api/alarms").json["id"]
    away = insiders.console("station_officer", station_id=district.stations[1])
    for one in (caller(away), caller(district.guards[2][VOLUNTEER_1])):
        assert code(play(one, raised["id"], name)) == (404, "not_found")
        assert code(send_clip(one, raised["id"], mp4())) == (404, "not_found")
    assert code(play(caller(district.consoles["auditor"]), raised["id"], name)) == (403, "not_your_role")
    dispatcher = caller(district.consoles["dispatcher"])
    assert code(play(dispatcher, elsewhere, name)) == (404, "not_found"), "of another alarm"
    # A picture is no clip, nor a clip a picture.
    picture = send(caller(team[0][1]), raised["id"], jpeg()).json["name"]
    assert code(play(dispatcher, raised["id"], picture)) == (404, "not_found")
    for end in ("", "/preview"):
        one = dispatcher.get(f"/api/alarms/{raised['id']}/pictures/{name}{end}")
        assert code(one) == (404, "not_found")


def test_who_is_suspended_or_was_asked_plays_nothing_afterwards(
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    raised: dict[str, Any],
    app_store: Store,
    clock: WoundClock,
) -> None:
    asked, raiser = caller(team[0][1]), caller(team[0][0])
    name = send_clip(asked, raised["id"], mp4()).json["name"]
    own = send_clip(raiser, raised["id"], webm()).json["name"]
    ending = {"outcome": "real", "finding": "已劝离"}
    caller(district.consoles["dispatcher"]).post(f"/api/alarms/{raised['id']}/resolution", ending)
    assert code(play(asked, raised["id"], name)) == (409, "alarm_over")
    assert code(send_clip(asked, raised["id"], mp4())) == (409, "alarm_over")
    assert play(raiser, raised["id"], own).status_code == 200
    suspend(app_store, team[0][0], clock.now())
    assert code(play(raiser, raised["id"], own)) == (403, "suspended")


def test_what_is_no_clip_is_refused_and_leaves_nothing(
    caller: SignIn, team: list[list[int]], raised: dict[str, Any], app_store: Store, tmp_path: Path
) -> None:
    guard = caller(team[0][1])
    for content in (b"", b"<html>", jpeg(), mp4()[:900], webm(doc=b"matroska")):
        assert code(send_clip(guard, raised["id"], content)) == (422, "clip_unreadable")
    refused = send_clip(guard, raised["id"], mp4(size=10**6))
    assert code(refused) == (413, "clip_too_large")
    assert refused.json["facts"] == {"most_mb": 1}
    assert code(guard.post(f"/api/alarms/{raised['id']}/clips", {})) == (422, "bad_input"), "no number"
    assert count(app_store, alarm_picture) == count(app_store, stored_file) == 0
    assert lying(tmp_path) == []


def test_as_many_as_the_setting_says_are_enough_and_pictures_have_their_own_number(
    caller: SignIn, team: list[list[int]], raised: dict[str, Any]
) -> None:
    guard = caller(team[0][1])
    for _ in range(2):
        assert send_clip(guard, raised["id"], mp4()).status_code == 201
    refused = send_clip(guard, raised["id"], mp4())
    assert code(refused) == (409, "clips_enough")
    assert refused.json["facts"] == {"most": 2, "whose": "own"}
    assert send(guard, raised["id"], jpeg(32, 24)).status_code == 201


def test_a_clip_goes_after_its_days_with_its_file(
    app: Flask,
    caller: SignIn,
    team: list[list[int]],
    raised: dict[str, Any],
    app_store: Store,
    clock: WoundClock,
    tmp_path: Path,
) -> None:
    here = app.extensions["huxue"]
    send_clip(caller(team[0][1]), raised["id"], mp4())
    send(caller(team[0][1]), raised["id"], jpeg())
    clock.wind(minutes=366 * 24 * 60)
    assert let_go(app_store, here.limits, clock.now(), RowRetry("pictures")) == 2
    assert sweeping.sweep(app_store, here.files, clock.now(), RowRetry("files")) == 3
    assert count(app_store, alarm_picture) == count(app_store, stored_file) == 0
    assert lying(tmp_path) == []
    with app_store.read() as connection:
        purged = connection.execute(select(audit_row.c.facts).where(audit_row.c.act == "purge")).scalars()
        assert {"alarm_picture": 2} in list(purged)


def test_the_copy_of_own_data_has_the_clips_that_he_sent(
    app: Flask, caller: SignIn, team: list[list[int]], raised: dict[str, Any]
) -> None:
    guard = caller(team[0][1])
    names = [send_clip(guard, raised["id"], one).json["name"] for one in (mp4(), webm())]
    kept = [play(guard, raised["id"], name).data for name in names]
    archive = copy_of(app, guard)
    inside = sorted(one for one in archive.namelist() if one.startswith("pictures/"))
    assert [one.rpartition(".")[2] for one in inside] == ["mp4", "webm"]
    assert [archive.read(one) for one in inside] == kept
