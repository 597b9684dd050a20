"""Tests of gate devices: passed, failed, not tested."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.refused import Refused
from server.exercise.rules.device import (
    Result,
    Signal,
    SignalKind,
    Window,
    check_window,
    has_passed,
    judge_device,
    judge_post,
    quarter_of,
)
from tests.alarm.strategies import NOW

HOUR = timedelta(hours=1)
WINDOW = Window(announced_at=NOW, starts_at=NOW + 24 * HOUR, ends_at=NOW + 26 * HOUR)
signals = st.lists(
    st.builds(
        Signal, st.sampled_from(SignalKind), st.integers(-60, 60 * 60).map(lambda m: NOW + m * HOUR / 60)
    ),
    max_size=6,
)


@given(heard=signals)
def test_a_device_passes_by_a_test_within_the_window_and_by_nothing_else(heard: list[Signal]) -> None:
    result = judge_device(heard, WINDOW)
    inside = [one for one in heard if one.kind is SignalKind.TEST and WINDOW.holds(one.at)]
    assert (result is Result.PASSED) == bool(inside)
    if result is Result.NOT_TESTED:
        meant = [one for one in heard if one.kind is not SignalKind.ALARM and one.at >= NOW]
        assert all(one.at > WINDOW.ends_at + 24 * HOUR for one in meant)


@given(heard=signals, at=st.integers(0, 50 * 60))
def test_a_signal_in_vain_is_never_silence(heard: list[Signal], at: int) -> None:
    vain = Signal(SignalKind.OLD_KEY, NOW + at * HOUR / 60)
    assert judge_device([*heard, vain], WINDOW) is not Result.NOT_TESTED


@given(heard=signals)
def test_alarms_that_were_meant_say_nothing_about_a_test(heard: list[Signal]) -> None:
    quiet = [one for one in heard if one.kind is not SignalKind.ALARM]
    assert judge_device(heard, WINDOW) is judge_device(quiet, WINDOW)


@given(results=st.lists(st.sampled_from(Result)))
def test_a_post_is_as_good_as_its_worst_device(results: list[Result]) -> None:
    worst = judge_post(results)
    assert (worst is None) == (not results)
    assert (worst is Result.FAILED) == (Result.FAILED in results)
    assert (worst is Result.PASSED) == (bool(results) and set(results) == {Result.PASSED})


@pytest.mark.parametrize(("starts", "ends"), [(2, 2), (3, 2), (-3, 0), (1, 1 + 32 * 24)])
def test_a_window_that_makes_no_sense_is_refused(starts: int, ends: int) -> None:
    with pytest.raises(Refused, match="bad_window"):
        check_window(starts_at=NOW + starts * HOUR, ends_at=NOW + ends * HOUR, now=NOW)
    check_window(starts_at=NOW - HOUR, ends_at=NOW + HOUR, now=NOW)


SHANGHAI = ZoneInfo("Asia/Shanghai")


@given(at=st.integers(0, 20 * 366 * 24).map(lambda hours: datetime(2020, 1, 1, tzinfo=UTC) + hours * HOUR))
def test_a_moment_lies_in_its_quarter_which_begins_where_the_one_before_ends(at: datetime) -> None:
    begins, ends = quarter_of(at, SHANGHAI)
    assert begins <= at < ends
    assert timedelta(days=90) <= ends - begins <= timedelta(days=92)
    assert quarter_of(begins - timedelta(seconds=1), SHANGHAI)[1] == begins
    local = begins.astimezone(SHANGHAI)
    assert (local.month in {1, 4, 7, 10}, local.day, local.hour) == (True, 1, 0)


@given(heard=signals)
def test_a_device_has_passed_in_a_quarter_by_any_of_its_tests_and_a_signal_since_its_beginning(
    heard: list[Signal],
) -> None:
    later = Window(announced_at=NOW, starts_at=NOW + 40 * HOUR, ends_at=NOW + 41 * HOUR)
    either = any(judge_device(heard, one) is Result.PASSED for one in (WINDOW, later))
    assert has_passed(heard, [WINDOW, later], since=NOW) == either
    assert not has_passed(heard, [], since=NOW)
    # A test that began in the quarter before counts for this one only by what was heard in this one.
    since = WINDOW.starts_at + HOUR
    inside = [one for one in heard if one.kind is SignalKind.TEST and since <= one.at <= WINDOW.ends_at]
    assert has_passed(heard, [WINDOW], since=since) == bool(inside)
