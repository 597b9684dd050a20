"""The auditor cries when steps are not taken, calls the watchdog while they are, and touches nothing."""

import json
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from server.channels.auditor import cry_of, watchdog_of
from server.channels.signed import signature
from server.config import BadSetting, Settings, read_settings
from server.jobs.auditor import Auditor, Ways
from server.jobs.escalation import take_due
from server.store import event_log
from server.store.transaction import Store
from tests.tools import gateway
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
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
    return Auditor(app_store, clock.now, Ways(cry_of(settings), watchdog_of(settings)))


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
    clock.wind(seconds=39.9)
    assert watching.look()["problem"] is None
    clock.wind(seconds=0.1)
    found = watching.look()
    assert found["problem"] == "steps_not_taken"
    assert {(one["tier"], one["late_s"]) for one in found["steps"]} == {(1, 10), (2, 10), (3, 10)}
    headers, body = outside.calls[-1]
    assert headers["X-Huxue-Signature"] == f"sha256={signature(SECRET, headers['X-Huxue-Timestamp'], body)}"
    clock.wind(seconds=59)
    watching.look()
    assert len(cries(outside)) == 1
    clock.wind(seconds=1)
    watching.look()
    assert len(cries(outside)) == 2, "again after a minute"
    take_due(app_store, app.extensions["huxue"].rules, clock.now())
    watching.look()
    assert cries(outside)[-1]["problem"] is None, "and it says when all is well again"


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
    assert [bool(body) for _headers, body in outside.calls[before:]] == [True]


def test_a_deaf_house_does_not_stop_it(watching: Auditor, outside: Gateway, clock: WoundClock) -> None:
    outside.how = "500"
    assert watching.look()["problem"] is None
    outside.how = "close"
    clock.wind(seconds=30)
    assert watching.look()["problem"] is None


def test_it_only_reads(app_store: Store, watching: Auditor, caller: SignIn, team: list[list[int]]) -> None:
    caller(team[0][0]).post("/api/alarms")
    with app_store.read() as connection:
        before = event_log.last(connection)
    watching.look()
    with app_store.read() as connection:
        assert event_log.last(connection) == before


def test_an_unreadable_database_is_a_problem(clock: WoundClock, settings: Settings, outside: Gateway) -> None:
    store = Store("postgresql+psycopg://nobody@/nowhere?host=/nonexistent")
    said: list[bytes] = []
    found = Auditor(store, clock.now, Ways(said.append, lambda: None)).look()
    assert found["problem"] == "database_unreadable"
    assert len(said) == 1


def test_the_command_says_by_its_exit_code(
    app: Flask, caller: SignIn, team: list[list[int]], clock: WoundClock
) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["auditor", "--once"]).exit_code == 0
    caller(team[0][0]).post("/api/alarms")
    clock.wind(seconds=60)
    done = runner.invoke(args=["auditor", "--once"])
    assert (done.exit_code, done.output) == (1, "steps_not_taken\n")


def test_a_webhook_needs_a_key() -> None:
    with pytest.raises(BadSetting, match="HUXUE_AUDITOR_SECRET"):
        read_settings({"HUXUE_MODE": "demo", "HUXUE_AUDITOR_URL": "https://alerts.example"})
