"""A guard's own calendar reads his published duties under a link that he can take back."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from server.core.database.transaction import Store
from server.people.tables import account
from server.roster.tables import calendar_link
from tests.tools.client import Caller, code
from tests.tools.district import SmallDistrict
from tests.tools.duty import STAFF_1, STAFF_2
from tests.tools.plans import edit, planned, published

SignIn = Callable[[int | None], Caller]
NEXT, TUESDAY = "2026-11-30", "2026-12-01"


@pytest.fixture
def guard(caller: SignIn, district: SmallDistrict) -> Caller:
    """Give a guard with a published duty, next Tuesday morning."""
    desk = caller(district.consoles["school_admin"])
    assert planned(desk, edit(district.posts[0], TUESDAY, "staff", district.guards[0][STAFF_1])).json
    assert published(desk, NEXT, district.schools[0]).status_code == 200
    return caller(district.guards[0][STAFF_1])


def made(guard: Caller, **more: str) -> str:
    """Make a link and give its path."""
    answer = guard.post("/api/me/calendar-link", {"language": "zh-CN", **more})
    assert answer.status_code == 200, answer.json
    path: str = answer.json["path"]
    return path


def read(app: Flask, path: str) -> TestResponse:
    """Read a link as a calendar does: without a session."""
    return app.test_client().get(path)


def test_the_link_shows_what_was_published_in_the_form_that_calendars_read(app: Flask, guard: Caller) -> None:
    answer = read(app, made(guard))
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    [event] = Calendar.from_ical(answer.data).walk("VEVENT")
    assert event["SUMMARY"] == "护学岗：青禾第1小学 南门"
    assert event["UID"] == f"{TUESDAY}-morning_arrival-1@huxue"
    assert event["DTSTART"].dt == datetime(2026, 11, 30, 23, 20, tzinfo=UTC)
    assert event["DTEND"].dt == datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))


def test_the_language_is_the_one_in_which_the_link_was_made(app: Flask, guard: Caller) -> None:
    [event] = Calendar.from_ical(read(app, made(guard, language="en")).data).walk("VEVENT")
    assert event["SUMMARY"] == "School guard: 青禾第1小学 南门"
    assert code(guard.post("/api/me/calendar-link", {"language": "fr"})) == (422, "bad_input")


def test_the_address_is_told_once_and_kept_as_a_hash(guard: Caller, app_store: Store) -> None:
    assert guard.get("/api/me/calendar-link").json == {"made_at": None, "last_read_on": None, "path": None}
    token = made(guard).removeprefix("/api/calendars/").removesuffix(".ics")
    shown = guard.get("/api/me/calendar-link").json
    assert shown["path"] is None and shown["made_at"] == "2026-11-22T23:15:00.000Z"
    with app_store.read() as connection:
        kept = connection.execute(select(calendar_link.c.token_hash)).scalar_one()
    assert token not in kept and len(kept) == 64


def test_a_retry_makes_no_second_link_and_is_not_told_the_address(app: Flask, guard: Caller) -> None:
    number = "11111111-1111-4111-8111-111111111111"
    path = made(guard, request_id=number)
    again = guard.post("/api/me/calendar-link", {"language": "zh-CN", "request_id": number})
    assert again.json["path"] is None
    assert read(app, path).status_code == 200


def test_a_link_ends_with_the_next_one_and_with_its_revocation(app: Flask, guard: Caller) -> None:
    first = made(guard)
    second = made(guard)
    assert [read(app, path).status_code for path in (first, second)] == [404, 200]
    assert guard.post("/api/me/calendar-link/revocation", {}).json["made_at"] is None
    assert read(app, second).status_code == 404
    assert read(app, "/api/calendars/unknown.ics").status_code == 404


def test_whoever_is_suspended_or_has_closed_his_account_is_read_by_no_calendar(
    app: Flask, guard: Caller, app_store: Store
) -> None:
    path = made(guard)

    def status(value: str) -> None:
        with app_store.transaction(datetime.now(UTC)) as transaction:
            his = account.c.id == guard.account_id
            transaction.connection.execute(update(account).where(his).values(status=value))

    status("suspended")
    assert read(app, path).status_code == 404
    status("approved")
    assert read(app, path).status_code == 200
    closing = {"kind": "identity", "version": "2026-11", "given": False}
    assert guard.post("/api/me/consents", closing).status_code == 200
    with app_store.read() as connection:
        assert connection.execute(select(calendar_link)).all() == []


def test_the_day_of_the_last_reading_is_shown(app: Flask, guard: Caller) -> None:
    path = made(guard)
    assert guard.get("/api/me/calendar-link").json["last_read_on"] is None
    read(app, path)
    assert guard.get("/api/me/calendar-link").json["last_read_on"] == "2026-11-22"


def test_another_guard_has_a_calendar_of_his_own(
    app: Flask, guard: Caller, caller: SignIn, district: SmallDistrict
) -> None:
    made(guard)
    other = caller(district.guards[0][STAFF_2])
    assert other.get("/api/me/calendar-link").json["made_at"] is None
    assert Calendar.from_ical(read(app, made(other)).data).walk("VEVENT") == []


def test_a_day_that_is_off_by_now_is_in_no_calendar(
    app: Flask, guard: Caller, caller: SignIn, district: SmallDistrict
) -> None:
    path = made(guard)
    admin = caller(district.consoles["district_admin"])
    days = [{"date": TUESDAY, "version": 0}]
    body = {"school_id": district.schools[0], "days": days, "kind": "off", "reason": "运动会"}
    assert admin.post("/api/calendar/days", body).status_code == 200
    assert Calendar.from_ical(read(app, path).data).walk("VEVENT") == []
