"""A press and what else works on several alarms wait for each other in one order: nobody waits in a circle."""

import threading
import time
from typing import Any

import pytest
from sqlalchemy import text, update

from server.alarm.queries import alarms
from server.core.database.locks import Queue, wait_in
from server.core.database.transaction import Store
from server.duty.tables import check_in
from tests.tools.client import code
from tests.tools.field import Morning
from tests.tools.places_desk import archive, seen

WITHIN_S = 30


def _wait_for_a_waiting_press(store: Store, press: threading.Thread, waiting: int = 1) -> None:
    """Wait until so many wait for a row or a queue."""
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until:
        assert press.is_alive(), "the press waited for nothing"
        with store.read() as connection:
            if connection.execute(text(waits)).scalar_one() >= waiting:
                return
    raise AssertionError("nobody waits")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_press_where_somebody_is_aside_holds_alarms_in_the_order_of_their_numbers(morning: Morning) -> None:
    """While it waits for the earlier alarm, whoever holds that one gets the later one at once."""
    stranger = morning.insiders.stranger("volunteer", on_duty=False)
    aside = morning.press(stranger, post=0)
    body = {"account_id": stranger.account_id}
    assert morning.console().post(f"/api/alarms/{aside['id']}/asides", body).status_code == 200
    morning.clock.wind(seconds=61)
    raiser = morning.caller(morning.team[2][0])
    own = morning.press(raiser)
    told: list[dict[str, Any]] = []
    press = threading.Thread(target=lambda: told.append(morning.press(raiser, post=0)))
    with morning.store.transaction(morning.clock.now()) as transaction:
        assert alarms.by_id(transaction.connection, aside["id"], lock=True)
        press.start()
        _wait_for_a_waiting_press(morning.store, press)
        later = text("SELECT id FROM alarm WHERE id = :id FOR UPDATE NOWAIT")
        assert transaction.connection.execute(later, {"id": own["id"]}).scalar_one() == own["id"]
    press.join(WITHIN_S)
    assert told and told[0]["id"] not in {aside["id"], own["id"]}
    assert morning.seen(aside)["asides"] == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_post_is_not_archived_under_an_alarm_that_is_being_raised(morning: Morning) -> None:
    desk, post_id = morning.console("district_admin"), morning.district.posts[0]
    found, raiser = seen(desk, post_id), morning.caller(morning.team[0][0])
    told: list[tuple[int, str]] = []
    with morning.store.transaction(morning.clock.now()) as transaction:
        nobody_there = update(check_in).where(check_in.c.post_id == post_id)
        transaction.connection.execute(nobody_there.values(checked_out_at=morning.clock.now()))
    archiving = threading.Thread(target=lambda: told.append(code(archive(desk, found))))
    pressing = threading.Thread(target=lambda: morning.press(raiser, post=0))
    with morning.store.transaction(morning.clock.now()) as transaction:
        wait_in(transaction.connection, Queue.POST, post_id)
        pressing.start()
        _wait_for_a_waiting_press(morning.store, pressing)
        archiving.start()
        # Both wait, the press first.
        _wait_for_a_waiting_press(morning.store, archiving, waiting=2)
    for one in (pressing, archiving):
        one.join(WITHIN_S)
    assert told == [(409, "post_in_alarm")]
