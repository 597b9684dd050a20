"""A drill: planned, started, run on the very path of an alarm, judged against 1-3-5 when it ends.

::

    planned ──► started ──► held
       └─► cancelled

A drill is *held* when its alarm has ended. With notice the guards of its post and its station know of it
beforehand; without, only whoever planned it does, until it starts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from server.alarm.rules.alarm import Tier
from server.core.refused import Refused


class DrillState(StrEnum):
    """How far a drill has come."""

    PLANNED = "planned"
    STARTED = "started"
    HELD = "held"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class DrillLimits:
    """How many drills a school shall hold in a year."""

    drills_a_year: int = 1


class Mark(StrEnum):
    """How a tier did: in time, too late, not at all, or the drill ended before its time was up."""

    MET = "met"
    LATE = "late"
    MISSED = "missed"
    CUT_SHORT = "cut_short"


@dataclass(frozen=True, slots=True)
class Judged:
    """A tier against its target; seconds with their fractions, ``None`` where there is nothing to count."""

    tier: int
    target_s: int
    mark: Mark
    took_s: float | None
    late_s: float | None

    def as_dict(self) -> dict[str, Any]:
        """Write the judgement as the API does."""
        return asdict(self) | {"mark": self.mark.value}


def judge(tiers: Iterable[Tier], *, raised_at: datetime, ended_at: datetime) -> tuple[Judged, ...]:
    """Judge each tier of an alarm against its target, from when it was stored to when it ended.

    A target met exactly when it is due is met. One not met by the end is missed if its time was up by then, else
    the drill was cut short for it: that is no fault of those who were on their way.
    """
    return tuple(_judge_one(tier, raised_at, ended_at) for tier in tiers)


def _judge_one(tier: Tier, raised_at: datetime, ended_at: datetime) -> Judged:
    if tier.met_at is None:
        mark = Mark.MISSED if ended_at > tier.due_at else Mark.CUT_SHORT
        return Judged(tier.tier, tier.target_s, mark, None, None)
    took_s = (tier.met_at - raised_at).total_seconds()
    if tier.met_at <= tier.due_at:
        return Judged(tier.tier, tier.target_s, Mark.MET, took_s, None)
    late_s = (tier.met_at - tier.due_at).total_seconds()
    return Judged(tier.tier, tier.target_s, Mark.LATE, took_s, late_s)


def check_planned(state: DrillState) -> None:
    """Let a drill be started or cancelled, or raise ``Refused("drill_not_planned")`` (state)."""
    if state is not DrillState.PLANNED:
        raise Refused("drill_not_planned", state=state.value)


def knows_of(
    *, state: DrillState, notice: bool, planned_by: int, account_id: int, in_scope: bool, stands_there: bool
) -> bool:
    """Tell whether somebody may know of a drill.

    The planner always, whoever's scope it lies in. Without notice nobody else before it has started. With notice
    the consoles over the post, and the guards who stand or are to stand there.
    """
    if account_id == planned_by:
        return True
    if not notice and state in {DrillState.PLANNED, DrillState.CANCELLED}:
        return False
    return in_scope or stands_there


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """A school's drills of a year against the goal."""

    school_id: int
    held: int
    goal: int

    @property
    def reached(self) -> bool:
        """Tell whether the goal is reached."""
        return self.held >= self.goal


def year_of(school_ids: Iterable[int], held: Mapping[int, int], goal: int) -> list[SchoolYear]:
    """Set the drills held at each school against the goal, in the order given; none held counts as 0."""
    return [SchoolYear(school_id, held.get(school_id, 0), goal) for school_id in school_ids]
