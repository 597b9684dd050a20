"""A clock that only moves when a test winds it."""

from datetime import datetime, timedelta


class WoundClock:
    """Stands still until wound."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """Give the time it shows."""
        return self._at

    def wind(self, *, minutes: float = 0, seconds: float = 0) -> datetime:
        """Move it on, and give the new time."""
        self._at += timedelta(minutes=minutes, seconds=seconds)
        return self._at

    def set(self, at: datetime) -> None:
        """Put it to a time."""
        self._at = at
