"""Whose posts somebody may look at and plan."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from server.core.access.roles import Actor, Category, Role, columns_of_scope, sees_post
from server.core.database.locks import Queue, wait_in
from server.core.database.transaction import Transaction
from server.core.refused import Refused
from server.duty.queries import check_ins
from server.duty.rules.confirming import may_confirm
from server.places.queries import districts
from server.places.queries.districts import Place
from server.roster.rules.conflicts import PlanPerson
from server.roster.rules.seats import monday_of


def school_of(actor: Actor, school_id: int | None) -> int:
    """Give the school that is asked for, a school's user his own. Raises ``Refused``: ``not_found`` without one."""
    if actor.role == Role.SCHOOL_ADMIN and school_id is None:
        school_id = actor.school_id
    if school_id is None:
        raise Refused("not_found")
    return school_id


def posts_of(connection: Connection, actor: Actor, school_id: int) -> dict[int, Place]:
    """Read the posts of a school in an actor's scope. Raises ``Refused``: ``not_found``."""
    found = districts.places(connection, district_id=actor.district_id, school_id=school_id)
    places = {place.post_id: place for place in found if sees_post(actor, **place.scope)}
    if not places:
        raise Refused("not_found")
    return places


def own_posts(connection: Connection, actor: Actor) -> dict[int, Place]:
    """Read the posts of a guard's own school."""
    if actor.school_id is None:
        return {}
    found = districts.places(connection, district_id=actor.district_id, school_id=actor.school_id)
    return {place.post_id: place for place in found}


def stands_at(actor: Actor, place: Place) -> bool:
    """Tell whether a guard's group stands at a post: of his school, for police of his station."""
    if actor.category == Category.POLICE:
        return place.station_id == actor.station_id
    return place.school_id == actor.school_id


def knows(actor: Actor, person: PlanPerson) -> bool:
    """Tell whether somebody is of the people whom an actor plans; of others he learns nothing, not even a name."""
    if actor.role == Role.SCHOOL_ADMIN:
        return person.school_id is not None and person.school_id == actor.school_id
    if actor.role == Role.STATION_OFFICER:
        return person.station_id is not None and person.station_id == actor.station_id
    return True


def unit_of(actor: Actor) -> dict[str, int]:
    """Give the column of an account, and its value, of the people whom an actor ``knows``; nothing: he knows all."""
    if actor.role in {Role.SCHOOL_ADMIN, Role.STATION_OFFICER}:
        return columns_of_scope(actor)
    return {}


def seen(connection: Connection, actor: Actor, post_id: int) -> Place:
    """Read a post that a console sees. Raises ``Refused``: ``not_found``."""
    place = districts.place(connection, post_id)
    if place is None or not sees_post(actor, **place.scope):
        raise Refused("not_found")
    return place


def led_or_seen(connection: Connection, actor: Actor, post_id: int) -> Place:
    """Read a post that a guard leads now, or that a console sees.

    Raises ``Refused``: ``not_leading`` for a guard, ``not_found`` for a console.
    """
    if actor.role != Role.GUARD:
        return seen(connection, actor, post_id)
    place = districts.place(connection, post_id)
    duty = check_ins.open_of_account(connection, actor.account_id)
    leads = duty is not None and duty.post_id == post_id and duty.verified
    if place is None or not may_confirm(actor, **place.scope, on_verified_duty_there=leads):
        raise Refused("not_leading")
    return place


def require_monday(week: date) -> None:
    """Let a week be named by its Monday. Raises ``Refused``: ``not_found``."""
    if monday_of(week) != week:
        raise Refused("not_found")


def hold_plan(transaction: Transaction, school_id: int) -> None:
    """Let nobody else change or publish a school's plan until the commit."""
    # Posts have the numbers from 1 on in this queue.
    wait_in(transaction.connection, Queue.POST, -school_id)


def today_of(connection: Connection, district_id: int, now: datetime) -> date:
    """Give the local date of a district."""
    district = districts.the_district(connection, district_id)
    return now.astimezone(ZoneInfo(district.time_zone)).date()
