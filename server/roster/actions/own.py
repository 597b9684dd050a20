"""A guard's own duties that are to come, as they were published."""

from datetime import datetime, timedelta
from typing import TypedDict

from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.moments import moment
from server.places.queries import districts
from server.roster.queries import absences, plans
from server.roster.queries.absences import Absence
from server.roster.service import rolls, scopes

AHEAD = timedelta(days=60)


class OwnDuty(TypedDict):
    """A duty: where, when in UTC and on which date there, what to look after.

    ``stands``: there is school; else the times are missing, since the day is off by now. ``provisional``: no calendar
    knows the day yet.
    """

    post_id: int
    post_name: str
    date: str
    peak: str
    stands: bool
    provisional: bool
    opens_at: str | None
    starts_at: str | None
    ends_at: str | None
    area: str


class OwnAbsence(TypedDict):
    """When somebody is away."""

    id: int
    first_day: str
    last_day: str
    kind: str


class OwnDuties(TypedDict):
    """The duties to come and the absences that are not over, the earliest first; ``today`` as the district has it."""

    items: list[OwnDuty]
    absences: list[OwnAbsence]
    today: str


def coming(store: Store, *, actor: Actor, limits: Limits, now: datetime) -> OwnDuties:
    """List a guard's published duties that are not over yet, of the next 60 days. Raises ``Refused``: ``suspended``."""
    require(actor, Act.SEE_DUTY)
    with store.read() as connection:
        today = now.date()
        rows = plans.published_of(connection, [actor.account_id], today - timedelta(days=1), today + AHEAD)
        places = districts.some_places(connection, {row.post_id for row in rows})
        local = scopes.today_of(connection, actor.district_id, now)
        away = absences.to_come(connection, actor.account_id, local)
    found: list[tuple[str, OwnDuty]] = []
    for row in rows:
        place = places[row.post_id]
        shift = rolls.shift_of(place, row.date, row.peak, limits)
        if shift is None and row.date < now.astimezone(place.zone).date():
            continue
        if shift is not None and shift.ends_at <= now:
            continue
        own: OwnDuty = {
            "post_id": row.post_id,
            "post_name": place.name,
            "date": row.date.isoformat(),
            "peak": row.peak,
            "stands": shift is not None,
            "provisional": place.days.on(row.date).provisional,
            "opens_at": moment(shift.opens_at) if shift else None,
            "starts_at": moment(shift.starts_at) if shift else None,
            "ends_at": moment(shift.ends_at) if shift else None,
            "area": rolls.area_of(place, plans.key_of(row)) or place.area,
        }
        found.append((own["starts_at"] or own["date"], own))
    return {
        "items": [own for _at, own in sorted(found, key=lambda one: one[0])],
        "absences": [_absence(one) for one in away],
        "today": local.isoformat(),
    }


def _absence(one: Absence) -> OwnAbsence:
    return {
        "id": one.id,
        "first_day": one.first_day.isoformat(),
        "last_day": one.last_day.isoformat(),
        "kind": one.kind,
    }
