"""What the clock alone does to a post in a morning: opens, misses people, ends, and closes who forgot."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from server.core.database.event_log import event, event_room
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.duty.jobs import Openings, close_overdue
from server.duty.queries import check_ins, coverage
from server.duty.tables import check_in
from server.places.tables import peak, post
from server.setup.actions.imports import ImportRequest, import_file
from tests.duty.test_check_ins import body
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.import_file import sheets, workbook

SignIn = Callable[[int | None], Caller]
NONE = {"staff": 0, "security": 0, "volunteer": 0, "police": 0}


class Morning:
    """A district whose clock is wound to times of a Monday in Shanghai, in hours, minutes and seconds."""

    def __init__(self, store: Store, limits: Limits, clock: WoundClock, post_id: int) -> None:
        self.store, self.limits, self.clock, self.post_id = store, limits, clock, post_id
        self.midnight = clock.now() - timedelta(hours=7, minutes=15)
        self.openings = Openings(store, limits)
        self.seen = 0

    def at(self, hour: int, minute: int, second: float = 0) -> datetime:
        """Give the time."""
        return self.midnight + timedelta(hours=hour, minutes=minute, seconds=second)

    def look(self, hour: int, minute: int, second: float = 0) -> list[dict[str, Any]]:
        """Wind the clock, let the duty work, and give the lines that were told of the first post."""
        self.clock.set(self.at(hour, minute, second))
        for _step in self.openings.work(self.clock.now()):
            continue
        return [data for data in self.told("coverage.changed") if data["post_id"] == self.post_id]

    def told(self, name: str) -> list[dict[str, Any]]:
        """Give the events of a name since it was last asked."""
        with self.store.read() as connection:
            rows = connection.execute(
                select(event.c.id, event.c.data).where(event.c.name == name, event.c.id > self.seen)
            ).all()
        self.seen = max([self.seen, *(row.id for row in rows)])
        return [row.data for row in rows]

    def line(self) -> dict[str, Any]:
        """Give the line that is kept of the first post."""
        with self.store.read() as connection:
            kept = coverage.line_of(connection, self.post_id)
        assert kept is not None
        return kept


@pytest.fixture
def limits(app: Flask) -> Limits:
    """Give the application's rules."""
    found: Limits = app.extensions["huxue"].limits
    return found


@pytest.fixture
def morning(app_store: Store, limits: Limits, district: SmallDistrict, clock: WoundClock) -> Morning:
    """Give a Monday before anybody has looked at the posts; the peak is from 07:20 to 08:00."""
    return Morning(app_store, limits, clock, district.posts[0])


def test_a_morning_nobody_comes(morning: Morning, district: SmallDistrict) -> None:
    [before] = morning.look(6, 49, 59.9)
    assert (before["state"], before["phase"], before["required"]) == ("off_duty", "off", NONE)

    [opened] = morning.look(6, 50)
    assert (opened["state"], opened["phase"]) == ("uncovered", "opening")
    assert (opened["missing"], opened["rostered"]) == (opened["required"], 7)
    assert (opened["opens_at"], opened["since"]) == ("2026-11-22T22:50:00.000Z",) * 2
    assert morning.look(7, 19, 59.9) == []

    [started] = morning.look(7, 20)
    assert (started["state"], started["phase"], started["no_shows"]) == ("uncovered", "running", [])
    assert started["since"] == opened["since"], "it has been without anybody since it opened"

    assert morning.look(7, 25) == [], "five minutes of grace, to the last"
    [missed] = morning.look(7, 25, 0.001)
    assert missed["no_shows"] == sorted(district.guards[0])
    assert morning.look(7, 59, 59.9) == []

    [ended] = morning.look(8, 0)
    assert (ended["state"], ended["phase"], ended["no_shows"], ended["required"]) == (
        "off_duty",
        "off",
        [],
        NONE,
    )
    versions = [one["version"] for one in (before, opened, started, missed, ended)]
    assert versions == [1, 2, 3, 4, 5], "one version for each change, and none for looking"


