"""A peak of a post on a date, as somebody names it who has or wants a duty there."""

from dataclasses import dataclass
from datetime import date
from typing import TypedDict


class OwnPlace(TypedDict):
    """Which place it is, as it is answered."""

    post_id: int
    date: str
    peak: str


@dataclass(frozen=True, slots=True)
class WantedPlace:
    """A peak of a post on a date."""

    post_id: int
    date: date
    peak: str

    @property
    def named(self) -> OwnPlace:
        """Give it as it is answered."""
        return {"post_id": self.post_id, "date": self.date.isoformat(), "peak": self.peak}


@dataclass(frozen=True, slots=True, order=True)
class PeakOf:
    """A peak of a post on a date."""

    post_id: int
    date: date
    peak: str
