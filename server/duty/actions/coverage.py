"""What a console shows of the posts in its scope: lines, people, arrivals over the peak."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection

from server.calendar.queries import rosters
from server.calendar.rules import Phase
from server.core import audit
from server.core.access.roles import Act, Actor, columns_of_scope, group_of, require, sees_post
from server.core.access.rooms import room_of
from server.core.database import event_log, event_rooms
from server.core.database.sealing import telephones
from server.core.database.transaction import Store
from server.core.geo import Point, distance_m
from server.core.limits import Limits
from server.core.moments import moment
from server.core.refused import Refused
from server.duty.queries import at_shifts, away, check_ins, coverage, hand_overs
from server.duty.queries.check_ins import Person
from server.duty.rules.arrival_curve import filled_seats
from server.duty.rules.confirming import may_confirm
from server.duty.rules.coverage import PostCoverage
from server.duty.rules.hand_overs import NoteView
from server.duty.rules.shapes import (
    Arrivals,
    PersonOnConsole,
    PostDetails,
    RosteredPerson,
)
from server.duty.service import lines as post_lines
from server.duty.service.people_at_post import as_seen
from server.places.queries import districts
from server.places.queries.districts import Place
from server.places.rules.composition import Composition


@dataclass(frozen=True, slots=True)
class LinesNow:
    """The lines of all posts in scope, as text, with the cursor from which events go on.

    ``tag`` names what the list is: its posts, which an import may change without an event for a console, the versions
    of their lines, and the cursor. ``posts`` is ``None`` where the caller has the list as it is.
    """

    epoch: str
    last: int
    tag: str
    posts: list[str] | None


def lines(store: Store, *, actor: Actor, known: Callable[[str], bool]) -> LinesNow:
    """List the line of each post in scope, where the list is not ``known`` by its tag."""
    require(actor, Act.SEE_COVERAGE)
    with store.read() as connection:
        room, scope = room_of(actor), columns_of_scope(actor)
        epoch, last = event_log.history(connection, room), event_rooms.last_in_room(connection, room)
        of = repr((epoch, last, coverage.versions(connection, **scope)))
        tag = sha256(of.encode()).hexdigest()[:32]
        return LinesNow(epoch, last, tag, None if known(tag) else coverage.texts(connection, **scope))


def details(store: Store, *, actor: Actor, post_id: int, limits: Limits, now: datetime) -> PostDetails:
    """Show a post with the people there and those on its roster; the look at the names is recorded.

    Raises ``Refused("not_found")`` outside the actor's scope.
    """
    require(actor, Act.SEE_PEOPLE)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        place = districts.place(connection, post_id)
        if place is None or not sees_post(actor, **place.scope):
            raise Refused("not_found")
        line = post_lines.line_now(connection, place, limits, now)
        covered = PostCoverage.from_dict(line)
        confirms = may_confirm(actor, **place.scope, on_verified_duty_there=False)
        shown: PostDetails = {
            "line": line,
            "people": _people(connection, actor, place, covered, confirms=confirms),
            "staying": _staying(connection, actor, place, covered, confirms=confirms),
            "rostered": _rostered(connection, place, covered),
            "telephone": place.telephone,
            "may_confirm": confirms,
            "hand_over": _note(connection, post_id, now),
            "away": away.at_post(connection, post_id),
        }
        _record_look(connection, actor, shown, post_id, now)
        return shown


def _note(connection: Connection, post_id: int, now: datetime) -> NoteView | None:
    """Show the newest note of a post for its next shift, without names."""
    notes = hand_overs.newest(connection, post_id, now)
    return notes[0].view(named=False) if notes else None


def _record_look(
    connection: Connection, actor: Actor, shown: PostDetails, post_id: int, now: datetime
) -> None:
    """Record who was shown; an open page asks again and again, which is one look at each person an hour."""
    people = {one["account_id"] for one in (*shown["people"], *shown["staying"])}
    people |= {one["account_id"] for one in shown["rostered"] if one["account_id"] is not None}
    new = audit.not_seen_since(
        connection, actor.account_id, "see_people", people - {actor.account_id}, now - audit.ONE_LOOK
    )
    if new:
        facts = {"post_id": post_id}
        audit.record(connection, now=now, actor_id=actor.account_id, act="see_people", facts=facts, seen=new)


def arrivals(store: Store, *, actor: Actor, now: datetime) -> Arrivals:
    """Count the filled seats over the peak that most posts in scope are in, one point a minute."""
    require(actor, Act.SEE_COVERAGE)
    with store.read() as connection:
        lines = coverage.lines(connection, **columns_of_scope(actor))
        active = [line for line in lines if line["phase"] != Phase.OFF]
        if not active:
            return {"opens_at": None, "starts_at": None, "ends_at": None, "required": 0, "points": []}
        (opens_at, starts_at, ends_at), _count = Counter(
            (line["opens_at"], line["starts_at"], line["ends_at"]) for line in active
        ).most_common(1)[0]
        shifts = {
            line["post_id"]: (line["peak"], line["date"]) for line in active if line["peak"] and line["date"]
        }
        stays = check_ins.stays(connection, shifts)
    begin = min(datetime.fromisoformat(line["opens_at"]) for line in active if line["opens_at"])
    passed = max(0, int((now - begin) // timedelta(minutes=1)) + 1)
    minutes = [*(begin + timedelta(minutes=step) for step in range(passed)), now]
    required = {line["post_id"]: Composition.from_dict(line["required"]) for line in active}
    return {
        "opens_at": opens_at,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "required": sum(sum(line["required"].values()) for line in active),
        "points": [
            {"at": moment(at), "present": filled}
            for at, filled in zip(minutes, filled_seats(stays, required, minutes), strict=True)
        ],
    }


def _people(
    connection: Connection, actor: Actor, place: Place, covered: PostCoverage, *, confirms: bool
) -> list[PersonOnConsole]:
    people = check_ins.people_in_seats(connection, [seat.check_in_id for seat in covered.seats])
    waiting = {seat.account_id for seat in covered.seats if not seat.verified}
    known = check_ins.stood_before(connection, place.post_id, waiting)
    in_order = [people[seat.check_in_id] for seat in covered.seats]
    return [_person(one, actor, place, confirms=confirms, known=known) for one in in_order]


def _staying(
    connection: Connection, actor: Actor, place: Place, covered: PostCoverage, *, confirms: bool
) -> list[PersonOnConsole]:
    """Show who has not checked out although the line is of another shift by now, or of none."""
    seats = [seat.check_in_id for seat in covered.seats]
    people = check_ins.people_besides(connection, place.post_id, seats)
    waiting = {one.account_id for one in people if not one.verified}
    known = check_ins.stood_before(connection, place.post_id, waiting)
    return [_person(one, actor, place, confirms=confirms, known=known) for one in people]


def _person(
    person: Person, actor: Actor, place: Place, *, confirms: bool, known: set[int]
) -> PersonOnConsole:
    return {
        **as_seen(person, actor, confirms=confirms, told_why=True, known=known),
        "telephone": telephones.masked(person.telephone),
        "at": moment(person.at),
        "distance_m": _distance(person, place.point),
    }


def _distance(person: Person, point: Point) -> float | None:
    if person.latitude is None or person.longitude is None:
        return None
    return round(distance_m(Point(person.latitude, person.longitude), point), 1)


def _rostered(connection: Connection, place: Place, covered: PostCoverage) -> list[RosteredPerson]:
    if covered.peak is None or covered.date is None:
        return []
    here = at_shifts.read(connection, {place.post_id: (covered.peak, covered.date)}).get(place.post_id)
    came = here.came if here else set()
    rows = rosters.rostered(connection, post_id=place.post_id, peak=covered.peak, on=covered.date)
    return [
        {
            "account_id": row.account_id,
            "name": row.name,
            "category": row.category,
            "group": group_of(row.category).value,
            "arrived": row.account_id in came,
        }
        for row in rows
    ]
