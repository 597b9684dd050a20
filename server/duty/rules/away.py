"""Who on duty is away from his post: longer than some minutes outside the fence, by good fixes. It refuses nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypedDict

from server.core.geo import Point, distance_m, gcj02_to_wgs84
from server.duty.rules.trust import Fix, TrustLimits

# A fix that is older says nothing about where somebody is.
FRESH = timedelta(minutes=2)
# Where he was in a longer gap between two places nobody knows: it begins anew.
LONGEST_GAP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class AwayLimits:
    """After how many minutes outside the fence somebody is asked; 0: nobody ever is."""

    minutes: int = 10


class AwayAnswer(StrEnum):
    """What somebody says who is asked."""

    AT_POST = "at_post"
    SENT = "sent"
    LEAVING = "leaving"


class OwnAway(TypedDict):
    """Since when one is away from one's post oneself, and what one answered."""

    since: str
    answer: str | None


class AwayPerson(TypedDict):
    """Somebody who is away: since when, when and how far off he was last seen, what he says."""

    account_id: int
    name: str
    category: str
    since: str
    seen_at: str
    distance_m: float
    answer: str | None


class AwayView(TypedDict):
    """Whether one is away oneself, and for a leader who else is."""

    own: OwnAway | None
    others: list[AwayPerson]


def outside_m(fix: Fix, *, post: Point, fence_radius_m: float, limits: TrustLimits) -> float | None:
    """Give how far from the post a good fix outside the fence is; ``None``: inside, or too coarse to tell.

    Accuracy counts in his favour up to 50 m, and inside under WGS-84 or GCJ-02 is inside, as at a check-in.
    """
    if not 0 < fix.accuracy_m <= limits.poor_accuracy_m:
        return None
    reach_m = fence_radius_m + min(fix.accuracy_m, limits.accuracy_allowance_m)
    off_m = distance_m(fix.point, post)
    is_outside = off_m > reach_m and distance_m(gcj02_to_wgs84(fix.point), post) > reach_m
    return off_m if is_outside else None


def is_good(fix: Fix, limits: TrustLimits) -> bool:
    """Tell whether a fix is precise enough to say that somebody is back."""
    return 0 < fix.accuracy_m <= limits.poor_accuracy_m


def since_when(since: datetime | None, seen_at: datetime | None, at: datetime, *, asked: bool) -> datetime:
    """Give since when somebody is outside who is seen there at a time: since before, unless nobody saw him between."""
    if since is None or seen_at is None or (not asked and at - seen_at > LONGEST_GAP):
        return at
    return since


def is_due(since: datetime, seen_at: datetime, limits: AwayLimits) -> bool:
    """Tell whether somebody who was outside from one fix to another one is asked."""
    return limits.minutes > 0 and seen_at - since >= timedelta(minutes=limits.minutes)
