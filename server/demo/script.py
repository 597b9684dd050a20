"""What each simulated guard does at one peak: when he comes, how his phone behaves, when he goes.

Pure: the same seed, peak and date give the same parts. The aim is a map with some seven of ten posts full, a
quarter understaffed, few uncovered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from server.calendar.rules import Shift
from server.demo.people import Row

UNDERSTAFFED_SHARE, UNCOVERED_SHARE = 0.25, 0.03
# What is missing at an understaffed post: one person, two or three.
MISSING = ((1, 2, 3), (6, 3, 1))
WALKERS_SHARE = 0.24
# Minutes from the start of the peak; those of people on time shrink with the speed.
ON_TIME = (-9.0, 6.0)
EARLIEST, LATEST_ON_TIME = -27.0, 4.5
LATE_SHARE, STRAGGLER_SHARE = 0.08, 0.05
# The first of security and the first duty leader here are left to the visitor of the demo.
VISITORS_POST = 1
VISITORS_CATEGORIES = frozenset({"security", "duty_leader"})


class CheckInManner(StrEnum):
    """How a phone behaves at the check-in."""

    WELL = "well"
    POOR = "poor"
    FAR = "far"
    NO_FIX = "no_fix"


MANNERS = ((CheckInManner.WELL, CheckInManner.POOR, CheckInManner.FAR, CheckInManner.NO_FIX), (86, 8, 3, 3))
STRANGE_MANNERS = ((CheckInManner.FAR, CheckInManner.NO_FIX), (1, 1))


@dataclass(frozen=True, slots=True)
class PeakPart:
    """One guard's part in one peak; times are moments."""

    account_id: int
    post_id: int
    category: str
    shift: Shift
    comes_at: datetime
    manner: CheckInManner
    # When a duty leader of the post will have confirmed an unverified check-in; None: nobody does.
    confirmed_at: datetime | None
    walks: bool
    # None: forgets to check out.
    leaves_at: datetime | None


@dataclass(frozen=True, slots=True)
class SimulationSize:
    """How many play, how fast, and the seed of all chance."""

    guards: int
    speed: int
    seed: int


def parts(seats: Iterable[Row], shift: Shift, cast: SimulationSize) -> list[PeakPart]:
    """Write the parts of one peak, given the roster rows of its date, in the order of coming."""
    random = Random(f"{cast.seed} {shift.date} {shift.peak}")
    at_post: dict[int, list[Row]] = {}
    for seat in without_visitors(seats):
        at_post.setdefault(seat["post_id"], []).append(seat)
    numbers = sorted(at_post)
    random.shuffle(numbers)
    short = round(len(numbers) * UNDERSTAFFED_SHARE)
    empty = round(len(numbers) * UNCOVERED_SHARE)
    found: list[PeakPart] = []
    for place, number in enumerate(numbers[: len(numbers) - empty]):
        team = at_post[number]
        strange = False
        if place >= len(numbers) - empty - short:
            absent = random.choices(*MISSING)[0]
            strange = random.random() < 0.4
            team = random.sample(team, max(1, len(team) - absent))
        found += [
            _part(random, seat, shift, cast.speed, strange=strange and seat is team[0]) for seat in team
        ]
    return sorted(found[: cast.guards], key=lambda part: (part.comes_at, part.account_id))


def without_visitors(seats: Iterable[Row]) -> list[Row]:
    """Leave out the seats that a visitor plays: at the first post the first one of each of two categories."""
    taken: set[str] = set()
    left: list[Row] = []
    for seat in sorted(seats, key=lambda row: int(row["account_id"])):
        category = seat["category"]
        by_hand = seat["post_id"] == VISITORS_POST and category in VISITORS_CATEGORIES
        if by_hand and category not in taken:
            taken.add(category)
        else:
            left.append(seat)
    return left


def _part(random: Random, seat: Row, shift: Shift, speed: int, *, strange: bool) -> PeakPart:
    comes_at = shift.starts_at + timedelta(minutes=_comes(random, speed))
    manner = random.choices(*(STRANGE_MANNERS if strange else MANNERS))[0]
    if seat["category"] == "duty_leader" and not strange:
        # Somebody must be there who can confirm the others.
        manner = CheckInManner.WELL
    waits = timedelta(minutes=random.uniform(2, 25) / speed + 0.3)
    leaves = shift.ends_at + timedelta(minutes=random.uniform(-1.5, 6))
    return PeakPart(
        account_id=seat["account_id"],
        post_id=seat["post_id"],
        category=seat["category"],
        shift=shift,
        comes_at=comes_at,
        manner=manner,
        confirmed_at=None if strange else comes_at + waits,
        walks=random.random() < WALKERS_SHARE,
        leaves_at=leaves if random.random() < 0.94 else None,
    )


def _comes(random: Random, speed: int) -> float:
    """Draw a time of coming in minutes from the start of the peak.

    Late is what the clock calls late, so the late ones only shrink towards the end of the grace.
    """
    chance = random.random()
    if chance < STRAGGLER_SHARE:
        return random.uniform(8, 45)
    if chance < STRAGGLER_SHARE + LATE_SHARE:
        return 5.2 + random.expovariate(1 / 8) / speed
    return max(EARLIEST, min(LATEST_ON_TIME, random.gauss(*ON_TIME))) / speed
