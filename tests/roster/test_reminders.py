"""Who is reminded of a duty, when, and once."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from server.calendar.tables import published_duty
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.delivery.channels.registry import Channels
from server.delivery.jobs.messages import send_due
from server.people.tables import account
from server.roster.jobs import remind_due
from server.roster.rules.reminders import ReminderKind, ReminderLimits, kind_due
from server.roster.tables import duty_reminder
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import SECURITY_1, STAFF_1, STAFF_2, put_on_duty, suspend
from tests.tools.gateway import Gateway
from tests.tools.plans import AFTERNOON_PEAK, MORNING_PEAK, edit, planned, published, seat, week
from tests.tools.reminders import BEFORE, EVENING, START, THIS, TUESDAY, Reminders, on_tuesday
from tests.tools.statements import counted

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["school_admin"])


@pytest.fixture
def limits(app: Flask) -> Limits:
    found: Limits = app.extensions["huxue"].limits
    return found


@pytest.fixture
def reminders(app_store: Store, limits: Limits, clock: WoundClock) -> Reminders:
    return Reminders(app_store, limits, clock)


def test_who_has_a_duty_is_reminded_the_evening_before_and_shortly_before_it_and_each_time_once(
    desk: Caller, district: SmallDistrict, reminders: Reminders
) -> None:
    one, other = district.guards[0][STAFF_1], district.guards[0][STAFF_2]
    on_tuesday(desk, district, one, other)
    on_tuesday(desk, district, one, peak=AFTERNOON_PEAK)
    assert reminders.at(datetime(2026, 11, 23, 10, 59, tzinfo=UTC)) == []
    found = {row.account_id: row for row in reminders.at(EVENING)}
    assert found.keys() == {one, other}, "one message each, of both his duties"
    assert json.loads(found[one].body) == {
        "duties": [
            {"date": TUESDAY, "peak": MORNING_PEAK, "starts": "07:20", "place": "青禾第1小学 南门"},
            {"date": TUESDAY, "peak": AFTERNOON_PEAK, "starts": "16:30", "place": "青禾第1小学 南门"},
        ],
        "more": 0,
        "page": "/duties",
    }
    assert (found[one].channel, found[one].due_at, found[one].expires_at) == ("sms", EVENING, START)
    assert reminders.at(EVENING) == [], "a clock that looks again, or a server that was started again"
    assert {row.account_id for row in reminders.at(BEFORE)} == {one, other}
    assert reminders.at(BEFORE) == []
    assert reminders.at(START) == []
    [late] = reminders.at(datetime(2026, 11, 24, 7, 50, tzinfo=UTC))
    assert late.account_id == one
    assert json.loads(late.body)["duties"][0]["starts"] == "16:30"


def test_what_is_withdrawn_off_or_over_and_who_is_suspended_or_here_is_not_reminded(
    desk: Caller, caller: SignIn, district: SmallDistrict, reminders: Reminders, clock: WoundClock
) -> None:
    post, (one, other) = district.posts[0], district.guards[0][:2]
    guard = district.guards[0][SECURITY_1]
    on_tuesday(desk, district, one, other)
    assert planned(desk, edit(post, TUESDAY, "security", guard)).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200
    assert planned(desk, edit(post, TUESDAY, "staff", None, version=1)).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200
    with reminders.store.transaction(clock.now()) as transaction:
        his = account.c.id == other
        transaction.connection.execute(update(account).where(his).values(status="suspended"))
    assert {row.account_id for row in reminders.at(EVENING)} == {guard}
    # He has come before anybody reminds him.
    clock.set(datetime(2026, 11, 23, 22, 39, tzinfo=UTC))
    put_on_duty(reminders.store, district, post=0, seats=[SECURITY_1], now=START)
    assert reminders.at(BEFORE) == []


def test_a_day_that_is_off_by_now_reminds_nobody(
    desk: Caller, district: SmallDistrict, reminders: Reminders
) -> None:
    on_tuesday(desk, district, district.guards[0][STAFF_1])
    off = {
        "school_id": district.schools[0],
        "days": [{"date": TUESDAY, "version": 0}],
        "kind": "off",
        "reason": "运动会",
    }
    assert desk.post("/api/calendar/days", off).status_code == 200
    assert reminders.at(EVENING) == []
    assert reminders.at(BEFORE) == []


def test_who_is_given_a_duty_after_the_evening_has_just_been_told_and_is_reminded_shortly_before(
    desk: Caller, district: SmallDistrict, reminders: Reminders, clock: WoundClock
) -> None:
    one = district.guards[0][STAFF_1]
    clock.set(datetime(2026, 11, 23, 12, 30, tzinfo=UTC))
    on_tuesday(desk, district, one)
    assert reminders.at(datetime(2026, 11, 23, 12, 31, tzinfo=UTC)) == []
    assert [row.account_id for row in reminders.at(BEFORE)] == [one]


def test_a_server_that_was_off_reminds_once_of_what_is_still_to_come_and_not_in_the_quiet_of_the_night(
    desk: Caller, district: SmallDistrict, reminders: Reminders
) -> None:
    one, other = district.guards[0][:2]
    on_tuesday(desk, district, one)
    on_tuesday(desk, district, other, peak=AFTERNOON_PEAK)
    night = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
    assert [row.account_id for row in reminders.at(night)] == [one], "he comes soon after the quiet hours"
    morning = reminders.at(datetime(2026, 11, 23, 22, 50, tzinfo=UTC))
    assert sorted(row.account_id for row in morning) == [one, other]
    assert all(row.due_at == row.created_at for row in morning), "none waits where it could grow stale"


def test_a_later_reminder_stands_for_an_earlier_one_that_was_missed(
    desk: Caller, district: SmallDistrict, reminders: Reminders
) -> None:
    on_tuesday(desk, district, district.guards[0][STAFF_1])
    assert len(reminders.at(BEFORE)) == 1


def test_somebody_whom_no_message_reaches_is_noted_as_such(
    desk: Caller, district: SmallDistrict, reminders: Reminders, clock: WoundClock
) -> None:
    one = district.guards[0][STAFF_1]
    on_tuesday(desk, district, one)
    with reminders.store.transaction(clock.now()) as transaction:
        none: dict[str, Any] = {c.name: None for c in account.c if c.name.startswith("phone")}
        transaction.connection.execute(update(account).where(account.c.id == one).values(none))
    assert reminders.at(EVENING) == []
    with reminders.store.read() as connection:
        assert [row.sent for row in connection.execute(select(duty_reminder))] == [False]
    shown = seat(week(desk, THIS), TUESDAY, "staff")
    assert (shown["answer"], shown["reminded"]) == (None, False)


def test_as_many_statements_remind_one_as_a_hundred(
    desk: Caller, district: SmallDistrict, reminders: Reminders, clock: WoundClock, app_store: Store
) -> None:
    one = district.guards[0][STAFF_1]
    on_tuesday(desk, district, one)

    def statements(at: datetime, people: int) -> int:
        clock.set(at)
        with counted(app_store) as heard:
            list(remind_due(app_store, reminders.limits, at))
        assert heard.writes_of("duty_reminder") == 1, people
        return len([said for said in heard.work if not said.startswith("INSERT INTO message")])

    alone = statements(EVENING, 1)
    with app_store.transaction(clock.now()) as transaction:
        row = {"district_id": district.district_id, "role": "guard", "category": "teacher"}
        row |= {"status": "approved", "school_id": district.schools[0], "registered_at": clock.now()}
        for at in range(99):
            number = transaction.connection.execute(
                insert(account).values(**row, name=f"测试{at}").returning(account.c.id)
            ).scalar_one()
            duty = {"post_id": district.posts[0], "date": date(2026, 11, 24), "peak": MORNING_PEAK}
            duty |= {"seat_group": "staff", "seat": at + 2, "account_id": number}
            transaction.connection.execute(
                insert(published_duty).values(**duty, published_at=datetime(2026, 11, 20, tzinfo=UTC))
            )
    assert statements(BEFORE, 100) == alone


@pytest.mark.parametrize(
    ("limits", "at", "kind"),
    [
        (ReminderLimits(), EVENING, ReminderKind.EVENING),
        (ReminderLimits(), BEFORE, ReminderKind.BEFORE),
        (ReminderLimits(evening=None), EVENING, None),
        (ReminderLimits(before_minutes=0), BEFORE, ReminderKind.EVENING),
        (ReminderLimits(), START, None),
    ],
)
def test_each_reminder_can_be_left_out(
    limits: ReminderLimits, at: datetime, kind: ReminderKind | None
) -> None:
    found = kind_due(START, ZoneInfo("Asia/Shanghai"), at, limits)
    assert (found[0] if found else None) == kind


def test_what_waits_of_duties_is_not_sent_to_who_was_suspended_meanwhile(
    desk: Caller,
    district: SmallDistrict,
    reminders: Reminders,
    channels: Channels,
    gateway: Gateway,
    clock: WoundClock,
) -> None:
    one, other = district.guards[0][:2]
    on_tuesday(desk, district, one, other)
    assert len(reminders.at(EVENING)) == 2
    suspend(reminders.store, one, clock.now())
    for task in send_due(reminders.store, channels, clock.now()):
        task.join()
    found = {row.account_id: (row.state, row.reason) for row in reminders.all()}
    assert found == {one: ("failed", "account_suspended"), other: ("sent", None)}
    assert len(gateway.calls) == 2, "the other one hears what changed, and is reminded"
