"""Who is asked to stand in for somebody, in which order, and how many at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class StandInState(StrEnum):
    """How far a search has come: it goes on, somebody took the duty, its asker withdrew, it is over, it was undone."""

    OPEN = "open"
    TAKEN = "taken"
    WITHDRAWN = "withdrawn"
    OVER = "over"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class StandInLimits:
    """How many people are asked at a time, and after how many minutes the next ones are."""

    people: int = 3
    minutes: int = 15


@dataclass(frozen=True, slots=True)
class Substitute:
    """Somebody qualified and free: when he was last asked, how far off he stood these months, his duties that week."""

    account_id: int
    last_asked_at: datetime | None
    distance_m: float | None
    duties: int


def wave_of(people: Iterable[Substitute], limits: StandInLimits) -> list[int]:
    """Choose whom to ask next: who was never asked, then who was longest not; of these the nearest, the least busy."""
    return [one.account_id for one in sorted(people, key=_order)[: limits.people]]


def _order(one: Substitute) -> tuple[bool, float, bool, float, int, int]:
    asked = one.last_asked_at
    return (
        asked is not None,
        asked.timestamp() if asked else 0.0,
        one.distance_m is None,
        round(one.distance_m or 0, -2),
        one.duties,
        one.account_id,
    )
