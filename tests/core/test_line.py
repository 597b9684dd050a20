"""The line in which a herd waits: so many at once, nobody for ever, and no turn given back twice."""

import threading

import pytest

from server.core.database.admission_queue import HELD_UP_S, LASTS_S, AdmissionQueue
from server.core.refused import Refused


class Seconds:
    """A monotonic clock that is wound."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_so_many_at_once_and_no_turn_given_back_twice() -> None:
    line = AdmissionQueue(2)
    first, second = line.wait(0), line.wait(0)
    assert first and second and line.wait(0) is None
    line.end(first)
    line.end(first)
    line.end(None)
    assert line.wait(0) is not None
    assert line.wait(0) is None


def test_a_turn_that_nobody_ends_ends_by_itself() -> None:
    seconds = Seconds()
    line = AdmissionQueue(1, monotonic=seconds)
    kept = line.wait(0)
    seconds.at += LASTS_S - 1
    assert line.wait(0) is None
    seconds.at += 2
    taken = line.wait(0)
    assert taken is not None
    line.end(kept)
    assert line.wait(0) is None


def test_who_waits_too_long_is_told_to_come_back() -> None:
    line = AdmissionQueue(1)
    with line.turn(), pytest.raises(Refused, match="busy"), line.turn(0):
        pass
    with line.turn(0):
        pass


def test_who_comes_when_too_many_wait_is_told_without_delay() -> None:
    line = AdmissionQueue(1, most_waiting=0)
    kept = line.wait(0)
    assert line.wait(3600) is None
    line.end(kept)
    assert line.wait(0) is not None


def test_while_somebody_is_ahead_no_turn_begins_and_afterwards_it_does() -> None:
    line, begun = AdmissionQueue(2), threading.Event()

    def come() -> None:
        with line.turn():
            begun.set()

    waiting = threading.Thread(target=come)
    with line.ahead():
        with line.ahead():
            waiting.start()
        assert not begun.wait(0.1)
    assert begun.wait(HELD_UP_S / 2)
    waiting.join()


def test_somebody_ahead_does_not_hold_the_line_up_for_ever() -> None:
    line = AdmissionQueue(1)
    with line.ahead():
        assert line.wait(0) is not None
