"""Peaks by season and from a date on: what holds on a date, and what is no timetable."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.refused import Refused
from server.places.rules.peaks import Peak
from server.places.rules.timetables import (
    Plan,
    Season,
    Timing,
    check_seasons,
    check_start,
    peaks_on,
    season_on,
)

IN, OUT = "morning_arrival", "afternoon_dismissal"
dates = st.dates(date(2024, 1, 1), date(2032, 12, 31))


def peak(kind: str, starts: str, ends: str) -> Peak:
    return Peak(kind, time.fromisoformat(starts), time.fromisoformat(ends))


BASE, SUMMER_IN, WINTER_IN = (
    peak(IN, "07:20", "08:00"),
    peak(IN, "07:00", "07:40"),
    peak(IN, "07:30", "08:10"),
)
SUMMER, WINTER = Season("夏季", 5, 1, (SUMMER_IN,)), Season("冬季", 10, 1, (WINTER_IN,))


@pytest.mark.parametrize(
    ("on", "season"),
    [
        (date(2026, 4, 30), WINTER),
        (date(2026, 5, 1), SUMMER),
        (date(2026, 9, 30), SUMMER),
        (date(2026, 10, 1), WINTER),
        (date(2027, 1, 1), WINTER),
        (date(2028, 2, 29), WINTER),
    ],
)
def test_a_season_goes_on_until_the_next_begins_over_the_new_year_too(on: date, season: Season) -> None:
    assert season_on([WINTER, SUMMER], on) == season


def test_a_season_that_begins_on_29_february_begins_on_1_march_in_other_years() -> None:
    leap = Season("春", 2, 29, (BASE,))
    check_seasons([leap, WINTER])
    assert season_on([leap, WINTER], date(2028, 2, 29)) == leap
    assert season_on([leap, WINTER], date(2027, 2, 28)) == WINTER
    assert season_on([leap, WINTER], date(2027, 3, 1)) == leap


@given(on=dates, starts=dates)
def test_a_change_holds_from_its_date_on_and_leaves_the_days_before(on: date, starts: date) -> None:
    timing = Timing((BASE,), (Plan(starts, (Season("", 1, 1, (SUMMER_IN,)),)),))
    assert timing.on(on) == ((SUMMER_IN,) if on >= starts else (BASE,))


@given(on=dates, first=dates, second=dates)
def test_the_latest_plan_that_has_begun_holds(on: date, first: date, second: date) -> None:
    plans = (Plan(first, (Season("", 1, 1, (SUMMER_IN,)),)), Plan(second, (Season("", 1, 1, (WINTER_IN,)),)))
    held = Timing((BASE,), plans).on(on)
    begun = [plan for plan in plans if plan.starts_on <= on]
    wanted = {
        plan.seasons[0].peaks for plan in begun if plan.starts_on == max(one.starts_on for one in begun)
    }
    assert held in (wanted or {(BASE,)})


def test_a_school_goes_by_its_own_plan_and_back_to_its_kind() -> None:
    begin, end = date(2026, 12, 1), date(2027, 2, 1)
    own = Timing(plans=(Plan(begin, (Season("", 1, 1, (SUMMER_IN,)),)), Plan(end, ())))
    timings = (own, Timing((BASE,)))
    assert peaks_on(timings, begin - timedelta(days=1)) == (BASE,)
    assert peaks_on(timings, begin) == (SUMMER_IN,)
    assert peaks_on(timings, end) == (BASE,)
    assert peaks_on((), end) == ()


@pytest.mark.parametrize(
    ("seasons", "code", "facts"),
    [
        ([Season("", 1, 1, ())], "no_peaks", {}),
        ([Season("", 2, 30, (BASE,))], "bad_season", {}),
        ([Season("", 13, 1, (BASE,))], "bad_season", {}),
        ([SUMMER, Season("", 5, 1, (BASE,))], "bad_season", {}),
        ([Season("", 1, 1, (peak(IN, "23:40", "00:20"),))], "peak_across_midnight", {"peak": IN}),
        ([Season("", 1, 1, (peak(IN, "07:00", "07:00"),))], "peak_across_midnight", {"peak": IN}),
        (
            [Season("", 1, 1, (peak(OUT, "07:30", "09:00"), BASE))],
            "peaks_overlap",
            {"peak": IN, "other": OUT},
        ),
        (
            [Season("", 1, 1, (BASE, peak(IN, "09:00", "10:00")))],
            "peaks_overlap",
            {"peak": IN, "other": IN},
        ),
        ([Season("", 1, 1, (BASE, peak(OUT, "08:00", "08:30")))], None, {}),
    ],
)
def test_what_is_no_timetable_is_refused(
    seasons: list[Season], code: str | None, facts: dict[str, str]
) -> None:
    if code is None:
        check_seasons(seasons)
        assert season_on(seasons, date(2026, 1, 1)) == seasons[0]
        return
    with pytest.raises(Refused) as refused:
        check_seasons(seasons)
    assert (refused.value.code, refused.value.facts) == (code, facts)


def test_a_change_begins_tomorrow_at_the_earliest() -> None:
    today = date(2026, 11, 23)
    check_start(today + timedelta(days=1), today)
    with pytest.raises(Refused) as refused:
        check_start(today, today)
    assert refused.value.code == "starts_too_early"
