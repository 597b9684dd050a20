"""A guard's own duties that are to come, as they were published."""

from datetime import datetime, timedelta
from typing import TypedDict

from server.calendar.queries import answers
from server.calendar.queries.answers import Answered, DutyKey
from server.calendar.rules import Shift
from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.moments import moment, moment_or_none
from server.places.queries import districts
from server.places.queries.districts import Place
from server.roster.queries import absences, plans, stand_ins
from server.roster.queries.absences import Absence
from server.roster.queries.stand_ins import OwnSearch
from server.roster.rules.seats import SeatKey
from server.roster.rules.sign_up import SignUpLimits, gives_back_until
from server.roster.service import rolls, scopes

AHEAD = timedelta(days=60)


class OwnDuty(TypedDict):
    """A duty: where, when in UTC and on which date there, what to look after.

    ``stands``: there is school; else the times are missing, since the day is off by now. ``provisional``: no calendar
    knows the day yet. ``gives_back_until``: he took it by himself, and may give it back so long. ``answer``: whether he
    said that he comes. ``stand_in_id``: his search for a stand-in that goes on, with how many were asked.
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
    gives_back_until: str | None
    answer: str | None
    answered_at: str | None
    stand_in_id: int | None
    stand_in_asked: int


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
        first, last = now.date() - timedelta(days=1), now.date() + AHEAD
        rows = plans.published_of(connection, [actor.account_id], first, last)
        planned = plans.planned_of(connection, [actor.account_id], first, last)
        places = districts.some_places(connection, {row.post_id for row in rows})
        local = scopes.today_of(connection, actor.district_id, now)
        away = absences.to_come(connection, actor.account_id, local)
        said = answers.of_account(connection, actor.account_id, first)
        searches = stand_ins.own(connection, actor.account_id, first)
    by_himself = {row.key for row in planned if row.source == plans.SELF}
    found: list[tuple[str, OwnDuty]] = []
    for row in rows:
        place, key = places[row.post_id], plans.key_of(row)
        shift = rolls.shift_of(place, row.date, row.peak, limits)
        is_over = shift.ends_at <= now if shift else row.date < now.astimezone(place.zone).date()
        if not is_over:
            until = gives_back_until(shift.starts_at, limits[SignUpLimits]) if shift else now
            his = said.get(DutyKey(row.account_id, row.post_id, row.date, row.peak))
            search = searches.get((row.post_id, row.date, row.peak))
            back = until if key in by_himself and until > now else None
            own = _duty(place, key, shift, back, his, search)
            found.append((own["starts_at"] or own["date"], own))
    return {
        "items": [own for _at, own in sorted(found, key=lambda one: one[0])],
        "absences": [_absence(one) for one in away],
        "today": local.isoformat(),
    }


def _duty(
    place: Place,
    key: SeatKey,
    shift: Shift | None,
    until: datetime | None,
    said: Answered | None,
    search: OwnSearch | None,
) -> OwnDuty:
    return {
        "post_id": place.post_id,
        "post_name": place.name,
        "date": key.date.isoformat(),
        "peak": key.peak,
        "stands": shift is not None,
        "provisional": place.days.on(key.date).provisional,
        "opens_at": moment(shift.opens_at) if shift else None,
        "starts_at": moment(shift.starts_at) if shift else None,
        "ends_at": moment(shift.ends_at) if shift else None,
        "area": rolls.area_of(place, key) or place.area,
        "gives_back_until": moment_or_none(until),
        "answer": said.answer.value if said else None,
        "answered_at": moment_or_none(said.at) if said else None,
        "stand_in_id": search.id if search else None,
        "stand_in_asked": search.asked if search else 0,
    }


def _absence(one: Absence) -> OwnAbsence:
    return {
        "id": one.id,
        "first_day": one.first_day.isoformat(),
        "last_day": one.last_day.isoformat(),
        "kind": one.kind,
    }
