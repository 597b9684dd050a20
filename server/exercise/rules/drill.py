"""A drill: planned, started, run on the very path of an alarm, judged against 1-3-5 when it ends.

::

    planned ──► started ──► held
       └─► cancelled

A drill is *held* when its alarm has ended; toward the goal of its school it counts when it called somebody. With
notice the guards of its post and its station know of it beforehand; without, only whoever planned it does, until
it starts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

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
