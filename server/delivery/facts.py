"""What happens to messages, for the area of their subject, alarms, to react to in the same transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.core.database.reactions import Question


@dataclass(frozen=True, slots=True)
class SubjectLocked(Question["Subject"]):
    """Outcomes of an alarm's messages are to be written; answered with a ``Subject`` whose row is held."""

    alarm_id: int


@dataclass(frozen=True, slots=True)
class Subject:
    """What some messages are about: an alarm, and whether it goes on; whoever answers may add to it."""

    alarm_id: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class OutcomesWritten:
    """What became of an alarm's messages was written; ``undelivered``: some of them will reach nobody."""

    subject: Subject
    undelivered: bool


@dataclass(frozen=True, slots=True)
class DutyMessage:
    """A message about somebody's duties that is about to leave: what for, its reference, when it was written."""

    id: int
    account_id: int
    purpose: str
    reference: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class StaleWanted(Question[set[int]]):
    """Asks which of some messages say what no longer holds; answered with a set of their numbers."""

    messages: Sequence[DutyMessage]


@dataclass(frozen=True, slots=True)
class EndedWanted(Question[set[int]]):
    """Asks which of some alarms have ended; answered with a set of numbers."""

    alarm_ids: Collection[int]
