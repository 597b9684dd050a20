"""Where an alarm is: what a press names, what it joins, and who is on scene."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.alarm.rules.alarm import AlarmLimits, PlaceFrom
from server.alarm.rules.places import (
    AlarmPlace,
    Joining,
    OpenAlarm,
    fix_place,
    is_one_place,
    joining,
    named_places,
    off_scene_m,
    scanned_lately,
)
from server.core.geo import Point, distance_m
from server.duty.rules.trust import Fix
from tests.alarm.strategies import GATE, NOW, fixes

LIMITS = AlarmLimits()
SECOND = timedelta(seconds=1)
AT_GATE = AlarmPlace(GATE, None, PlaceFrom.POST)
FAR = Point(GATE.latitude + 0.177, GATE.longitude)  # 19.7 km to the north


def north(metres: float, accuracy_m: float | None = None) -> AlarmPlace:
    """Give a place so far to the north of the gate."""
    return AlarmPlace(Point(GATE.latitude + metres / 111_195, GATE.longitude), accuracy_m, PlaceFrom.FIX)


# A few places in a line, so that presses meet often.
places = st.sampled_from([0, 100, 240, 400, 5_000]).flatmap(
    lambda metres: st.builds(north, st.just(metres), st.sampled_from([None, 10, 80]))
)
named = st.lists(places, min_size=1, max_size=2).map(tuple)
open_alarms = st.lists(
    st.builds(
        OpenAlarm,
        alarm_id=st.integers(1, 99),
        raised_by=st.none() | st.integers(1, 4),
        raised_at=st.integers(0, 200).map(lambda ago: NOW - ago * SECOND),
        drill=st.booleans(),
        places=named,
        post_id=st.integers(1, 3),
        full_standing=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda one: one.alarm_id,
)


def pressed(
    alarms: list[OpenAlarm],
    at: tuple[AlarmPlace, ...] = (AT_GATE,),
    *,
    account_id: int | None = 2,
    post_id: int = 1,
    standing: bool = True,
    placeless: bool = False,
    later: timedelta = timedelta(0),
    drill: bool = False,
) -> Joining:
    """Press the button at some places."""
    return joining(
        alarms,
        account_id=account_id,
        places=at,
        post_id=post_id,
        standing=standing,
        placeless=placeless,
        now=NOW + later,
        drill=drill,
        limits=LIMITS,
    )


def open_at(
    place: AlarmPlace, *, raised_at: datetime = NOW, post_id: int = 1, full_standing: bool = True
) -> OpenAlarm:
    """Give somebody's open alarm at a place."""
    return OpenAlarm(9, 1, raised_at, False, (place,), post_id, full_standing)


@given(alarms=open_alarms, account_id=st.none() | st.integers(1, 4), at=named, standing=st.booleans())
def test_a_press_joins_only_where_the_places_are_one(
    alarms: list[OpenAlarm], account_id: int | None, at: tuple[AlarmPlace, ...], standing: bool
) -> None:
    """Its account's own alarm however old, another's within 60 s, and never a drill; nothing of it is lost."""
    found = pressed(alarms, at, account_id=account_id, standing=standing)
    by_id = {one.alarm_id: one for one in alarms}
    if found.joins is None:
        assert found.new == at
        return
    alarm = by_id[found.joins]
    near = [place for place in at if any(is_one_place(place, known, LIMITS) for known in alarm.places)]
    assert near, "a press far away joins nothing"
    assert not alarm.drill
    own = account_id is not None and alarm.raised_by == account_id
    assert own or NOW - alarm.raised_at <= 60 * SECOND
    assert set(found.new) == set(at) - set(near)
    assert own or not found.new, "another's alarm takes no place from a press"
    if standing and not alarm.full_standing and not own:
        assert alarm.post_id == 1
        exact = [replace(known, accuracy_m=None) for known in alarm.places]
        assert all(any(is_one_place(place, known, LIMITS) for known in exact) for place in at)


@given(alarms=open_alarms, account_id=st.integers(1, 4), at=named)
def test_an_own_open_alarm_elsewhere_is_known(
    alarms: list[OpenAlarm], account_id: int, at: tuple[AlarmPlace, ...]
) -> None:
    found = pressed(alarms, at, account_id=account_id)
    own = [one for one in alarms if one.raised_by == account_id and not one.drill]
    mine = {one.alarm_id for one in own}
    if found.joins not in mine:
        newest = max(own, key=lambda one: (one.raised_at, one.alarm_id), default=None)
        assert found.own_elsewhere == (newest.alarm_id if newest else None)


