"""What volunteers may take by themselves, and until when they give it back."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class SignUpLimits:
    """How many days ahead places are offered, how many duties a week one takes, hours before which one gives back."""

    days_ahead: int = 14
    a_week: int = 3
    give_back_hours: int = 12


def gives_back_until(starts_at: datetime, limits: SignUpLimits) -> datetime:
    """Give until when a duty that somebody took by himself is given back."""
    return starts_at - timedelta(hours=limits.give_back_hours)
