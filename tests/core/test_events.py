"""Catching up on the event log, and when only fetching everything anew helps."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from server.core.database import event_log
from server.core.database.transaction import Store
from tests.duty.test_check_ins import body
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.retention import purge

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict, clock: WoundClock) -> Caller:
    """Let three guards check in, and give the dispatcher's desk that hears of each."""
    for seat in range(3):
        sent = body(district.codes[0], clock.now(), device_id=f"device-{seat}")
        assert caller(district.guards[0][seat]).post("/api/check-ins", sent).status_code == 201
    return caller(district.consoles["dispatcher"])


def ask(desk: Caller, after: int, epoch: str) -> TestResponse:
    return desk.get("/api/events", after=after, epoch=epoch)


def epoch_of(desk: Caller) -> str:
    """Learn the name of the history as a client does: from the answer of a full fetch."""
    found: str = desk.get("/api/coverage").json["epoch"]
    return found


def test_what_came_after_an_id_in_order_and_then_nothing(desk: Caller) -> None:
    batch = ask(desk, 0, epoch_of(desk)).json
    ids = [one["id"] for one in batch["events"]]
    assert len(ids) == 3
    assert ids == sorted(ids)
    assert (batch["prev"], batch["last"]) == (0, ids[-1])
    rest = ask(desk, ids[0], epoch_of(desk)).json
    assert [one["id"] for one in rest["events"]] == ids[1:]
    assert ask(desk, batch["last"], epoch_of(desk)).json["events"] == []


def test_another_history_is_refused_with_its_name(desk: Caller) -> None:
    refused = ask(desk, 0, "of-yesterday")
    assert (refused.status_code, refused.json["code"]) == (410, "epoch_changed")
    assert refused.json["facts"] == {"epoch": epoch_of(desk)}


def test_a_cursor_older_than_what_is_kept_is_refused_and_the_oldest_that_is_whole_is_not(
    app: Flask,
    desk: Caller,
    caller: SignIn,
    district: SmallDistrict,
    app_store: Store,
    clock: WoundClock,
) -> None:
    """After the purge a client that missed a purged event must not believe that nothing happened."""
    epoch = epoch_of(desk)
    clock.wind(minutes=60 * 24 * 7 + 1)
    sent = body(district.codes[0], clock.now(), device_id="device-9")
    caller(district.guards[0][4]).post("/api/check-ins", sent)
    purge(app_store, app.extensions["huxue"].settings, clock.now())
    with app_store.read() as connection:
        oldest, last = event_log.ends(connection)
    assert 1 < oldest <= last
    for after in (0, oldest - 2):
        refused = ask(desk, after, epoch)
        assert (refused.status_code, refused.json["code"]) == (410, "cursor_too_old")
    whole = ask(desk, oldest - 1, epoch)
    assert whole.status_code == 200
    assert {one["id"] for one in whole.json["events"]} <= set(range(oldest, last + 1))
    newest = desk.get("/api/coverage").json["last"]
    assert ask(desk, newest, epoch).json["events"] == []


def test_a_cursor_at_an_event_that_the_log_does_not_know_is_refused(desk: Caller, app_store: Store) -> None:
    """Restored without a new epoch, the log is behind its clients: they must not believe that nothing happened."""
    epoch = epoch_of(desk)
    with app_store.transaction(datetime.now(UTC)) as transaction:
        # The log has grown again: another room's event has the number at which this page's cursor stands.
        transaction.publish("guard.changed", {}, ("account:0",))
    with app_store.read() as connection:
        last = event_log.last(connection)
    for after in (last, last + 1):
        refused = ask(desk, after, epoch)
        assert (refused.status_code, refused.json["code"]) == (410, "cursor_too_old")
        assert refused.json["facts"] == {"undone": True}


@pytest.mark.parametrize("after", ["-1", "x", "", "1e3", str(2**63), "NaN"])
def test_a_cursor_that_is_none(desk: Caller, after: str) -> None:
    refused = desk.get("/api/events", after=after, epoch=epoch_of(desk))
    assert (refused.status_code, refused.json["code"]) == (422, "bad_input")


def test_a_start_leaves_numbers_out_so_that_none_is_given_twice(store: Store) -> None:
    """A log that was set back to where it was goes on with other numbers than before."""
    now = datetime.now(UTC)
    ids: list[int] = []
    for _start in range(3):
        with store.transaction(now) as transaction:
            event_log.leap(transaction.connection)
        with store.transaction(now) as transaction:
            transaction.publish("guard.changed", {}, ("district:1",))
        with store.read() as connection:
            ids.append(event_log.last(connection))
    assert ids == sorted(ids)
    assert len({later - one for one, later in itertools.pairwise(ids)}) == 2
    assert all(later - one >= 1_000 for one, later in itertools.pairwise(ids))
