"""Notes that a post's leader leaves for the next shift."""

from datetime import datetime, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

from server.calendar.rules import PeaksOn, Shift, Window, next_shift
from server.core.typed_text import visible

LONGEST = 300
MOST_LINES = 10
KEPT_DAYS = 30


class NoteView(TypedDict):
    """A note; ``by`` is left out at a console, ``read_at`` is when somebody of the next shift had read it."""

    id: int
    text: str
    peak: str
    date: str
    at: str
    by: str | None
    read_at: str | None
    read_by: str | None


class HandOver(TypedDict):
    """What the shift before left, and what is left for the next one."""

    received: NoteView | None
    left: NoteView | None


def written(text: str) -> str:
    """Give a note as it is kept: without empty lines and what nobody sees, at most ten lines; the last has the rest."""
    lines = [line for line in map(visible, text.splitlines()) if line]
    return "\n".join([*lines[: MOST_LINES - 1], *filter(None, [" ".join(lines[MOST_LINES - 1 :])])])


def is_for(shift: Shift, *, of_starts_at: datetime, peaks: PeaksOn, zone: ZoneInfo, window: Window) -> bool:
    """Tell whether a note of a shift that starts at a time is for another shift of its post: the very next one.

    It is asked by the timetable as it is now: a day that is off by now hands the note on.
    """
    opened = of_starts_at - timedelta(minutes=window.opens_before_minutes)
    following = next_shift(peaks, opened, zone, window)
    return following is not None and following.key == shift.key
