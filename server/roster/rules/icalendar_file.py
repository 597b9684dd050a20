"""Duties as an iCalendar file (RFC 5545), which a phone's own calendar reads again and again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.core.words import Words

# Calendars ask as often as they like; most keep to this.
READ_AGAIN_AFTER = timedelta(hours=1)
TITLE = Words("护学岗班次", "School guard duties")
DUTY = Words("护学岗：{post}", "School guard: {post}")
AREA = Words("负责区域：{area}", "To look after: {area}")


@dataclass(frozen=True, slots=True)
class CalendarDuty:
    """A duty as a calendar shows it: what names it, when it was published, from when to when, where."""

    key: str
    published_at: datetime
    starts_at: datetime
    ends_at: datetime
    post_name: str
    area: str


def file_of(duties: Iterable[CalendarDuty], *, language: str, page: str) -> bytes:
    """Write duties as an iCalendar file in a language; ``page`` is the address of the page with all of them."""
    # Loaded with the first calendar that is asked for: it costs 50 ms and 10 MB.
    from icalendar import Calendar, Event  # noqa: PLC0415

    calendar = Calendar()
    calendar.add("prodid", "-//Huxue//Duties//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", TITLE.of(language))
    calendar.add("refresh-interval", READ_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for duty in duties:
        event = Event()
        # The same duty keeps its name, so that a calendar moves it and does not show it twice.
        event.add("uid", f"{duty.key}@huxue")
        event.add("dtstamp", duty.published_at)
        event.add("dtstart", duty.starts_at)
        event.add("dtend", duty.ends_at)
        event.add("summary", DUTY.of(language).format(post=duty.post_name))
        event.add("location", duty.post_name)
        if duty.area:
            event.add("description", AREA.of(language).format(area=duty.area))
        event.add("url", page)
        event.add("status", "CONFIRMED")
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written
