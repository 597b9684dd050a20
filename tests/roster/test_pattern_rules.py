"""Which dates a weekly pattern names, how weeks come by turns, and when two patterns name one person twice."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from server.core.refused import Refused
from server.roster.rules.conflicts import Conflict
from server.roster.rules.patterns import (
    EVERY_DAY,
    MONDAY_TO_FRIDAY,
    Pattern,
    Unfilled,
    Weeks,
    check,
    comes,
    first_shared,
    free_seat,
    letter_of,
)
from server.roster.rules.seats import SeatKey

DATES = some.dates(date(2023, 1, 1), date(2032, 12, 31))
MONDAY = date(2026, 11, 30)


def pattern(number: int = 0, weekdays: int = MONDAY_TO_FRIDAY, **told: object) -> Pattern:
    values = {"post_id": 1, "peak": "morning_arrival", "account_id": 7, "weeks": Weeks.ALL}
    dates = {"starts_on": MONDAY, "ends_on": None}
    return Pattern(id=number, weekdays=weekdays, **{**values, **dates, **told})  # type: ignore[arg-type]


PATTERNS = some.builds(
    lambda number, weekdays, weeks, starts, days: pattern(
        number, weekdays, weeks=weeks, starts_on=starts, ends_on=starts + timedelta(days=days)
    ),
    some.integers(1, 9),
    some.integers(1, EVERY_DAY),
    some.sampled_from(Weeks),
    DATES,
    some.integers(-3, 400),
)


@given(DATES)
def test_a_and_b_weeks_come_by_turns_over_each_turn_of_the_year(on: date) -> None:
    assert {letter_of(on), letter_of(on + timedelta(days=7))} == {Weeks.A, Weeks.B}
    assert letter_of(on) == letter_of(on - timedelta(days=on.weekday()))


@given(PATTERNS, PATTERNS)
def test_two_patterns_overlap_where_some_date_has_both_and_the_first_is_named(
    one: Pattern, other: Pattern
) -> None:
    first = max(one.starts_on, other.starts_on)
    days = (first + timedelta(days=step) for step in range(500))
    both = [on for on in days if all(p.holds(on) and p.names(on) for p in (one, other))]
    assert first_shared(one, other) == (both[0] if both else None)
    assert first_shared(one, other) == first_shared(other, one)


@given(PATTERNS, DATES, some.booleans())
def test_nobody_comes_before_or_after_his_dates_or_in_the_other_week(
    one: Pattern, on: date, make_up: bool
) -> None:
    if comes(one, on, make_up=make_up) is not False:
        assert one.starts_on <= on <= (one.ends_on or on)
        assert one.weeks in {Weeks.ALL, letter_of(on)}


def test_the_29th_of_february_begins_ends_and_is_a_day_like_others() -> None:
    leap = date(2028, 2, 29)
    one = pattern(starts_on=leap, ends_on=leap)
    assert comes(one, leap, make_up=False) is True
    assert comes(one, leap + timedelta(days=1), make_up=False) is False
    assert comes(pattern(), date(2027, 3, 1), make_up=False) is True


def test_on_a_make_up_sunday_comes_who_comes_each_day_and_of_others_it_is_said() -> None:
    sunday = date(2026, 12, 6)
    assert comes(pattern(), sunday, make_up=False) is False
    assert comes(pattern(), sunday, make_up=True) is True
    assert comes(pattern(weekdays=0b1000000), sunday, make_up=True) is True
    assert comes(pattern(weekdays=0b0000101), sunday, make_up=True) is Unfilled.MAKE_UP
    assert comes(pattern(weekdays=0b0100000), sunday, make_up=True) is False


def test_a_pattern_of_no_date_and_one_of_whom_comes_already_are_refused() -> None:
    check(pattern(), [pattern(1, account_id=8), pattern(2, peak="afternoon_dismissal")])
    check(pattern(3), [pattern(3)])
    for wrong in (
        pattern(ends_on=MONDAY - timedelta(days=1)),
        pattern(weekdays=0b1000000, ends_on=MONDAY + timedelta(days=3)),
    ):
        with pytest.raises(Refused, match="bad_pattern"):
            check(wrong, [])
    with pytest.raises(Refused, match="pattern_overlaps") as why:
        check(pattern(), [pattern(1, weekdays=0b0000100, post_id=4)])
    assert why.value.facts == {"date": "2026-12-02", "post_id": 4}
    check(pattern(weeks=Weeks.A), [pattern(1, weeks=Weeks.B)])


def test_a_seat_that_was_emptied_by_hand_is_never_given() -> None:
    one, two = (SeatKey(1, MONDAY, "morning_arrival", "staff", number) for number in (1, 2))
    assert free_seat([one, two], (), ()) == one
    assert free_seat([one, two], {one}, ()) == two
    assert free_seat([one, two], {one}, {two}) == Unfilled.EMPTIED
    assert free_seat([one, two], {one, two}, ()) == free_seat([], (), ()) == Unfilled.NO_SEAT


def test_what_keeps_a_pattern_out_and_what_speaks_against_a_person_have_codes_of_their_own() -> None:
    assert not {one.value for one in Unfilled} & {one.value for one in Conflict}
