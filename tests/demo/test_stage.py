"""The simulation's clock: deeds in order, again when asked, later while the server is away."""

import threading
from datetime import datetime, timedelta

import pytest

from server.demo.phone import Connection, ServerAway
from server.demo.stage import Scheduler, now


def staged(hands: int = 1) -> Scheduler:
    return Scheduler(lambda: Connection("http://127.0.0.1:1"), hands)


def test_deeds_come_in_the_order_of_their_times() -> None:
    stage, done, at = staged(), list[int](), now() - timedelta(seconds=10)

    def deed(number: int) -> None:
        done.append(number)
        if number == 3:
            stage.stop()

    for number in (3, 1, 2):
        stage.put(at + timedelta(seconds=number), lambda _line, number=number: deed(number))
    stage.run()
    assert done == [1, 2, 3]


def test_a_deed_may_ask_to_be_done_again() -> None:
    stage, times = staged(), list[datetime]()

    def deed(_line: Connection) -> datetime | None:
        times.append(now())
        if len(times) < 3:
            return now()
        stage.stop()
        return None

    stage.put(now(), deed)
    stage.run()
    assert len(times) == 3


def test_what_failed_for_want_of_a_server_is_done_later() -> None:
    stage, tries = staged(hands=2), list[str]()

    def deed(line: Connection) -> None:
        tries.append("try")
        if len(tries) == 1:
            line.call("GET", "/healthz")
        stage.stop()

    stage.put(now(), deed)
    stage.run()
    assert len(tries) == 2


def test_stopping_wakes_hands_that_wait() -> None:
    stage, done, before = staged(hands=4), list[str](), threading.active_count()
    stage.put(now() + timedelta(hours=1), lambda _line: done.append("too early"))
    stopper = threading.Timer(0.2, stage.stop)
    stopper.start()
    stage.run()
    stopper.join()
    assert done == [], "what was due later is not done because of the stop"
    assert threading.active_count() == before, "no hand is left waiting"


def test_nobody_answers() -> None:
    with pytest.raises(ServerAway, match="ConnectionRefusedError"):
        Connection("http://127.0.0.1:1").call("GET", "/")
