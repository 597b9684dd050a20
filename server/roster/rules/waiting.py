"""Who waits for a place of a peak that is full, in which order, and until when one of them gets it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.core.refused import Refused
from server.roster.rules.sign_up import SignUpLimits, gives_back_until


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits for a place, and since when."""

    id: int
    account_id: int
    since: datetime


def in_order(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Give who waits, the first one first."""
    return sorted(waiting, key=lambda one: (one.since, one.id))


def next_ones(waiting: Iterable[Waiting], seats: int, is_free: Callable[[int], bool]) -> list[Waiting]:
    """Choose who gets the free seats: the first of those who wait that are free; who is not keeps his turn."""
    free = [one for one in in_order(waiting) if is_free(one.account_id)]
    return free[: max(0, seats)]


def turn_of(waiting: Sequence[Waiting], account_id: int) -> int | None:
    """Give the how-manieth somebody is, from 1 on; ``None``: he does not wait."""
    people = [one.account_id for one in in_order(waiting)]
    return people.index(account_id) + 1 if account_id in people else None


def is_given(starts_at: datetime, now: datetime, limits: SignUpLimits) -> bool:
    """Tell whether a place still goes to who waits: as long as he could give it back."""
    return now < gives_back_until(starts_at, limits)


def require_in_time(starts_at: datetime, now: datetime, limits: SignUpLimits) -> None:
    """Let somebody wait for a place. Raises ``Refused``: ``too_late_to_wait`` (hours)."""
    if not is_given(starts_at, now, limits):
        raise Refused("too_late_to_wait", hours=limits.give_back_hours)
