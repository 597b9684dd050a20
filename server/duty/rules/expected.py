"""Where those are who are expected at a post's peak, as its duty leader sees it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Whereabouts(StrEnum):
    """Where somebody expected is: here, here and not confirmed, gone again, elsewhere; else due, or missing."""

    HERE = "here"
    WAITING = "waiting"
    LEFT = "left"
    ELSEWHERE = "elsewhere"
    DUE = "due"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Came:
    """A check-in of somebody expected: for which post's peak, whether it is confirmed and whether it goes on."""

    post_id: int
    peak: str
    date: date
    verified: bool
    is_open: bool


def whereabouts(came: Iterable[Came], *, post_id: int, peak: str, on: date, started: bool) -> Whereabouts:
    """Tell where somebody expected is, by his check-ins; nobody is missing before the peak has begun."""
    rows = list(came)
    here = [one for one in rows if (one.post_id, one.peak, one.date) == (post_id, peak, on)]
    stays = [one for one in here if one.is_open]
    if stays:
        return Whereabouts.HERE if any(one.verified for one in stays) else Whereabouts.WAITING
    # Who changed posts is where he is now.
    if any(one.is_open for one in rows):
        return Whereabouts.ELSEWHERE
    if here:
        return Whereabouts.LEFT
    return Whereabouts.MISSING if started else Whereabouts.DUE