@given(alarms=open_alarms, account_id=st.none() | st.integers(1, 4), at=named)
def test_a_drill_joins_nothing(
    alarms: list[OpenAlarm], account_id: int | None, at: tuple[AlarmPlace, ...]
) -> None:
    found = pressed(alarms, at, account_id=account_id, placeless=True, drill=True)
    assert found.joins is None


def test_the_sixtieth_second_still_joins() -> None:
    for later, expected in ((60, 9), (61, None)):
        assert pressed([open_at(AT_GATE)], later=later * SECOND).joins == expected


def test_a_press_without_any_place_joins_its_own_alarm() -> None:
    """The post of somebody whose phone knows nothing is a guess: it makes no alarm beside his own."""
    alarm = open_at(north(5_000), raised_at=NOW - 500 * SECOND)
    for placeless, expected in ((True, 9), (False, None)):
        assert pressed([alarm], account_id=1, placeless=placeless).joins == expected


@pytest.mark.parametrize(
    ("alarm", "standing", "joins"),
    [
        (open_at(north(550, 500), full_standing=False), True, None),
        (open_at(north(550, 500), full_standing=False), False, 9),
        (open_at(north(550, 500)), True, 9),
        (open_at(north(140, 500), full_standing=False), True, 9),
        (open_at(north(100), post_id=2, full_standing=False), True, None),
        (open_at(north(100), post_id=2, full_standing=False), False, 9),
        (open_at(north(100), post_id=2), True, 9),
    ],
)
def test_a_coarse_place_of_whoever_has_no_standing_swallows_no_press_with_it(
    alarm: OpenAlarm, standing: bool, joins: int | None
) -> None:
    assert pressed([alarm], standing=standing).joins == joins


@pytest.mark.parametrize(
    ("away_m", "accuracies", "one"),
    [(149, (None, None), True), (151, (None, None), False), (230, (40, 45), True), (240, (40, 45), False)],
)
def test_one_place_is_150_m_beyond_both_accuracies(
    away_m: float, accuracies: tuple[float | None, float | None], one: bool
) -> None:
    assert is_one_place(north(away_m, accuracies[0]), north(0, accuracies[1]), LIMITS) == one


@given(fix=st.none() | fixes(), late_s=st.integers(-600, 600), post_names=st.booleans())
def test_a_fresh_and_fair_fix_is_a_place_and_nothing_else_is(
    fix: Fix | None, late_s: int, post_names: bool
) -> None:
    now = NOW + late_s * SECOND
    fixed = fix_place(fix, now=now, limits=LIMITS)
    fresh = fix is not None and abs((now - fix.at).total_seconds()) <= 300 and fix.accuracy_m <= 500
    assert (fixed is not None) == fresh
    told = named_places(fixed, post=GATE, post_names=post_names, limits=LIMITS)
    if fixed is None:
        assert told == (AT_GATE,)
    elif not post_names or distance_m(fixed.point, GATE) <= 150 + (fixed.accuracy_m or 0):
        assert told == (fixed,)
    else:
        assert told == (AT_GATE, fixed), "both are told, the post first"


def test_a_phone_that_knows_nothing_does_not_move_an_alarm_into_the_sea() -> None:
    assert fix_place(Fix(Point(0.0, 0.0), 5, NOW), now=NOW, limits=LIMITS) is None
    assert fix_place(Fix(GATE, 501, NOW), now=NOW, limits=LIMITS) is None


def test_a_post_names_the_place_for_ten_minutes_after_its_scan() -> None:
    """An older phone does not say when it scanned: its post is believed."""
    for seconds, names in ((0, True), (600, True), (601, False)):
        assert scanned_lately(NOW - seconds * SECOND, now=NOW, limits=LIMITS) == names
    assert scanned_lately(None, now=NOW, limits=LIMITS)


@pytest.mark.parametrize(
    ("fix", "off"),
    [
        (Fix(north(580).point, 10, NOW), 580),
        (Fix(north(140).point, 10, NOW), None),
        # Too old, or too coarse, to speak against anybody.
        (Fix(north(580).point, 10, NOW - 301 * SECOND), None),
        (Fix(north(580).point, 250, NOW), None),
        (Fix(FAR, 10, NOW), 19_700),
        (None, None),
    ],
)
def test_on_scene_is_believed_within_150_m(fix: Fix | None, off: float | None) -> None:
    said = off_scene_m([AT_GATE], fix, now=NOW, good_within_m=200, limits=LIMITS)
    assert said == (None if off is None else pytest.approx(off, rel=0.01))


def test_any_place_of_an_alarm_is_its_scene() -> None:
    fix = Fix(north(5_010).point, 10, NOW)
    known = [AT_GATE, north(5_000)]
    assert off_scene_m(known, fix, now=NOW, good_within_m=200, limits=LIMITS) is None
