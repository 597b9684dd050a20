"""The files of pictures: a store that is away, what was begun, what is too old, what its sender takes along."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from server.alarm.jobs import pictures as jobs
from server.alarm.jobs.pictures import FilesOfNone, let_go
from server.alarm.tables.pictures import alarm_picture
from server.alarm.tables.timelines import alarm_entry
from server.core.audit import audit_row
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.jobs import sweeping
from server.core.jobs.tables import stored_file
from server.people.service import erasing
from tests.alarm.test_pictures import look, lying
from tests.people.test_own_data import copy_of
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import count
from tests.tools.jobs import work_off
from tests.tools.pictures import jpeg, send

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def raised(caller: SignIn, team: list[list[int]]) -> dict[str, Any]:
    """Let somebody of the first post raise an alarm."""
    told: dict[str, Any] = caller(team[0][0]).post("/api/alarms").json
    return told


def test_a_store_that_is_away_refuses_the_picture_alone(
    app: Flask,
    caller: SignIn,
    team: list[list[int]],
    raised: dict[str, Any],
    app_store: Store,
    tmp_path: Path,
) -> None:
    guard, number = caller(team[0][1]), str(uuid4())
    (tmp_path / "files").write_text("no folder")
    assert code(send(guard, raised["id"], jpeg(), request_id=number)) == (503, "files_away")
    assert count(app_store, alarm_entry, act="picture") == 0
    noted = guard.post(f"/api/alarms/{raised['id']}/notes", {"text": "门口有人"})
    assert noted.status_code == 200
    (tmp_path / "files").unlink()
    again = send(guard, raised["id"], jpeg(), request_id=number)
    assert again.status_code == 201
    for one in lying(tmp_path):
        one.unlink()
    assert code(look(guard, raised["id"], again.json["name"])) == (404, "not_found")


def test_what_was_begun_and_not_ended_is_swept_away(
    app: Flask,
    caller: SignIn,
    team: list[list[int]],
    raised: dict[str, Any],
    app_store: Store,
    clock: WoundClock,
    tmp_path: Path,
) -> None:
    files = app.extensions["huxue"].files
    assert send(caller(team[0][1]), raised["id"], jpeg()).status_code == 201
    # As if the server had been killed between the files and the last transaction.
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(alarm_picture.delete())
        begun = {"whole_at": None, "bytes": 0, "expires_at": clock.now() + timedelta(hours=1)}
        transaction.connection.execute(update(stored_file).values(begun))
    assert sweeping.sweep(app_store, files, clock.now(), RowRetry("files")) == 0
    clock.wind(seconds=3_601)
    assert sweeping.sweep(app_store, files, clock.now(), RowRetry("files")) == 2
    assert lying(tmp_path) == []
    assert count(app_store, stored_file) == 0


def test_after_its_days_a_picture_goes_with_its_files_and_its_line_stays(
    app: Flask,
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    raised: dict[str, Any],
    app_store: Store,
    clock: WoundClock,
    tmp_path: Path,
) -> None:
    here, guard = app.extensions["huxue"], caller(team[0][1])
    name = send(guard, raised["id"], jpeg()).json["name"]
    clock.wind(minutes=364 * 24 * 60)
    assert let_go(app_store, here.limits, clock.now(), RowRetry("pictures")) == 0
    clock.wind(minutes=24 * 60 + 1)
    assert let_go(app_store, here.limits, clock.now(), RowRetry("pictures")) == 1
    assert sweeping.sweep(app_store, here.files, clock.now(), RowRetry("files")) == 2
    assert count(app_store, alarm_picture) == count(app_store, stored_file) == 0
    assert lying(tmp_path) == []
    with app_store.read() as connection:
        purged = (
            connection.execute(select(audit_row.c.facts).where(audit_row.c.act == "purge")).scalars().all()
        )
        assert [one for one in purged if "alarm_picture" in one] == [{"alarm_picture": 1}]
        facts = connection.execute(
            select(alarm_entry.c.facts).where(alarm_entry.c.act == "picture")
        ).scalar_one()
    assert facts["picture"] == name


def test_the_copy_of_own_data_has_the_pictures_that_he_sent(
    app: Flask, caller: SignIn, team: list[list[int]], raised: dict[str, Any]
) -> None:
    guard = caller(team[0][1])
    name = send(guard, raised["id"], jpeg()).json["name"]
    send(caller(team[0][0]), raised["id"], jpeg(50, 50))
    whole = look(guard, raised["id"], name).data
    archive = copy_of(app, guard)
    inside = [one for one in archive.namelist() if one.startswith("pictures/")]
    assert [archive.read(one) for one in inside] == [whole]
    assert "csv/alarm_pictures.csv" in archive.namelist()


def test_who_is_erased_leaves_the_pictures_of_an_emergency_under_his_number_alone(
    app: Flask,
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    raised: dict[str, Any],
    app_store: Store,
    clock: WoundClock,
) -> None:
    here = app.extensions["huxue"]
    name = send(caller(team[0][1]), raised["id"], jpeg()).json["name"]
    desk = caller(district.consoles["dispatcher"])
    desk.post(f"/api/alarms/{raised['id']}/resolution", {"outcome": "real", "finding": "已劝离"})
    with app_store.transaction(clock.now()) as transaction:
        erasing.ask_again(transaction, team[0][1])
    assert work_off(app) >= 1
    clock.wind(minutes=24 * 60)
    sweeping.sweep(app_store, here.files, clock.now(), RowRetry("files"))
    assert look(desk, raised["id"], name).status_code == 200
    items = desk.get(f"/api/alarms/{raised['id']}/pictures").json["items"]
    assert [(one["account_id"], sorted(one)) for one in items] == [
        (team[0][1], ["account_id", "at", "bytes", "content_type", "height", "name", "width"])
    ]


def test_a_file_that_no_picture_names_goes_and_does_not_stay_for_twenty_years(
    app: Flask,
    caller: SignIn,
    team: list[list[int]],
    raised: dict[str, Any],
    app_store: Store,
    clock: WoundClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A row that went without its files, as a part of a restored database may."""
    monkeypatch.setattr(jobs, "LOOKED_AT_ONCE", 3)
    guard = caller(team[0][1])
    kept, lost = (send(guard, raised["id"], jpeg(width)).json["name"] for width in (320, 330))
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(delete(alarm_picture).where(alarm_picture.c.name == lost))
    looker, rows = FilesOfNone(app_store), RowRetry("files_of_none")
    assert sum(looker.let_go(clock.now(), rows) for _round in range(4)) == 2
    here = app.extensions["huxue"]
    assert sweeping.sweep(app_store, here.files, clock.now(), RowRetry("sweeping")) == 2
    assert len(lying(tmp_path)) == 2
    assert look(guard, raised["id"], kept).status_code == 200
    assert sum(looker.let_go(clock.now(), rows) for _round in range(4)) == 0
