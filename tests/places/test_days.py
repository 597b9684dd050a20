"""What a date is for a school: its own day, the district's, terms, the nation's days off and make-up days, weekdays."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.places.rules.days import NATIONAL, Day, DaySource, SchoolDays, Span, Why

dates = st.dates(date(2020, 1, 1), date(2040, 12, 31))
said = st.builds(
    Day,
    st.booleans(),
    st.sampled_from([None, *DaySource]),
    st.none() | st.just(frozenset({"morning_arrival"})),
)
calendars = st.dictionaries(dates, said, max_size=5)
LIBRARY = DaySource.LIBRARY
MAKE_UP = date(2026, 9, 20)
KNOWN = frozenset({2026})


@given(on=dates, common=calendars, own=calendars, day=said)
def test_a_schools_own_day_goes_before_everything(
    on: date, common: dict[date, Day], own: dict[date, Day], day: Day
) -> None:
    verdict = SchoolDays(common, own | {on: day}).on(on)
    assert (verdict.school_day, verdict.peaks, verdict.why) == (day.school_day, day.peaks, Why.OWN)
    assert not verdict.provisional


@given(on=dates, common=calendars, day=said)
def test_what_somebody_in_the_district_set_goes_before_terms_and_sources(
    on: date, common: dict[date, Day], day: Day
) -> None:
    around = (Span(on - timedelta(days=90), on - timedelta(days=1)), Span(on + timedelta(days=1), date.max))
    verdict = SchoolDays(common | {on: day}, terms=around).on(on)
    if day.source in NATIONAL:
        assert (verdict.school_day, verdict.why) == (False, Why.TERM)
    else:
        assert (verdict.school_day, verdict.why) == (day.school_day, Why.DISTRICT)


@given(on=dates)
def test_nothing_said_is_monday_to_friday_and_provisional_until_a_source_knows_the_year(on: date) -> None:
    unknown, known = SchoolDays().on(on), SchoolDays(known_years=frozenset({on.year})).on(on)
    assert unknown.school_day == known.school_day == (on.isoweekday() not in {6, 7})
    assert unknown.provisional
    assert not known.provisional


def test_a_make_up_sunday_is_a_school_day_and_a_holiday_on_a_thursday_is_none() -> None:
    days = SchoolDays(
        {MAKE_UP: Day(True, LIBRARY), date(2026, 10, 1): Day(False, LIBRARY)}, known_years=KNOWN
    )
    assert MAKE_UP.isoweekday() == 7
    assert days.on(MAKE_UP).school_day
    assert days.on(MAKE_UP).why == Why.SOURCE
    assert not days.on(date(2026, 10, 1)).school_day
    assert not days.on(MAKE_UP - timedelta(days=1)).school_day


@pytest.mark.parametrize(("year", "weekday"), [(2024, 4), (2028, 2), (2032, 7)])
def test_29_february_is_a_day_like_others(year: int, weekday: int) -> None:
    leap = date(year, 2, 29)
    assert leap.isoweekday() == weekday
    assert SchoolDays().on(leap).school_day == (weekday < 6)
    assert SchoolDays(own={leap: Day(weekday > 5)}).on(leap).school_day == (weekday > 5)


TERMS = (Span(date(2026, 3, 2), date(2026, 7, 3)), Span(date(2026, 9, 1), date(2027, 1, 22)))


@pytest.mark.parametrize(
    ("on", "school_day", "why", "provisional"),
    [
        (date(2026, 3, 2), True, Why.WEEKDAY, False),
        (date(2026, 7, 3), True, Why.WEEKDAY, False),
        (date(2026, 7, 6), False, Why.TERM, False),
        (date(2026, 8, 31), False, Why.TERM, False),
        (date(2026, 9, 1), True, Why.WEEKDAY, False),
        # Before the first and after the last term that is known nobody has said that there are holidays.
        (date(2026, 2, 27), True, Why.WEEKDAY, True),
        (date(2027, 1, 25), True, Why.WEEKDAY, True),
    ],
)
def test_between_two_terms_are_holidays_and_beyond_the_last_one_it_is_provisional(
    on: date, school_day: bool, why: Why, provisional: bool
) -> None:
    verdict = SchoolDays(terms=TERMS, known_years=frozenset({2026, 2027})).on(on)
    assert (verdict.school_day, verdict.why, verdict.provisional) == (school_day, why, provisional)


def test_a_make_up_day_in_the_holidays_is_none_for_schools() -> None:
    saturday = date(2026, 8, 1)
    days = SchoolDays({saturday: Day(True, LIBRARY)}, terms=TERMS, known_years=KNOWN)
    assert not days.on(saturday).school_day


@given(on=dates, peaks=st.sets(st.sampled_from(["morning_arrival", "afternoon_dismissal"]), min_size=1))
def test_on_a_half_day_only_its_peaks_stand(on: date, peaks: set[str]) -> None:
    verdict = SchoolDays(own={on: Day(True, peaks=frozenset(peaks))}).on(on)
    assert {one for one in ("morning_arrival", "afternoon_dismissal", "noon") if verdict.stands(one)} == peaks
    assert not SchoolDays(own={on: Day(False, peaks=frozenset(peaks))}).on(on).stands("morning_arrival")
