"""The checklist says what a district lacks as it is there; another district is not held against it."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from server.core.database import schema_state
from server.core.database.transaction import Store
from server.delivery.tables import hook, last_reached
from server.operations.rules import checklist
from server.operations.rules.checklist import Channel, ChecklistItem, Copies, Item, Places, Rooms
from server.operations.service import outside
from server.people.tables import account
from server.places.tables import district as districts
from server.places.tables import post, school
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.gateway import Gateway
from tests.tools.outward import add_hook
from tests.tools.places_desk import archive, seen

SignIn = Callable[[int | None], Caller]
Look = Callable[[], dict[str, dict[str, Any]]]
NOW = datetime(2026, 9, 7, 7, 30, tzinfo=UTC)


@pytest.fixture
def admin(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["district_admin"])


@pytest.fixture
def look(admin: Caller) -> Look:
    def looked() -> dict[str, dict[str, Any]]:
        told = admin.get("/api/checklist").json
        assert told["open"] == sum(not one["done"] for one in told["items"])
        assert [one["name"] for one in told["items"]] == [one.value for one in Item]
        return {one["name"]: one for one in told["items"]}

    return looked


def places(**other: Any) -> list[ChecklistItem]:
    told = {"stations": 1, "schools": 2, "posts": 3, "empty_schools": 0, "unprinted": 0, "outline": True}
    return checklist.of_places(Places(**{**told, **other}))


@pytest.mark.parametrize(
    ("other", "lacks"),
    [
        ({}, []),
        ({"stations": 0}, ["stations"]),
        ({"posts": 0}, ["posts", "posters"]),
        ({"empty_schools": 1}, ["posts"]),
        ({"unprinted": 1}, ["posters"]),
        ({"outline": False}, ["outline"]),
    ],
)
def test_places_are_done_once_guards_can_stand_there(other: dict[str, Any], lacks: list[str]) -> None:
    assert [one["name"] for one in places(**other) if not one["done"]] == lacks


@pytest.mark.parametrize(
    ("item", "done"),
    [
        (checklist.administrators(1), False),
        (checklist.administrators(2), True),
        (checklist.channel(Item.SMS, Channel(set_up=True, tried=False)), False),
        # It worked before somebody took the gateway out of the settings.
        (checklist.channel(Item.SMS, Channel(set_up=False, tried=True)), False),
        (checklist.channel(Item.PUSH, Channel(set_up=True, tried=True)), True),
        (checklist.rooms(Rooms(2, 0)), False),
        (checklist.rooms(Rooms(2, 1)), True),
        (checklist.auditor(None, NOW), False),
        (checklist.auditor(NOW - timedelta(minutes=3), NOW), False),
        (checklist.auditor(NOW - timedelta(minutes=1), NOW), True),
        (checklist.backups(Copies(named=False, readable=False, newest_at=None), NOW), False),
        (checklist.backups(Copies(named=True, readable=True, newest_at=None), NOW), False),
        (checklist.backups(Copies(True, True, NOW - timedelta(hours=49)), NOW), False),
        (checklist.backups(Copies(True, True, NOW - timedelta(hours=48)), NOW), True),
        # The clock of the machine that copies is ahead.
        (checklist.backups(Copies(True, True, NOW + timedelta(hours=1)), NOW), True),
    ],
)
def test_what_was_only_set_up_is_not_done(item: ChecklistItem, done: bool) -> None:
    assert item["done"] == done


def test_the_newest_file_of_a_folder_counts_and_one_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert outside.copies("") == Copies(named=False, readable=False, newest_at=None)
    assert outside.copies(str(tmp_path / "nowhere")) == Copies(named=True, readable=False, newest_at=None)
    assert outside.copies(str(tmp_path)) == Copies(named=True, readable=True, newest_at=None)
    for name, hours in (("old.db", 30), ("new.db", 3)):
        (tmp_path / name).write_bytes(b"")
        at = (NOW - timedelta(hours=hours)).timestamp()
        os.utime(tmp_path / name, (at, at))
    assert outside.copies(str(tmp_path)).newest_at == NOW - timedelta(hours=3)


def test_posters_are_done_once_each_current_code_has_one(
    look: Look, admin: Caller, district: SmallDistrict
) -> None:
    assert look()["posters"]["facts"] == {"number": 3, "missing": 3}
    two = {"post_ids": district.posts[:2]}
    assert admin.post("/api/places/posters", two).status_code == 202
    assert look()["posters"]["facts"] == {"number": 3, "missing": 1}
    assert admin.post("/api/places/posters", {"post_ids": []}).status_code == 202
    assert look()["posters"]["done"]
    path = f"/api/places/posts/{district.posts[0]}/code"
    version = admin.get(path).json["version"]
    assert admin.post(path, {"version": version, "reason": "海报丢了"}).status_code == 200
    assert look()["posters"]["facts"] == {"number": 3, "missing": 1}, "the new code hangs nowhere"


def test_archived_places_and_other_districts_are_not_counted(
    look: Look, admin: Caller, app_store: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    before = look()
    assert (before["schools"]["facts"], before["posts"]["done"]) == ({"number": 3}, True)
    with app_store.engine.begin() as connection:
        other = connection.execute(
            insert(districts)
            .values(name="别的区", time_zone="Asia/Shanghai", demo=False)
            .returning(districts.c.id)
        ).scalar_one()
        person = {"name": "别人", "role": "district_admin", "status": "approved"}
        connection.execute(
            insert(account).values(
                **person, username="other", district_id=other, password_hash="x", registered_at=clock.now()
            )
        )
        connection.execute(update(school).where(school.c.id == district.schools[1]).values(archived_at=NOW))
        connection.execute(update(post).where(post.c.id == district.posts[1]).values(archived_at=NOW))
    after = look()
    assert (after["schools"]["facts"], after["posts"]["done"]) == ({"number": 2}, True)
    assert after["administrators"] == before["administrators"]
    assert archive(admin, seen(admin, district.posts[0])).status_code == 200
    assert look()["posts"]["facts"] == {"number": 1, "empty_schools": 1}


def test_ways_out_and_the_auditor_are_done_once_they_did_something(
    look: Look, app_store: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    before = look()
    assert not any(before[name]["done"] for name in ("sms", "push", "rooms", "auditor", "backups"))
    room = add_hook(app_store, district.district_id, Gateway(port=1), clock.now())
    assert look()["rooms"]["facts"] == {"number": 1, "tried": 0}
    with app_store.transaction(clock.now()) as transaction:
        connection = transaction.connection
        connection.execute(update(hook).where(hook.c.id == room).values(last_ok_at=clock.now()))
        reached = {"account_id": district.guards[0][0], "at": clock.now()}
        connection.execute(
            insert(last_reached), [reached | {"channel": "sms"}, reached | {"channel": "push"}]
        )
        schema_state.try_write(connection, "auditor", clock.now())
    after = look()
    assert [after[name]["done"] for name in ("sms", "push", "rooms", "auditor")] == [True] * 4


@pytest.mark.parametrize("role", ["school_admin", "station_officer", "dispatcher", "auditor"])
def test_nobody_else_is_told(caller: SignIn, district: SmallDistrict, role: str) -> None:
    assert code(caller(district.consoles[role]).get("/api/checklist")) == (403, "not_your_role")
