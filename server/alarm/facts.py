"""What happens to alarms, for the areas above to react to in the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.core.database.reactions import Question


@dataclass(frozen=True, slots=True)
class AlarmEnded:
    """An alarm was resolved, or folded into another one."""

    alarm: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AlarmReported(Question[Mapping[str, Any]]):
    """The report of an alarm is made; answered with the drill that it was, as its page shows it."""

    alarm_id: int
