"""The auditor cries when steps are not taken, calls the watchdog while they are, and touches nothing."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from server.alarm.jobs.escalation import take_due
from server.alarm.jobs.unanswered import time_out_due
from server.alarm.tables import alarms as alarm_alarms
from server.alarm.tables import escalation
from server.auditor.process import Auditor, AuditorChannels
from server.auditor.webhooks import anchor_of, cry_of, watchdog_of
from server.config import BadSetting, Settings, read_settings
from server.core.database import event_log
from server.core.database.schema_state import write_probe
from server.core.database.transaction import Store
from server.core.live import presence_rows
from server.delivery import tables as delivery_tables
from server.delivery.channels.signed import signature
from server.delivery.queries import messages
from tests.tools import gateway
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import close_pages, open_pages
from tests.tools.faults import failing_commits
from tests.tools.gateway import Gateway

SignIn = Callable[[int | None], Caller]
SECRET = "a key that is long enough for this test"


@pytest.fixture
def outside() -> Iterator[Gateway]:
    """Run the house that hears the auditor."""
    with gateway.running() as running:
        yield running


@pytest.fixture
def watching(app_store: Store, clock: WoundClock, outside: Gateway) -> Auditor:
    """Give an auditor that is heard."""
    settings = read_settings(
        {
            "HUXUE_MODE": "demo",
            "HUXUE_AUDITOR_URL": outside.url,
            "HUXUE_AUDITOR_SECRET": SECRET,
            "HUXUE_WATCHDOG_URL": outside.url.replace("/send", "/well"),
            "HUXUE_AUDITOR_HOSTS": "127.0.0.1",
            "HUXUE_AUDITOR_PRIVATE": "1",
        }
    )
    return Auditor(app_store, clock.now, AuditorChannels(cry_of(settings), watchdog_of(settings)))


def no_messages_nor_answers(store: Store, app: Flask, clock: WoundClock) -> None:
    """Let the time to answer be over, and nothing wait to be sent: this is about steps."""
    clock.wind(seconds=15)
    time_out_due(store, app.extensions["huxue"].limits, clock.now())
    sent(store)
    with store.engine.begin() as connection:
        connection.execute(update(alarm_alarms.response).values(answer_due_at=None))


def sent(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(update(delivery_tables.message).values(state="sent"))


def cries(outside: Gateway) -> list[dict[str, object]]:
    return [json.loads(body) for _headers, body in outside.calls if body]


def test_ten_seconds_late_and_it_cries_until_the_step_is_taken(
    app: Flask,
    caller: SignIn,
    team: list[list[int]],
    app_store: Store,
    watching: Auditor,
    outside: Gateway,
    clock: WoundClock,
) -> None:
    caller(team[0][0]).post("/api/alarms")
    no_messages_nor_answers(app_store, app, clock)
    clock.wind(seconds=24.9)
    assert watching.look() == []
    clock.wind(seconds=0.1)
    [found] = watching.look()
    assert found["problem"] == "steps_not_taken"
    assert {(one["tier"], one["late_s"]) for one in found["rows"]} == {(1, 10), (2, 10), (3, 10)}
    headers, body = outside.calls[-1]
    assert headers["X-Huxue-Signature"] == f"sha256={signature(SECRET, headers['X-Huxue-Timestamp'], body)}"
    clock.wind(seconds=59)
    watching.look()
    assert len(cries(outside)) == 1
    clock.wind(seconds=1)
    watching.look()
    assert len(cries(outside)) == 2, "again after a minute"
    take_due(app_store, app.extensions["huxue"].limits, clock.now())
    sent(app_store)
    watching.look()
    last = cries(outside)[-1]
    assert (last["problem"], last["over"]) == (None, "steps_not_taken"), "and it says when that is over"


def test_the_watchdog_is_called_while_all_is_well_and_only_then(
    caller: SignIn, team: list[list[int]], watching: Auditor, outside: Gateway, clock: WoundClock
) -> None:
    for _ in range(4):
        watching.look()
        clock.wind(seconds=15)
    assert [body for _headers, body in outside.calls] == [b"", b""]
    caller(team[0][0]).post("/api/alarms")
    clock.wind(seconds=60)
    before = len(outside.calls)
    watching.look()
    watching.look()
    assert [json.loads(body)["problem"] for _headers, body in outside.calls[before:]] == [
        "steps_not_taken",
        "answers_not_timed_out",
        "messages_stuck",
    ]


def test_answers_that_nobody_times_out_are_a_problem_of_their_own(
    caller: SignIn, team: list[list[int]], app_store: Store, watching: Auditor, clock: WoundClock
) -> None:
    raised = caller(team[0][0]).post("/api/alarms").json
    sent(app_store)
    clock.wind(seconds=24.9)
    assert watching.look() == []
    clock.wind(seconds=0.1)
    [found] = watching.look()
    assert found["problem"] == "answers_not_timed_out"
    assert len(found["rows"]) == len(raised["responses"])
    assert found["rows"][0] | {"tier": 1} == {
        "alarm_id": raised["id"],
        "tier": 1,
        "due_at": "2026-11-22T23:15:15.000Z",
        "late_s": 10,
    }


@pytest.mark.parametrize("state", ["waiting", "sending"])
def test_a_message_that_does_not_leave_is_a_problem_of_its_own(
    app_store: Store, watching: Auditor, clock: WoundClock, state: str
) -> None:
    draft = messages.Draft("sms", "sign_in_code", "19900000001", "a", "1", clock.now() + timedelta(minutes=5))
    with app_store.transaction(clock.now()) as transaction:
        messages.put(transaction.connection, [draft], clock.now())
        transaction.connection.execute(update(delivery_tables.message).values(state=state))
    clock.wind(seconds=29.9)
    assert watching.look() == []
    clock.wind(seconds=0.1)
    [found] = watching.look()
    assert found["problem"] == "messages_stuck"
    [row] = found["rows"]
    assert (row["channel"], row["state"], row["alarm_id"], row["late_s"]) == ("sms", state, None, 30)
    assert "19900000001" not in json.dumps(found)


def test_an_open_alarm_without_any_step_is_a_problem_at_once(
    caller: SignIn,
    team: list[list[int]],
    district: SmallDistrict,
    app_store: Store,
    watching: Auditor,
    outside: Gateway,
) -> None:
    raised = caller(team[0][0]).post("/api/alarms").json
    assert watching.look() == []
    with app_store.engine.begin() as connection:
        connection.execute(update(escalation.ladder).values(due_at=None))
    [found] = watching.look()
    assert (found["problem"], found["rows"]) == ("alarm_without_step", [{"alarm_id": raised["id"]}])
    end = {"outcome": "false", "finding": "x"}
    caller(district.consoles["dispatcher"]).post(f"/api/alarms/{raised['id']}/resolution", end)
    assert watching.look() == []
    assert [one.get("over") for one in cries(outside)] == [None, "alarm_without_step"]


def test_a_deaf_house_does_not_stop_it(watching: Auditor, outside: Gateway, clock: WoundClock) -> None:
    outside.how = "500"
    assert watching.look() == []
    outside.how = "close"
    clock.wind(seconds=30)
    assert watching.look() == []


def test_it_tells_nobody_anything(
    app_store: Store, watching: Auditor, caller: SignIn, team: list[list[int]]
) -> None:
    caller(team[0][0]).post("/api/alarms")
    with app_store.read() as connection:
        before = event_log.last(connection)
    watching.look()
    with app_store.read() as connection:
        assert event_log.last(connection) == before


def test_it_really_writes_and_cries_when_it_cannot(
    app_store: Store, watching: Auditor, clock: WoundClock
) -> None:
    def number() -> int:
        with app_store.read() as connection:
            found: int = connection.execute(select(write_probe.c.number)).scalar_one()
        return found

    assert watching.look() == []
    assert watching.look() == []
    assert number() == 1, "each ten seconds"
    clock.wind(seconds=10)
    assert watching.look() == []
    assert number() == 2
    clock.wind(seconds=10)
    with failing_commits(app_store):
        [found] = watching.look()
        assert found["problem"] == "database_unwritable"
        [found] = watching.look()
        assert found["problem"] == "database_unwritable", "and again until it works"
    assert watching.look() == []
    assert number() == 3


def test_the_newest_seal_is_left_outside_signed(
    outside: Gateway,
) -> None:
    settings = read_settings(
        {
            "HUXUE_MODE": "demo",
            "HUXUE_SEAL_URL": outside.url,
            "HUXUE_AUDITOR_SECRET": SECRET,
            "HUXUE_AUDITOR_HOSTS": "127.0.0.1",
            "HUXUE_AUDITOR_PRIVATE": "1",
        }
    )
    anchor_of(settings)(b'{"number": 1}')
    headers, body = outside.calls[-1]
    assert headers["X-Huxue-Signature"] == f"sha256={signature(SECRET, headers['X-Huxue-Timestamp'], body)}"
    assert headers["X-Huxue-Reference"].startswith("seal:")


def test_an_unreadable_database_is_a_problem(clock: WoundClock, settings: Settings, outside: Gateway) -> None:
    store = Store("postgresql+psycopg://nobody@/nowhere?host=/nonexistent")
    said: list[bytes] = []
    [found] = Auditor(store, clock.now, AuditorChannels(said.append, lambda: None)).look()
    assert found["problem"] == "database_unreadable"
    assert len(said) == 1


def test_the_command_says_by_its_exit_code(
    app: Flask,
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    app_store: Store,
    clock: WoundClock,
) -> None:
    open_pages(app_store, [district.consoles["dispatcher"]], clock.now())
    runner = app.test_cli_runner()
    assert runner.invoke(args=["auditor", "--once"]).exit_code == 0
    caller(team[0][0]).post("/api/alarms")
    clock.wind(seconds=60)
    done = runner.invoke(args=["auditor", "--once"])
    assert (done.exit_code, done.stdout) == (1, "steps_not_taken\nanswers_not_timed_out\nmessages_stuck\n")


@pytest.mark.parametrize("name", ["HUXUE_AUDITOR_URL", "HUXUE_SEAL_URL"])
def test_a_webhook_needs_a_key(name: str) -> None:
    with pytest.raises(BadSetting, match="HUXUE_AUDITOR_SECRET"):
        read_settings({"HUXUE_MODE": "demo", name: "https://alerts.example"})


def test_a_peak_at_a_station_whose_consoles_nobody_looks_at_is_an_alarm_of_its_own(
    app: Flask, app_store: Store, clock: WoundClock, district: SmallDistrict
) -> None:
    def named() -> list[list[str]]:
        clock.wind(seconds=31)
        found = Auditor(app_store, clock.now, AuditorChannels(lambda _body: None, lambda: None), limits)
        alone = (one["rows"] for one in found.look() if one["problem"] == "no_live_console")
        return [[row["station"] for row in rows] for rows in alone]

    limits = app.extensions["huxue"].limits
    assert named() == [["第1派出所", "第2派出所"]]
    officer, dispatcher = district.consoles["station_officer"], district.consoles["dispatcher"]
    open_pages(app_store, [officer], clock.now())
    assert named() == [["第2派出所"]]
    with app_store.transaction(clock.now()) as transaction:
        page, now = {"hidden": dispatcher}, clock.now()
        presence_rows.enter(transaction.connection, page, worker="x", now=now, hidden=["hidden"])
    assert named() == [["第2派出所"]], "a page out of sight is looked at by nobody"
    open_pages(app_store, [dispatcher], clock.now())
    assert named() == []
    close_pages(app_store, [officer, dispatcher], clock.now())
    clock.wind(minutes=240)
    assert named() == [], "no peak runs"
