"""When guards would like to stand where, and when rather not: a small table of a week."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# Monday to Friday: a make-up day at a weekend is nobody's habit.
WEEKDAYS = 5


class Wish(StrEnum):
    """What somebody says of a peak of a post on a weekday; without: he does not mind."""

    LIKE = "like"
    RATHER_NOT = "rather_not"


@dataclass(frozen=True, slots=True, order=True)
class WeekdayPeak:
    """A peak of a post on a weekday, Monday 0."""

    post_id: int
    peak: str
    weekday: int

    @classmethod
    def on(cls, post_id: int, peak: str, when: date) -> "WeekdayPeak":
        """Give that of a date."""
        return cls(post_id, peak, when.weekday())
