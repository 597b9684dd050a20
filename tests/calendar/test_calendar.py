"""School days, peaks and windows, in any time zone."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.calendar.rules import (
    PeaksOn,
    Phase,
    Shift,
    Window,
    current_shift,
    next_shift,
    phase_of,
    shift_for,
    shifts_around,
    shifts_on,
)
from server.core.refused import Refused
from server.places.rules.days import Day, SchoolDays
from server.places.rules.peaks import DEFAULT_PEAKS, Peak, PeakKind, SchoolKind
from tests.alarm.strategies import (
    MORNING,
    NOW,
    SHANGHAI,
    SHIFT,
    dates,
    moments,
    peaks,
    shifts,
    timetables,
    windows,
    zones,
)


def every_day(peaks: list[Peak]) -> PeaksOn:
    return lambda _on: tuple(peaks)


def weekdays(peaks: list[Peak], days: SchoolDays | None = None) -> PeaksOn:
    known = days or SchoolDays()
    return lambda on: tuple(one for one in peaks if known.on(on).stands(one.kind))


def around(peaks: list[Peak], now: datetime) -> tuple[Shift, ...]:
    return shifts_around(weekdays(peaks), now, SHANGHAI, Window())


@given(shift=shifts())
def test_the_moments_of_a_shift_come_in_order(shift: Shift) -> None:
    assert shift.opens_at <= shift.starts_at <= shift.late_after <= shift.ends_at <= shift.closes_at
    assert shift.starts_at <= shift.check_out_opens_at <= shift.ends_at
    assert shift.starts_at < shift.ends_at


@given(peak=peaks(), on=dates, zone=zones)
def test_a_shift_starts_and_ends_by_the_wall_clock(peak: Peak, on: date, zone: ZoneInfo) -> None:
    shift = shifts_on([peak], on, zone, Window())[0]
    wall = datetime.combine(on, peak.starts, zone)
    if wall.astimezone(UTC).astimezone(zone).time() != peak.starts:
        return  # a start in the hour that the clocks leave out: only the order of moments is promised
    assert shift.starts_at.astimezone(zone).replace(tzinfo=None) == datetime.combine(on, peak.starts)
    last_day = on if peak.ends > peak.starts else on + timedelta(days=1)
    end = datetime.combine(last_day, peak.ends, zone)
    if end.astimezone(UTC).astimezone(zone).time() == peak.ends and end.astimezone(UTC) > shift.starts_at:
        assert shift.ends_at.astimezone(zone).replace(tzinfo=None) == datetime.combine(last_day, peak.ends)


@given(plan=timetables, on=dates, zone=zones, window=windows, part=st.floats(0, 0.999))
def test_whoever_comes_within_a_window_finds_a_shift(
    plan: list[Peak], on: date, zone: ZoneInfo, window: Window, part: float
) -> None:
    for shift in shifts_on(plan, on, zone, window):
        now = shift.opens_at + part * (shift.ends_at - shift.opens_at)
        near = shifts_around(every_day(plan), now, zone, window)
        found = shift_for(near, now)
        assert found.opens_at <= now < found.ends_at
        assert shift_for(near, now, {shift.key}) == shift
        assert current_shift(near, now) == found


@given(plan=timetables, now=moments, zone=zones, window=windows)
def test_outside_every_window_the_refusal_tells_when_it_opens(
    plan: list[Peak], now: datetime, zone: ZoneInfo, window: Window
) -> None:
    near = shifts_around(weekdays(plan), now, zone, window)
    upcoming = next_shift(weekdays(plan), now, zone, window)
    assert upcoming is not None
    assert upcoming.opens_at > now
    found = current_shift(near, now)
    if found is not None:
        assert shift_for(near, now, upcoming=upcoming) == found
        return
    with pytest.raises(Refused) as refused:
        shift_for(near, now, upcoming=upcoming)
    assert refused.value.code in {"too_early", "shift_over", "no_shift"}
    fact = "opens_at" if refused.value.code == "too_early" else "next_opens_at"
    assert refused.value.facts == {fact: upcoming.opens_at}


@given(plan=timetables, now=moments, zone=zones, window=windows)
def test_no_shift_opens_between_now_and_the_next(
    plan: list[Peak], now: datetime, zone: ZoneInfo, window: Window
) -> None:
    upcoming = next_shift(weekdays(plan), now, zone, window)
    assert upcoming is not None
    between = [one for one in shifts_around(weekdays(plan), now, zone, window) if now < one.opens_at]
    assert all(upcoming.opens_at <= one.opens_at for one in between)


@given(shift=shifts(), now=moments)
def test_phases_follow_the_window(shift: Shift, now: datetime) -> None:
    assert phase_of(None, now) == Phase.OFF
    assert phase_of(shift, shift.opens_at - timedelta(microseconds=1)) == Phase.OFF
    assert phase_of(shift, shift.starts_at) == Phase.RUNNING
    assert phase_of(shift, shift.ends_at) == Phase.OFF
    if shift.opens_at < shift.starts_at:
        assert phase_of(shift, shift.opens_at) == Phase.OPENING


def test_a_morning_in_shanghai_is_the_night_before_in_utc() -> None:
    assert SHIFT.starts_at == datetime(2026, 11, 22, 23, 20, tzinfo=UTC)
    assert SHIFT.as_dict() == {
        "peak": "morning_arrival",
        "date": "2026-11-23",
        "opens_at": "2026-11-22T22:50:00.000Z",
        "starts_at": "2026-11-22T23:20:00.000Z",
        "late_after": "2026-11-22T23:25:00.000Z",
        "ends_at": "2026-11-23T00:00:00.000Z",
        "check_out_opens_at": "2026-11-22T23:50:00.000Z",
        "closes_at": "2026-11-23T00:30:00.000Z",
    }
    assert current_shift(around([MORNING], NOW), NOW) == SHIFT


def test_a_window_is_half_open() -> None:
    near = around([MORNING], NOW)
    assert shift_for(near, SHIFT.opens_at) == SHIFT
    assert shift_for(near, SHIFT.ends_at - timedelta(microseconds=1)) == SHIFT
    with pytest.raises(Refused) as early:
        shift_for(near, SHIFT.opens_at - timedelta(microseconds=1))
    assert early.value.code == "too_early"
    with pytest.raises(Refused) as late:
        shift_for(near, SHIFT.ends_at)
    assert late.value.code == "shift_over"


def test_after_midnight_the_shift_is_still_that_of_yesterday() -> None:
    night = Peak(PeakKind.AFTERNOON_DISMISSAL, time(23, 40), time(0, 20))
    now = datetime(2026, 11, 24, 0, 10, tzinfo=SHANGHAI)
    shift = shift_for(shifts_around(weekdays([night]), now, SHANGHAI, Window()), now)
    assert shift.date == date(2026, 11, 23)
    assert shift.ends_at == datetime(2026, 11, 23, 16, 20, tzinfo=UTC)


def test_a_window_opens_before_midnight_for_the_day_that_comes() -> None:
    early = Peak(PeakKind.MORNING_ARRIVAL, time(0, 10), time(1, 0))
    now = datetime(2026, 11, 23, 23, 50, tzinfo=SHANGHAI)
    near = shifts_around(weekdays([early]), now, SHANGHAI, Window())
    assert shift_for(near, now).date == date(2026, 11, 24)
    assert phase_of(current_shift(near, now), now) == Phase.OPENING


def test_the_roster_decides_between_two_open_windows() -> None:
    first = Peak(PeakKind.MORNING_DISMISSAL, time(11, 30), time(12, 10))
    second = Peak(PeakKind.AFTERNOON_ARRIVAL, time(12, 20), time(13, 0))
    now = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)
    near = around([first, second], now)
    assert shift_for(near, now).peak == PeakKind.MORNING_DISMISSAL
    key = (PeakKind.AFTERNOON_ARRIVAL, date(2026, 11, 23))
    assert shift_for(near, now, {key}).peak == PeakKind.AFTERNOON_ARRIVAL
    assert current_shift(near, now) == shift_for(near, now)


def test_on_saturday_there_is_no_shift_and_the_page_says_monday() -> None:
    now = datetime(2026, 11, 21, 12, 0, tzinfo=SHANGHAI)
    upcoming = next_shift(weekdays([MORNING]), now, SHANGHAI, Window())
    with pytest.raises(Refused) as refused:
        shift_for(around([MORNING], now), now, upcoming=upcoming)
    assert refused.value.code == "no_shift"
    assert refused.value.facts == {"next_opens_at": SHIFT.opens_at}


def test_a_holiday_of_two_months_is_looked_over() -> None:
    holiday = {date(2026, 7, 1) + timedelta(days=day): Day(False) for day in range(62)}
    now = datetime(2026, 7, 1, 12, 0, tzinfo=SHANGHAI)
    upcoming = next_shift(weekdays([MORNING], SchoolDays(holiday)), now, SHANGHAI, Window())
    assert upcoming is not None
    assert upcoming.date == date(2026, 9, 1)
    assert next_shift(weekdays([]), now, SHANGHAI, Window()) is None


@pytest.mark.parametrize("kind", SchoolKind)
def test_the_usual_peaks_of_a_school_do_not_overlap(kind: SchoolKind) -> None:
    day = shifts_on(DEFAULT_PEAKS[kind], date(2026, 11, 23), SHANGHAI, Window())
    assert 2 <= len(day) <= 4
    assert len({shift.peak for shift in day}) == len(day)
    assert all(one.ends_at <= other.starts_at for one, other in pairwise(day))


def test_clocks_put_forward_over_the_start_leave_the_peak_its_length() -> None:
    peak = Peak(PeakKind.MORNING_ARRIVAL, time(2, 30), time(3, 10))
    shift = shifts_on([peak], date(2026, 3, 8), ZoneInfo("America/New_York"), Window())[0]
    assert shift.ends_at - shift.starts_at == timedelta(minutes=40)
