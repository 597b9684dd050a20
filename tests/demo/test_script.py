"""The parts of the simulated guards: the same from the same seed, within the windows, a believable map."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from server.calendar.rules import Shift
from server.demo.district import DemoDistrict, make_district
from server.demo.script import CheckInManner, PeakPart, SimulationSize, parts, without_visitors
from server.demo.simulate import Timetable

NOW = datetime(2026, 11, 22, 23, 25, tzinfo=UTC)


@pytest.fixture(scope="module")
def made() -> DemoDistrict:
    """Make the demo district once."""
    return make_district()


@pytest.fixture(scope="module")
def timetable(made: DemoDistrict) -> Timetable:
    """Make its timetable once."""
    return Timetable(made)


def played(
    timetable: Timetable, *, guards: int = 1300, speed: int = 6, seed: int = 1
) -> tuple[Shift, list[PeakPart]]:
    shift = timetable.open_shifts(NOW)[0]
    return shift, parts(timetable.seats(shift), shift, SimulationSize(guards, speed, seed))


def test_one_shift_runs_and_the_next_one_opens(timetable: Timetable) -> None:
    assert [shift.peak for shift in timetable.open_shifts(NOW)] == ["hour_07"]
    assert [shift.peak for shift in timetable.open_shifts(NOW + timedelta(minutes=30))] == [
        "hour_07",
        "hour_08",
    ]
    midnight = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert [(one.peak, one.date) for one in timetable.open_shifts(midnight)] == [
        ("hour_23", date(2026, 11, 23)),
        ("hour_00", date(2026, 11, 24)),
    ]


def test_same_seed_same_parts(timetable: Timetable) -> None:
    assert played(timetable) == played(timetable)
    assert played(timetable, seed=2) != played(timetable)


@pytest.mark.parametrize("speed", [1, 6, 100])
def test_everybody_comes_within_the_window_and_leaves_before_it_closes(
    timetable: Timetable, speed: int
) -> None:
    shift, found = played(timetable, speed=speed)
    assert 1200 < len(found) <= 1300
    for part in found:
        assert shift.opens_at < part.comes_at < shift.ends_at
        if part.leaves_at is not None:
            assert shift.check_out_opens_at < part.leaves_at < shift.closes_at
        if part.confirmed_at is not None:
            assert part.confirmed_at > part.comes_at
    late = sum(part.comes_at > shift.late_after for part in found)
    assert 0.05 < late / len(found) < 0.25


def test_the_map_is_mostly_full_partly_short_and_rarely_empty(timetable: Timetable) -> None:
    _, found = played(timetable)
    heads = Counter(part.post_id for part in found)
    full = sum(count == 7 for count in heads.values())
    assert 0.6 < full / 201 < 0.8
    assert 3 <= 201 - len(heads) <= 10
    assert sum(part.manner in (CheckInManner.FAR, CheckInManner.NO_FIX) for part in found) > 20
    assert 250 < sum(part.walks for part in found) < 400


def test_the_seats_of_the_visitor_stay_free(timetable: Timetable) -> None:
    shift = timetable.open_shifts(NOW)[0]
    seats = [seat for seat in timetable.seats(shift) if seat["post_id"] == 1]
    left = {seat["account_id"] for seat in without_visitors(seats)}
    free = [seat for seat in seats if seat["account_id"] not in left]
    assert sorted(seat["category"] for seat in free) == ["duty_leader", "security"]
    other = min(seat["account_id"] for seat in seats if seat["category"] == "security")
    assert other in {seat["account_id"] for seat in free}


def test_fewer_guards_play_fewer_posts_to_the_end(timetable: Timetable) -> None:
    _, found = played(timetable, guards=70)
    assert len(found) == 70
    assert len({part.post_id for part in found}) <= 12
