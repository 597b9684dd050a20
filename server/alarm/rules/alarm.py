"""An alarm as a whole: its words, its settings, the three tiers with their targets.

The targets are 1 minute to an acknowledgement on the spot, 3 to a neighbour on scene, 5 to police on scene
(docs/sources.md, "response tiers on campus").
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypedDict

from server.alarm.rules.response import ACKNOWLEDGING, ResponseState
from server.core.access.roles import Group
from server.core.moments import moment, moment_or_none
from server.duty.rules.trust import COARSEST_FIX_M


class AlarmKind(StrEnum):
    """What happens; told after raising, or never."""

    INTRUDER = "intruder"
    FIGHT = "fight"
    TRAFFIC = "traffic"
    MEDICAL = "medical"
    FIRE = "fire"
    MISSING_CHILD = "missing_child"
    CROWDING = "crowding"
    SUSPICIOUS = "suspicious"
    OTHER = "other"


class AlarmState(StrEnum):
    """Whether an alarm goes on."""

    OPEN = "open"
    RESOLVED = "resolved"


class Outcome(StrEnum):
    """What it was, in the end."""

    REAL = "real"
    FALSE = "false"
    TEST = "test"
    TRANSFERRED = "transferred"
    # Only by merging it into another one.
    DUPLICATE = "duplicate"


class SessionState(StrEnum):
    """In what state the session was that raised an alarm: none of them stops it."""

    ACTIVE = "active"
    ENDED = "ended"
    EXPIRED = "expired"
    SUSPENDED = "suspended"


class PlaceFrom(StrEnum):
    """Whether an alarm's place is the phone's or the post's."""

    FIX = "fix"
    POST = "post"


# So many entries of its timeline an alarm carries in answers and events; the earlier ones are read by pages.
NEWEST_ENTRIES = 30
# Of these so many at most are of people without standing, all together.
ENTRIES_WITHOUT_STANDING = 5


# So many of those who pressed the button stand in it one by one, the first ones; all are counted.
NAMED_REPORTERS = 30


class Entry(StrEnum):
    """What an entry of an alarm's timeline tells."""

    RAISED = "raised"
    KIND_TOLD = "kind_told"
    NOTIFIED = "notified"
    RESPONDING = "responding"
    DECLINED = "declined"
    TIMED_OUT = "timed_out"
    ON_SCENE = "on_scene"
    LEFT = "left"
    WITHDRAWN = "withdrawn"
    RELEASED = "released"
    ADDED = "added"
    ACKNOWLEDGED = "acknowledged"
    FURTHER_REPORT = "further_report"
    NOTE = "note"
    WITHDRAWAL = "withdrawal"
    PICTURE = "picture"
    CLIP = "clip"
    RESOLVED = "resolved"
    CALLED = "called"
    ESCALATED = "escalated"
    MERGED = "merged"
    NEIGHBOURS_CALLED = "neighbours_called"
    FULL_STANDING = "full_standing"
    STANDING = "standing"
    LET_COUNT = "let_count"
    FURTHER_PLACE = "further_place"
    PRESSED_ELSEWHERE = "pressed_elsewhere"
    PLACE_CHOSEN = "place_chosen"
    PUT_ASIDE = "put_aside"
    LET_BACK = "let_back"
    UNIT_NOTIFIED = "unit_notified"
    UNIT_CALLED_AGAIN = "unit_called_again"
    UNIT_PART = "unit_part"
    UNIT_ACKNOWLEDGED = "unit_acknowledged"
    UNIT_ON_THE_WAY = "unit_on_the_way"
    UNIT_ARRIVED = "unit_arrived"


@dataclass(frozen=True, slots=True)
class AlarmLimits:
    """Settings of an alarm's course."""

    acknowledge_s: int = 60
    neighbour_s: int = 180
    police_s: int = 300
    join_within_s: int = 60
    # Two places are one within this distance, beyond both accuracies; and whoever is within it is on scene.
    join_within_m: float = 150.0
    coarsest_fix_m: float = COARSEST_FIX_M
    oldest_fix_s: float = 300.0
    # A post that was scanned longer ago names no place against a fix.
    scanned_within_s: float = 600.0
    aside_s: int = 1800
    # Further places of one alarm to which a raiser without standing may call people.
    further_places: int = 2
    # Whether a covert press makes its alarm covert; else its alarm calls like any other.
    covert_press: bool = False


class WrittenTier(TypedDict):
    """A tier as an alarm's row keeps it and the API shows it."""

    tier: int
    target_s: int
    due_at: str
    met_at: str | None
    met_by: int | None


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier's target and whether it was met, by whom."""

    tier: int
    target_s: int
    due_at: datetime
    met_at: datetime | None = None
    met_by: int | None = None

    def as_dict(self) -> WrittenTier:
        """Write the tier as the API does."""
        return {
            "tier": self.tier,
            "target_s": self.target_s,
            "due_at": moment(self.due_at),
            "met_at": moment_or_none(self.met_at),
            "met_by": self.met_by,
        }

    @classmethod
    def from_dict(cls, written: WrittenTier) -> "Tier":
        """Read a tier as ``as_dict`` wrote it."""
        met_at = written["met_at"]
        return cls(
            tier=written["tier"],
            target_s=written["target_s"],
            due_at=datetime.fromisoformat(written["due_at"]),
            met_at=None if met_at is None else datetime.fromisoformat(met_at),
            met_by=written["met_by"],
        )


def tiers_at(raised_at: datetime, limits: AlarmLimits) -> tuple[Tier, Tier, Tier]:
    """Set the three targets of an alarm; they count from when the server stored it."""
    first, second, third = (
        Tier(tier, target_s, raised_at + timedelta(seconds=target_s))
        for tier, target_s in enumerate((limits.acknowledge_s, limits.neighbour_s, limits.police_s), start=1)
    )
    return first, second, third


def after_response(
    tiers: Iterable[Tier],
    *,
    account_id: int,
    responder_tier: int,
    group: Group,
    state: ResponseState,
    reporters: Collection[int | None],
    now: datetime,
) -> tuple[Tier, ...]:
    """Mark the targets that a response meets; a target once met stays met by whom and when it was.

    Tier 1: somebody on the spot who did not report it is going or there. Tier 2: a neighbour is on scene.
    Tier 3: police are on scene, from whichever tier. An acknowledgement at the console meets none.
    """
    there = state == ResponseState.ON_SCENE
    meets = {
        1: responder_tier == 1 and state in ACKNOWLEDGING and account_id not in reporters,
        2: responder_tier == 2 and there,
        3: group == Group.POLICE and there,
    }
    return tuple(
        replace(tier, met_at=now, met_by=account_id) if tier.met_at is None and meets[tier.tier] else tier
        for tier in tiers
    )


def acknowledges(*, account_id: int, raised_by: int | None, reporters: Iterable[int] = ()) -> bool:
    """Tell whether a human's answer acknowledges an alarm: anybody but those who reported it."""
    return account_id != raised_by and account_id not in set(reporters)