def test_who_came_is_no_no_show_and_who_comes_late_is_one_until_then(
    morning: Morning, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    morning.look(7, 15)
    early, late = district.guards[0][0], district.guards[0][1]
    caller(early).post("/api/check-ins", body(district.codes[0], clock.now()))
    morning.look(7, 25, 1)
    assert morning.line()["no_shows"] == sorted(district.guards[0][1:])
    clock.set(morning.at(7, 40))
    caller(late).post("/api/check-ins", body(district.codes[0], clock.now(), device_id="device-2"))
    assert morning.line()["no_shows"] == sorted(district.guards[0][2:])
    clock.set(morning.at(7, 52))
    caller(early).post("/api/check-outs")
    assert early not in morning.line()["no_shows"], "who has gone had come"


def test_two_processes_that_look_tell_each_change_once(morning: Morning, limits: Limits) -> None:
    other = Openings(morning.store, limits)
    for hour, minute in ((6, 40), (6, 50), (7, 20)):
        first = morning.look(hour, minute)
        for _step in other.work(morning.clock.now()):
            continue
        assert len(first) == 1
        assert morning.told("coverage.changed") == []


def test_a_server_that_slept_through_the_peak_tells_where_things_stand(
    morning: Morning, limits: Limits
) -> None:
    morning.look(6, 40)
    [woken] = morning.look(7, 26)
    assert (woken["state"], woken["phase"], len(woken["no_shows"])) == ("uncovered", "running", 7)
    [ended] = morning.look(9, 0)
    assert ended["state"] == "off_duty"


def forgetful(morning: Morning, caller: SignIn, district: SmallDistrict, of_post: int = 0) -> int:
    """Let a guard come in time and never check out; gives the account."""
    morning.look(7, 15)
    account_id = district.guards[of_post][0]
    answer = caller(account_id).post("/api/check-ins", body(district.codes[of_post], morning.clock.now()))
    assert answer.status_code == 201
    return account_id


def test_who_forgets_to_check_out_is_closed_half_an_hour_after_the_end(
    morning: Morning, caller: SignIn, district: SmallDistrict, limits: Limits, app_store: Store
) -> None:
    guard = forgetful(morning, caller, district)
    assert close_overdue(app_store, limits, morning.at(8, 29, 59.999)) == 0
    morning.told("check_in.changed")
    assert close_overdue(app_store, limits, morning.at(8, 30)) == 1
    with app_store.read() as connection:
        row = connection.execute(select(check_in)).mappings().one()
    assert (row["checked_out_how"], row["checked_out_at"]) == ("no_check_out", morning.at(8, 30))
    [told] = morning.told("check_in.changed")
    assert (told["account_id"], told["checked_out_at"]) == (guard, "2026-11-23T00:30:00.000Z")
    with app_store.read() as connection:
        rooms = connection.execute(
            select(event_room.c.room)
            .join(event, event_room.c.event_id == event.c.id)
            .where(event.c.name == "check_in.changed", event.c.data["account_id"].as_integer() == guard)
        ).scalars()
        assert set(rooms) == {f"account:{guard}"}
    assert close_overdue(app_store, limits, morning.at(8, 31)) == 0
    assert caller(guard).get("/api/duty").json["check_in"] is None


def test_a_duty_that_is_closed_late_ends_when_it_should_have(
    morning: Morning, caller: SignIn, district: SmallDistrict, limits: Limits, app_store: Store
) -> None:
    """A server that was down for hours adds none of them to anybody's duty."""
    forgetful(morning, caller, district)
    assert close_overdue(app_store, limits, morning.at(13, 0)) == 1
    with app_store.read() as connection:
        ended = connection.execute(select(check_in.c.checked_out_at)).scalar_one()
    assert ended == morning.at(8, 30)


def test_who_checks_out_while_the_clock_closes_has_checked_out(
    morning: Morning, caller: SignIn, district: SmallDistrict, limits: Limits, app_store: Store
) -> None:
    guard = forgetful(morning, caller, district)
    morning.clock.set(morning.at(8, 30))
    assert caller(guard).post("/api/check-outs").status_code == 201
    morning.told("check_in.changed")
    assert close_overdue(app_store, limits, morning.at(8, 30)) == 0
    with app_store.transaction(morning.clock.now()) as transaction:
        # As when the clock's duty read the row just before the guard's check-out was committed.
        number = transaction.connection.execute(select(check_in.c.id)).scalar_one()
        late = check_ins.check_out(transaction.connection, number, at=morning.at(8, 30), how="no_check_out")
    assert not late
    with app_store.read() as connection:
        assert connection.execute(select(check_in.c.checked_out_how)).scalar_one() == "check_out"
    assert morning.told("check_in.changed") == []


def test_an_import_is_taken_up_within_a_minute(morning: Morning, clock: WoundClock, app_store: Store) -> None:
    """New posts get their line, a changed peak its new hours, with the server running on."""
    morning.look(6, 55)
    content = sheets()
    content["高峰 peaks"][1][3:5] = ["07:30", "08:10"]
    wanted = ImportRequest(content=workbook(content), filename="district.xlsx", district="青禾区")
    done = import_file(app_store, wanted=wanted, now=clock.now())
    assert done.errors == ()
    for second in (1, 30, 59):
        morning.look(6, 55, second)
    morning.look(6, 56)
    with app_store.read() as connection:
        lines = coverage.lines(connection)
    assert len(lines) == 5, "the three of before and the file's two"
    assert morning.line()["state"] == "off_duty", "its window opens at 07:00 now"
    [opened] = morning.look(7, 0)
    assert opened["state"] == "uncovered"


def test_a_changed_peak_reaches_the_line_within_a_minute(
    morning: Morning, app_store: Store, clock: WoundClock
) -> None:
    morning.look(6, 55)
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(peak).where(peak.c.kind == "morning_arrival").values(ends=morning.at(16, 30).time())
        )
    assert morning.look(6, 55, 59) == []
    [changed] = morning.look(6, 56)
    assert changed["ends_at"] == "2026-11-23T00:30:00.000Z"


def test_a_post_that_cannot_be_read_leaves_the_others_their_lines(
    morning: Morning, district: SmallDistrict, app_store: Store
) -> None:
    """Its composition was written by a version that counts otherwise."""
    with app_store.engine.begin() as connection:
        connection.execute(
            update(post).where(post.c.id == district.posts[0]).values(composition={"doctor": 1})
        )
    for hour, minute in ((6, 50), (6, 51), (7, 20)):
        morning.look(hour, minute)
    with app_store.read() as connection:
        lines = [coverage.line_of(connection, post_id) for post_id in district.posts]
    assert lines[0] is None
    assert [line["phase"] for line in lines[1:] if line] == ["running", "running"]


def test_a_duty_that_cannot_be_read_does_not_keep_the_others_open(
    morning: Morning, caller: SignIn, district: SmallDistrict, limits: Limits, app_store: Store
) -> None:
    unreadable, other = [forgetful(morning, caller, district, post) for post in (0, 1)]
    with app_store.engine.begin() as connection:
        connection.execute(
            update(check_in).where(check_in.c.account_id == unreadable).values(shift={"closes": "08:30"})
        )
    close_overdue(app_store, limits, morning.at(8, 30))
    assert caller(other).get("/api/duty").json["check_in"] is None
