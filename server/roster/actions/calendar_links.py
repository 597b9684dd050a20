"""A guard's duties in his own calendar: making the link, taking it back, and what is read under it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TypedDict

from server.calendar.tables import PublishedDuty
from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.moments import moment_or_none
from server.core.refused import Refused
from server.places.queries import districts
from server.roster.queries import calendar_links, plans
from server.roster.rules.icalendar_file import CalendarDuty, file_of
from server.roster.service import rolls
from server.roster.tables import CalendarLink

# A calendar keeps what was; what is to come is published some weeks ahead.
BACK, AHEAD = timedelta(days=31), timedelta(days=92)


class OwnCalendarLink(TypedDict):
    """When a link was made and last read (none: ``None``), and its address, which is told this once."""

    made_at: str | None
    last_read_on: str | None
    path: str | None


class _Made(TypedDict):
    """What a retry gets: the link without its address."""

    made_at: str


def own(store: Store, *, actor: Actor) -> OwnCalendarLink:
    """Tell of the actor's link. Raises ``Refused``: ``not_your_role``, ``suspended``."""
    require(actor, Act.SEE_DUTY)
    with store.read() as connection:
        return _shown(calendar_links.of_account(connection, actor.account_id))


def make(store: Store, *, actor: Actor, request_id: str, language: str, now: datetime) -> OwnCalendarLink:
    """Make the actor's link, in place of the one that he has, which ends.

    A retry gets no address, since nobody keeps it. Raises ``Refused``: ``not_your_role``, ``suspended``.
    """
    require(actor, Act.SEE_DUTY)
    with store.transaction(now) as transaction:
        connection, number = transaction.connection, actor.account_id
        first = transaction.remember(number, request_id, "make_calendar_link", language, shape=_Made)
        if first is not None:
            return _shown(calendar_links.of_account(connection, number))
        token = calendar_links.make(connection, number, language=language, now=now)
        shown = _shown(calendar_links.of_account(connection, number))
        transaction.answer(number, request_id, _Made(made_at=shown["made_at"] or ""))
        return {**shown, "path": f"/api/calendars/{token}.ics"}


def revoke(store: Store, *, actor: Actor, request_id: str, now: datetime) -> OwnCalendarLink:
    """Take the actor's link back: nobody reads anything there from now on.

    Raises ``Refused``: ``not_your_role``, ``suspended``.
    """
    require(actor, Act.SEE_DUTY)
    with store.transaction(now) as transaction:
        number = actor.account_id
        first = transaction.remember(number, request_id, "revoke_calendar_link", None, shape=OwnCalendarLink)
        if first is not None:
            return first
        calendar_links.revoke(transaction.connection, number)
        return transaction.answer(number, request_id, _shown(None))


def read(store: Store, *, token: str, page: str, limits: Limits, now: datetime) -> bytes:
    """Give the published duties under a link as an iCalendar file.

    ``page`` is the address of the page with one's duties. Raises ``Refused("not_found")`` for a link that is no more.
    """
    with store.read() as connection:
        found = calendar_links.by_token(connection, token)
        if found is None:
            raise Refused("not_found")
        today = now.date()
        rows = plans.published_of(connection, [found.account_id], today - BACK, today + AHEAD)
        places = districts.some_places(connection, {row.post_id for row in rows})
    if found.last_read_on != today:
        with store.transaction(now) as transaction:
            calendar_links.note_read(transaction.connection, found.account_id, today)
    return file_of(_duties(rows, places, limits), language=found.language, page=page)


def _duties(
    rows: list[PublishedDuty], places: dict[int, districts.Place], limits: Limits
) -> Iterator[CalendarDuty]:
    """Give the duties that stand: a day that is off by now is in no calendar."""
    for row in rows:
        place = places[row.post_id]
        shift = rolls.shift_of(place, row.date, row.peak, limits)
        if shift is not None:
            yield CalendarDuty(
                key=f"{row.date.isoformat()}-{row.peak}-{row.post_id}",
                published_at=row.published_at,
                starts_at=shift.starts_at,
                ends_at=shift.ends_at,
                post_name=place.name,
                area=rolls.area_of(place, plans.key_of(row)) or place.area,
            )


def _shown(link: CalendarLink | None) -> OwnCalendarLink:
    read_on = link.last_read_on if link else None
    return {
        "made_at": moment_or_none(link.made_at if link else None),
        "last_read_on": read_on.isoformat() if read_on else None,
        "path": None,
    }
