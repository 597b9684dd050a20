"""The line in which a herd waits: so many at once, nobody for ever, and no turn given back twice."""

import pytest

from server.domain.errors import Refused
from server.store.line import LASTS_S, Line


class Seconds:
    """A monotonic clock that is wound."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_so_many_at_once_and_no_turn_given_back_twice() -> None:
    line = Line(2)
    first, second = line.wait(0), line.wait(0)
    assert first and second and line.wait(0) is None
    line.end(first)
    line.end(first)
    line.end(None)
    assert line.wait(0) is not None
    assert line.wait(0) is None


def test_a_turn_that_nobody_ends_ends_by_itself() -> None:
    seconds = Seconds()
    line = Line(1, seconds)
    kept = line.wait(0)
    seconds.at += LASTS_S - 1
    assert line.wait(0) is None
    seconds.at += 2
    taken = line.wait(0)
    assert taken is not None
    line.end(kept)
    assert line.wait(0) is None


def test_who_waits_too_long_is_told_to_come_back() -> None:
    line = Line(1)
    with line.turn(), pytest.raises(Refused, match="busy"), line.turn(0):
        pass
    with line.turn(0):
        pass
