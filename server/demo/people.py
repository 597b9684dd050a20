"""The 33,000 invented guards of the demo district, and where each of them stands on the rosters.

At every post, at every one of 24 peaks, there are seven seats: a duty leader and a teacher, two of security,
two volunteers, one police officer. Everybody holds about one seat a day: leaders, security and police two that
are twelve hours apart, the others one, which many share by weekdays.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

from server.demo.names import people

GUARDS = 33_000
PEAKS = 24
FIRST_PHONE = 19_900_000_000
REGISTERED_AT = datetime(2026, 9, 1, tzinfo=UTC)
EVERY_DAY = 0b111_1111
ODD_DAYS, EVEN_DAYS = 0b101_0101, 0b010_1010
# How many of each category belong to a post; what remains of the 33,000 are volunteers.
AT_A_POST = {"duty_leader": 12, "teacher": 44, "security": 24, "police": 12}
# Of seven volunteers five are parents.
VOLUNTEER_KINDS = ("parent", "parent", "parent", "retired_cadre", "parent", "neighbour", "parent")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Guards:
    """The rows of the guards and of their rosters."""

    accounts: list[Row]
    rosters: list[Row]


def make_guards(random: Random, posts: list[Row]) -> Guards:
    """Make everybody who stands at some posts: rows of accounts with their numbers, rows of rosters."""
    names = people(random)
    accounts: list[Row] = []
    rosters: list[Row] = []
    for number, post in enumerate(posts):
        volunteers = (
            GUARDS * (number + 1) // len(posts) - GUARDS * number // len(posts) - sum(AT_A_POST.values())
        )
        counts = {**AT_A_POST, "volunteer": volunteers}
        staff: dict[str, list[Row]] = {}
        for category, count in counts.items():
            first = len(accounts)
            accounts += [_account(first + step, next(names), category, post) for step in range(count)]
            staff[category] = accounts[first:]
        # One claim at each post still waits for somebody to look at it.
        staff["volunteer"][-1]["status"] = "pending"
        rosters += [_seat(post, *seat) for seat in _seats(staff)]
    return Guards(accounts, rosters)


def peak_kind(number: int) -> str:
    """Name one of the 24 peaks of the demo's day."""
    return f"hour_{number:02d}"


def _account(index: int, name: str, category: str, post: Row) -> Row:
    police = category == "police"
    return {
        "id": index + 1,
        "district_id": post["district_id"],
        "phone": str(FIRST_PHONE + index),
        "username": None,
        "name": name,
        "category": category,
        "volunteer_kind": VOLUNTEER_KINDS[index % 7] if category == "volunteer" else None,
        "role": "guard",
        "status": "approved",
        "school_id": None if police else post["school_id"],
        "station_id": post["station_id"] if police else None,
        "registered_at": REGISTERED_AT,
    }


def _seats(staff: dict[str, list[Row]]) -> Iterator[tuple[int, Row, int]]:
    """Give out a post's seats: the peak, who holds it, on which weekdays."""
    for peak in range(PEAKS):
        yield peak, staff["duty_leader"][peak % 12], EVERY_DAY
        yield from _shared(peak, staff["teacher"], peak, PEAKS)
        for seat in (2 * peak, 2 * peak + 1):
            yield peak, staff["security"][seat % 24], EVERY_DAY
            yield from _shared(peak, staff["volunteer"], seat, 2 * PEAKS)
        yield peak, staff["police"][peak % 12], EVERY_DAY


def _shared(peak: int, guards: list[Row], seat: int, seats: int) -> Iterator[tuple[int, Row, int]]:
    """Give a seat to one guard, or to two by turns where there are more guards than seats."""
    if seat + seats < len(guards):
        yield peak, guards[seat], ODD_DAYS
        yield peak, guards[seat + seats], EVEN_DAYS
    else:
        yield peak, guards[seat], EVERY_DAY


def _seat(post: Row, peak: int, account: Row, weekdays: int) -> Row:
    return {
        "post_id": post["id"],
        "account_id": account["id"],
        "phone": account["phone"],
        "name": account["name"],
        "category": account["category"],
        "peak": peak_kind(peak),
        "weekdays": weekdays,
    }
