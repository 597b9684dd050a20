"""What a phone shows: the post that was scanned, and the duty its guard is on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from server.calendar.queries import rosters, shifts
from server.calendar.rules import Shift, ShiftKey, current_shift, includes, shift_for
from server.core.access.roles import AccountStatus, Act, Actor, group_of, require
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.refused import Refused
from server.duty.queries import check_ins
from server.duty.queries.check_ins import Duty, Person
from server.duty.rules.colleagues import without_names
from server.duty.rules.confirming import may_assist, may_confirm
from server.duty.rules.shapes import Colleague, DutyView, LineView, PostView, ScannedPost
from server.duty.rules.trust import confirmed_together
from server.duty.service import away, hand_overs, lending
from server.duty.service import lines as post_lines
from server.duty.service.people_at_post import as_seen, sees_people
from server.places.queries import districts
from server.places.queries.districts import Place
from server.places.rules.post_codes import CodeLimits, CodeStatus, require_good


def scanned(store: Store, *, actor: Actor | None, code: str, limits: Limits, now: datetime) -> ScannedPost:
    """Show the post of a printed code: school and gate to everybody, the rest to guards of its district.

    Raises ``Refused``: ``unknown_post``, ``code_replaced``.
    """
    with store.read() as connection:
        found = districts.code_of(connection, code)
        if found is None:
            raise Refused("unknown_post")
        standing = require_good(found.replaced_at, now, limits[CodeLimits], void=found.void)
        place = districts.place(connection, found.post_id)
        if place is None or (actor is not None and actor.district_id != place.district_id):
            raise Refused("unknown_post")
        shown = actor if actor is not None and actor.status != AccountStatus.SUSPENDED else None
        duty = check_ins.open_of_account(connection, shown.account_id) if shown else None
        return {
            "name": place.name,
            "school_name": place.school_name,
            "gate": place.gate,
            "stale": standing == CodeStatus.STALE,
            "post": _post(connection, place, shown, duty, limits, now) if shown else None,
        }


def own(store: Store, *, actor: Actor, limits: Limits, now: datetime) -> DutyView:
    """Show the duty that the actor is on, with the post's line and colleagues; all empty off duty.

    Whoever is not verified may be anybody with a photograph of the poster, unless only his phone is poor: he sees
    himself alone, and counts of the others.
    """
    require(actor, Act.SEE_DUTY)
    with store.read() as connection:
        duty = check_ins.open_of_account(connection, actor.account_id)
        place = districts.place(connection, duty.post_id) if duty else None
        if duty is None or place is None:
            return {
                "check_in": None,
                "line": None,
                "post": None,
                "colleagues": [],
                "may_confirm": False,
                "may_assist": False,
                "hand_over": None,
                "away": None,
                "lending": None,
            }
        people = check_ins.people_at_post(connection, post_id=place.post_id, peak=duty.peak, on=duty.date)
        sees = sees_people(actor, place, duty)
        if not sees:
            people = [row for row in people if row.account_id == actor.account_id]
        leads = may_confirm(actor, **place.scope, on_verified_duty_there=duty.verified)
        waiting = [row.account_id for row in people if leads and not row.verified]
        known = check_ins.stood_before(connection, place.post_id, waiting)
        return {
            "check_in": check_ins.view(duty),
            "line": _line(connection, place, actor, duty, limits, now),
            "post": _post(connection, place, actor, duty, limits, now),
            "colleagues": [_colleague(row, actor, leads=leads, known=known) for row in people],
            "may_confirm": leads,
            "may_assist": may_assist(actor, on_verified_duty=duty.verified),
            "hand_over": hand_overs.of_shift(connection, place, Shift.from_dict(duty.shift), limits)
            if sees
            else None,
            "away": away.view(connection, actor, place.post_id, leads=leads),
            "lending": lending.own(connection, duty, place),
        }


def _post(
    connection: Connection, place: Place, actor: Actor, duty: Duty | None, limits: Limits, now: datetime
) -> PostView:
    around = shifts.around(place, limits, now)
    upcoming = shifts.upcoming(place, limits, now)
    mine = rosters.of_account(connection, actor.account_id, now)
    preferred = {shift.key for shift in around if includes(mine, place.post_id, shift)}
    shift = _shift_now(around, preferred, now)
    return {
        "id": place.post_id,
        "latitude": place.point.latitude,
        "longitude": place.point.longitude,
        "fence_radius_m": place.fence_radius_m,
        "area": _area(place, actor),
        "telephone": place.telephone,
        "shift": shift.as_dict() if shift else None,
        "next_shift": upcoming.as_dict() if upcoming else None,
        "line": _line(connection, place, actor, duty, limits, now),
        "rostered": shift.key in preferred if shift else None,
    }


def _area(place: Place, actor: Actor) -> str:
    """Say what to look after: the post's area, and what the seats of the actor's group are called."""
    names = place.seat_areas.get(group_of(actor.category).value, ()) if actor.category else ()
    of_seats = " / ".join(name for name in names if name)
    return " · ".join(part for part in (place.area, of_seats) if part)


def _shift_now(around: Sequence[Shift], preferred: set[ShiftKey], now: datetime) -> Shift | None:
    try:
        return shift_for(around, now, preferred)
    except Refused:
        return current_shift(around, now)


def _line(
    connection: Connection, place: Place, actor: Actor, duty: Duty | None, limits: Limits, now: datetime
) -> LineView:
    line = post_lines.line_now(connection, place, limits, now)
    return line if sees_people(actor, place, duty) else without_names(line)


def _colleague(person: Person, actor: Actor, *, leads: bool, known: set[int]) -> Colleague:
    """Write a colleague; why he waits is told to whoever confirms at the post, to anybody else nothing of it."""
    told = leads and not person.verified
    seen = as_seen(person, actor, confirms=leads, told_why=told, known=known)
    return {
        **seen,
        "with_all": seen["may_confirm"] and confirmed_together(person.flags),
        "distance_m": person.distance_m if told else None,
    }
