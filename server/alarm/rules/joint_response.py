"""Joint response (1+N): which units go with an alarm, and how far each of them has come.

::

    notified ──► acknowledged ──► on the way ──► arrived

A unit may skip forward (it arrived without ever having said that it was on the way) but never goes back. It
moves by the link that it was sent, and each of the three acts is good for one use.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.alarm.rules.alarm import AlarmKind, Entry
from server.core.refused import Refused


class UnitKind(StrEnum):
    """What a unit is."""

    EDUCATION_OFFICE = "education_office"
    HOSPITAL = "hospital"
    FIRE = "fire"
    TRAFFIC_POLICE = "traffic_police"
    STREET_OFFICE = "street_office"
    OTHER = "other"


class UnitPart(StrEnum):
    """The one unit that leads, and those that support it."""

    LEAD = "lead"
    SUPPORT = "support"


class TaskState(StrEnum):
    """How far a unit has come, in the order in which it goes."""

    NOTIFIED = "notified"
    ACKNOWLEDGED = "acknowledged"
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"


ORDER = tuple(TaskState)
# What a unit says itself; having been notified is what the platform says of it.
ACTS = ORDER[1:]
ENTRY_OF = {
    TaskState.NOTIFIED: Entry.UNIT_NOTIFIED,
    TaskState.ACKNOWLEDGED: Entry.UNIT_ACKNOWLEDGED,
    TaskState.ON_THE_WAY: Entry.UNIT_ON_THE_WAY,
    TaskState.ARRIVED: Entry.UNIT_ARRIVED,
}

MOBILE = re.compile(r"1[0-9]{10}")


@dataclass(frozen=True, slots=True)
class JointLimits:
    """Settings of the joint response; ``channel`` is the way out of the links, ``None`` where there is none."""

    link_lasts: timedelta = timedelta(hours=12)
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class JointPlan:
    """Who comes to an alarm of a kind (``None``: of any) at a school (``None``: at any)."""

    kind: AlarmKind | None
    school_id: int | None
    lead: int
    supports: tuple[int, ...] = ()

    @property
    def units(self) -> tuple[int, ...]:
        """Give all units, the leading one first, each once."""
        return tuple(dict.fromkeys((self.lead, *self.supports)))


def choose_plan(plans: Iterable[JointPlan], *, kind: AlarmKind | None, school_id: int) -> JointPlan | None:
    """Choose the most specific plan for an alarm: school and kind, then school, then kind, then any.

    An alarm whose kind nobody has told fits the plans for any kind alone. ``None`` where no plan fits.
    """
    fitting = [plan for plan in plans if plan.kind in {None, kind} and plan.school_id in {None, school_id}]
    return max(fitting, key=lambda plan: (plan.school_id is not None, plan.kind is not None), default=None)


@dataclass(frozen=True, slots=True)
class Completion:
    """What a plan adds to an alarm: units to notify with their parts, and parts that change."""

    to_notify: Mapping[int, UnitPart]
    changed: Mapping[int, UnitPart]


def complete(plan: JointPlan, told: Mapping[int, UnitPart]) -> Completion:
    """Complete the units of an alarm by a plan; nobody is told twice, nobody is let go, one unit leads.

    ``told`` are the units that were told before with their parts. When another plan led them, its lead
    goes on as support: two units that both believe that they lead are worse than one too few.
    """
    wanted = {unit: UnitPart.LEAD if unit == plan.lead else UnitPart.SUPPORT for unit in plan.units}
    return Completion(
        to_notify={unit: part for unit, part in wanted.items() if unit not in told},
        changed={
            unit: UnitPart.LEAD if unit == plan.lead else UnitPart.SUPPORT
            for unit, part in told.items()
            if (part is UnitPart.LEAD) != (unit == plan.lead)
        },
    )


def advance(state: TaskState, to: TaskState) -> TaskState:
    """Move a unit on by its link, and give the new state.

    Raises ``Refused``: ``link_used`` (state) when it is there already or further.
    """
    if ORDER.index(to) <= ORDER.index(state):
        raise Refused("link_used", state=state.value)
    return to


def check_link(*, expires_at: datetime, resolved_at: datetime | None, now: datetime) -> None:
    """Let a link be used that has not expired, as long as its alarm is open.

    Raises ``Refused``: ``link_expired``, which tells nothing of the alarm, or ``alarm_over`` (resolved_at).
    """
    if expires_at <= now:
        raise Refused("link_expired")
    if resolved_at is not None:
        raise Refused("alarm_over", resolved_at=resolved_at)


def link_channel(telephone: str | None, *, drill: bool, channel: str | None) -> str | None:
    """Give the way by which a unit's link goes out, ``None`` where somebody has to ring it up.

    A drill's link never takes a real way out. An SMS reaches mobile telephones alone.
    """
    if drill:
        return "demo"
    if channel == "sms" and not MOBILE.fullmatch(telephone or ""):
        return None
    return channel
