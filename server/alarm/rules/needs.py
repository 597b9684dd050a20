"""What an alarm asks for: how many of each group by kind, what falls short of it, and the numbers of the choice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypedDict

from server.alarm.rules.alarm import AlarmKind
from server.core.access.roles import Group
from server.places.rules.composition import Composition

# What each kind asks for: neighbours of other posts by group (tier 2), and police (tier 3). Volunteers are
# called where hands and eyes help, never into violence or fire.
DEFAULT_NEEDS: Mapping[AlarmKind | None, Composition] = {
    None: Composition(staff=2, security=2, police=2),
    AlarmKind.INTRUDER: Composition(staff=2, security=4, police=4),
    AlarmKind.FIGHT: Composition(staff=2, security=2, police=2),
    AlarmKind.TRAFFIC: Composition(staff=2, security=2, volunteer=2, police=2),
    AlarmKind.MEDICAL: Composition(staff=2, security=1, volunteer=1, police=1),
    AlarmKind.FIRE: Composition(staff=2, security=4, police=2),
    AlarmKind.MISSING_CHILD: Composition(staff=2, security=2, volunteer=4, police=2),
    AlarmKind.CROWDING: Composition(staff=2, security=2, volunteer=2, police=2),
    AlarmKind.SUSPICIOUS: Composition(staff=1, security=2, police=2),
    AlarmKind.OTHER: Composition(staff=2, security=2, police=2),
}


@dataclass(frozen=True, slots=True)
class DispatchLimits:
    """Settings of the choice."""

    on_spot_m: float = 50.0
    fix_max_age_s: float = 300.0
    floor_heads: int = 1
    answer_within_s: int = 15
    most_called: int = 24
    # Within this distance of an alarm people are near: see ``server.alarm.rules.dispatch``.
    near_m: float = 1_000.0
    needs: Mapping[AlarmKind | None, Composition] = field(default_factory=lambda: dict(DEFAULT_NEEDS))


class ShortageReason(StrEnum):
    """Why fewer were found than wanted."""

    NOBODY_ON_DUTY = "nobody_on_duty"
    FLOOR = "floor"
    BUSY = "busy"


class WrittenShortage(TypedDict):
    """A shortage as an alarm's row keeps it and the API shows it."""

    tier: int
    group: str
    wanted: int
    found: int
    reason: str


@dataclass(frozen=True, slots=True)
class Shortage:
    """Fewer free people than wanted. A busy one who was asked for want of a free one is not counted in."""

    tier: int
    group: Group
    wanted: int
    found: int
    reason: ShortageReason

    def as_dict(self) -> WrittenShortage:
        """Write the shortage as the API does."""
        return {
            "tier": self.tier,
            "group": str(self.group),
            "wanted": self.wanted,
            "found": self.found,
            "reason": str(self.reason),
        }
