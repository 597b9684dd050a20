"""Coverage of a post."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.calendar.rules import Phase, Shift, phase_of
from server.core.access.roles import Category, group_of
from server.core.moments import moment
from server.duty.rules.arrival import Verdict
from server.duty.rules.coverage import PostCoverage, PostState, Seat, continued, cover
from server.places.rules.composition import STANDARD, Composition
from tests.alarm.strategies import NOW, SHIFT, compositions, crews

MINUTE = timedelta(minutes=1)


def line_of(
    seats: Sequence[Seat],
    *,
    composition: Composition = STANDARD,
    shift: Shift | None = SHIFT,
    now: datetime = NOW,
    roster: Sequence[int | None] = (),
    came: Sequence[int] = (),
) -> PostCoverage:
    return cover(
        post_id=1,
        shift=shift,
        phase=phase_of(shift, now),
        composition=composition,
        seats=seats,
        roster=roster,
        came=came,
        now=now,
    )


@given(crew=crews, composition=compositions)
def test_full_is_when_every_group_is_filled_by_the_verified(
    crew: list[Seat], composition: Composition
) -> None:
    line = line_of(crew, composition=composition)
    verified = [seat for seat in crew if seat.verified]
    assert line.present == Composition.count(seat.group for seat in verified)
    assert line.present.total + line.waiting.total == len(crew)
    assert (line.state == PostState.FULL) == (line.missing.total == 0)
    if line.state == PostState.UNCOVERED:
        assert line.required.filled(line.present).total == 0
        assert line.missing == composition
    assert line_of(verified, composition=composition).state == line.state


@given(crew=crews, composition=compositions)
def test_the_unverified_alone_never_change_the_state(crew: list[Seat], composition: Composition) -> None:
    waiting = [replace(seat, verified=False) for seat in crew]
    assert line_of(waiting, composition=composition).state == line_of([], composition=composition).state


RANKS = [PostState.UNCOVERED, PostState.UNDERSTAFFED, PostState.FULL]


@given(crew=crews, composition=compositions, data=st.data())
def test_confirming_never_makes_a_post_worse(
    crew: list[Seat], composition: Composition, data: st.DataObject
) -> None:
    confirmed = [replace(seat, verified=seat.verified or data.draw(st.booleans())) for seat in crew]
    before = line_of(crew, composition=composition)
    after = line_of(confirmed, composition=composition)
    assert RANKS.index(after.state) >= RANKS.index(before.state)
    assert after.missing.total <= before.missing.total


@given(crew=crews, data=st.data())
def test_the_order_of_rows_does_not_matter(crew: list[Seat], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(crew))
    assert line_of(shuffled) == line_of(crew)


@given(crew=crews, other=crews, later=st.integers(0, 60))
def test_the_version_rises_with_each_change_and_with_nothing_else(
    crew: list[Seat], other: list[Seat], later: int
) -> None:
    now = NOW + timedelta(seconds=later)
    first = line_of(crew, now=NOW).as_dict()
    assert continued(line_of(crew, now=now).as_dict(), first) is first
    fresh = line_of(other, now=now).as_dict()
    second = continued(fresh, first)
    assert {**second, "version": 1, "since": moment(now)} == fresh
    assert second["version"] == first["version"] + (second is not first)
    assert second["since"] == moment(NOW if second["state"] == first["state"] else now)


@given(
    roster=st.lists(st.none() | st.integers(1, 12), max_size=8),
    came=st.lists(st.integers(1, 12), max_size=4),
    crew=crews,
)
def test_no_shows_are_the_rostered_who_never_came(
    roster: list[int | None], came: list[int], crew: list[Seat]
) -> None:
    in_grace = line_of(crew, roster=roster, came=came, now=SHIFT.late_after)
    assert in_grace.no_shows == ()
    line = line_of(crew, roster=roster, came=came, now=SHIFT.late_after + MINUTE)
    assert line.rostered == len(roster)
    assert set(line.no_shows) == set(roster) - {None} - set(came) - {seat.account_id for seat in crew}
    assert list(line.no_shows) == sorted(set(line.no_shows))


@given(crew=crews)
def test_outside_a_shift_nobody_is_required_or_missed(crew: list[Seat]) -> None:
    for shift, now in ((None, NOW), (SHIFT, SHIFT.ends_at), (SHIFT, SHIFT.opens_at - MINUTE)):
        line = line_of(crew, shift=shift, now=now, roster=[1, 2])
        assert (line.state, line.phase) == (PostState.OFF_DUTY, Phase.OFF)
        assert (line.missing.total, line.seats, line.no_shows) == (0, (), ())


@given(crew=crews)
def test_a_line_is_plain_json(crew: list[Seat]) -> None:
    written = line_of(crew, roster=[1, None]).as_dict()
    assert json.loads(json.dumps(written)) == written
    assert (
        list(written)
        == (
            "post_id version phase state peak date opens_at starts_at ends_at required present waiting missing "
            "since seats rostered no_shows"
        ).split()
    )
    assert written["since"] == "2026-11-22T23:30:00.000Z"
    for seat in written["seats"]:
        assert list(seat) == [
            "check_in_id",
            "account_id",
            "category",
            "group",
            "verified",
            "verdict",
            "flags",
        ]


def test_from_uncovered_to_full_by_the_standard() -> None:
    kinds = ["duty_leader", "teacher", "security", "security", "volunteer", "volunteer", "police"]
    line = line_of([]).as_dict()
    states = [line["state"]]
    crew: list[Seat] = []
    for number, category in enumerate(kinds, start=1):
        crew.append(_verified(number, category))
        line = continued(line_of(crew, now=NOW + number * MINUTE).as_dict(), line)
        states.append(line["state"])
    assert states == [PostState.UNCOVERED] + [PostState.UNDERSTAFFED] * 6 + [PostState.FULL]
    assert line["version"] == 8
    assert line["since"] == moment(NOW + 7 * MINUTE)


def test_five_teachers_are_not_a_full_post() -> None:
    line = line_of([_verified(number, "teacher") for number in range(1, 8)])
    assert line.state == PostState.UNDERSTAFFED
    assert line.missing == Composition(security=2, volunteer=2, police=1)


def test_the_next_peak_begins_a_new_since() -> None:
    first = line_of([]).as_dict()
    next_day = replace(SHIFT, date=SHIFT.date + timedelta(days=1))
    second = continued(line_of([], shift=next_day, now=NOW + MINUTE).as_dict(), first)
    assert second["since"] == moment(NOW + MINUTE)


def _verified(number: int, name: str) -> Seat:
    category = Category(name)
    return Seat(number, number, category, group_of(category), True, Verdict.ON_TIME, ())
