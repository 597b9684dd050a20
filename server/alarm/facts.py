"""What happens to alarms, for the areas above to react to in the same transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.alarm.rules.alarm import WrittenTier
from server.core.database.reactions import Question


@dataclass(frozen=True, slots=True)
class AlarmEnded:
    """An alarm was resolved, or folded into another one."""

    alarm_id: int
    drill: bool
    raised_at: datetime
    tiers: Sequence[WrittenTier]


@dataclass(frozen=True, slots=True)
class AlarmReported(Question[Mapping[str, object]]):
    """The report of an alarm is made; answered with the drill that it was, as its page shows it."""

    alarm_id: int
