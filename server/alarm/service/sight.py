"""What somebody sees of an alarm, read now: ``server.alarm.rules.sight`` decides."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy import Connection, Table, select, union

from server.alarm.queries import alarms as alarm_rows
from server.alarm.queries import places as alarm_places
from server.alarm.queries import standing
from server.alarm.queries.alarms import OPEN
from server.alarm.rules.shapes import AlarmView
from server.alarm.rules.sight import Sight, Viewer, shown, sight
from server.alarm.rules.standing import doubt_about
from server.alarm.tables.alarms import Alarm, FurtherPlace, alarm_report, response
from server.core.access.roles import CONSOLE, AccountStatus, Actor, Role
from server.core.access.scope import sees
from server.core.access.sessions import RoomEvent
from server.core.event_names import EventName
from server.people.tables import account
from server.places.tables import post


def sights(
    connection: Connection, rows: Iterable[Alarm], actor: Actor, *, active: bool = True
) -> dict[int, Sight]:
    """Decide of some alarms, by their rows, what an actor sees; ``active``: his session is in order."""
    alarms = {row.id: row for row in rows}
    reported = _alarms_of(connection, alarm_report, alarms, actor.account_id)
    asked = _alarms_of(connection, response, alarms, actor.account_id)
    elsewhere = alarm_places.of_alarms(connection, alarms) if actor.role in CONSOLE else []
    in_order = active and actor.status is not AccountStatus.SUSPENDED
    found = {}
    for number, row in alarms.items():
        part = Part(
            reported=number in reported,
            asked=number in asked,
            counts=in_order
            and row.state == OPEN
            and row.district_id == actor.district_id
            and (number in reported or number in asked)
            and actor.role is Role.GUARD
            and actor.account_id in counting(connection, row, [actor.account_id]),
        )
        found[number] = sight_of(actor, row, part, elsewhere, active=active)
    return found


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody has to do with an alarm: reported it, was asked to it, counts in it.

    ``guard``: he is a guard of its district, as whoever is told of it in his own room must be.
    """

    reported: bool = False
    asked: bool = False
    guard: bool = False
    counts: bool = False


def sight_of(
    actor: Actor, row: Alarm, part: Part, elsewhere: Iterable[FurtherPlace], *, active: bool
) -> Sight:
    """Decide what an actor sees of an alarm, by his part in it and by its further places."""
    in_order = active and actor.status is not AccountStatus.SUSPENDED
    at_home, is_open = row.district_id == actor.district_id, row.state == OPEN
    at_further = any(sees(actor, one) for one in _further(row, elsewhere))
    school = actor.role is Role.SCHOOL_ADMIN
    viewer = Viewer(
        active=in_order,
        in_scope=sees(actor, row) or (at_further and not school),
        beside=at_further and school,
        reported=part.reported,
        asked=part.asked and at_home,
        counts=part.counts and in_order and is_open and at_home and actor.role is Role.GUARD,
    )
    return sight(viewer, is_open=is_open)


def _further(row: Alarm, places: Iterable[FurtherPlace]) -> list[Alarm]:
    """Give an alarm as it lies at each of its further places."""
    return [
        replace(row, station_id=one.station_id, school_id=one.school_id)
        for one in places
        if one.alarm_id == row.id
    ]


def counting(connection: Connection, row: Alarm, account_ids: Collection[int]) -> set[int]:
    """Give which of some accounts count in an alarm by now."""
    doubts = standing.doubts(connection, row.id, account_ids, since=row.raised_at)
    return {number for number, doubt in doubts.items() if doubt is None}


def as_seen(
    connection: Connection, views: Iterable[AlarmView], actor: Actor, *, active: bool = True
) -> list[AlarmView]:
    """Give of the whole views of some alarms what an actor sees of each by now.

    Of one that he does not see any more he gets his own part and its end: whether he may ask is decided before.
    """
    whole = list(views)
    seen = sights(
        connection, alarm_rows.by_ids(connection, {one["id"] for one in whole}), actor, active=active
    )
    return [
        shown_to(connection, actor, view, seen.get(view["id"], Sight.NOTHING), active=active)
        for view in whole
    ]


def shown_to(
    connection: Connection, actor: Actor, view: AlarmView, seen: Sight, *, active: bool
) -> AlarmView:
    """Give of an alarm's whole view what an actor is shown who sees so much of it."""
    school = active and actor.role is Role.SCHOOL_ADMIN and seen is Sight.COUNTS
    there = people_there(connection, view, actor.school_id) if school else None
    return shown(view, seen, actor.account_id if active else None, there)


def people_there(connection: Connection, view: AlarmView, school_id: int | None) -> set[int]:
    """Give those of an alarm who are a school's own, stand at its posts or pressed there."""
    everybody = {
        *(one["account_id"] for one in view["responses"]),
        *(one["account_id"] for one in view["reporters"]),
        *(one["account_id"] for one in view["deliveries"]),
        *(one["actor_id"] for one in view["timeline"]),
    }
    asked = select(response.c.account_id).join(post, response.c.from_post_id == post.c.id)
    pressed = select(alarm_report.c.account_id).join(post, alarm_report.c.post_id == post.c.id)
    query = union(
        select(account.c.id).where(account.c.school_id == school_id, account.c.id.in_(everybody - {None})),
        asked.where(response.c.alarm_id == view["id"], post.c.school_id == school_id),
        pressed.where(alarm_report.c.alarm_id == view["id"], post.c.school_id == school_id),
    )
    return set(connection.execute(query).scalars()) - {None}


def parts_of(
    connection: Connection, row: Alarm, *, reporters: Collection[int], asked: Collection[int]
) -> dict[int, Part]:
    """Read what everybody who reported an alarm or was asked to it has to do with it, as a guard of its district."""
    everybody = {*reporters, *asked}
    guards = standing.guards_of(connection, row, everybody) if everybody else {}
    return {
        number: Part(
            reported=number in reporters,
            asked=number in asked,
            guard=number in guards,
            counts=row.state == OPEN and number in guards and doubt_about(guards[number]) is None,
        )
        for number in everybody
    }


def of_account_rooms(parts: Mapping[int, Part], *, is_open: bool) -> dict[int, Sight]:
    """Decide for the rooms of single accounts, in which no console listens, what they are told of an alarm."""
    return {
        number: sight(
            Viewer(reported=part.reported, asked=part.asked and part.guard, counts=part.counts),
            is_open=is_open,
        )
        for number, part in parts.items()
    }


def events_as_seen(connection: Connection, events: list[RoomEvent], actor: Actor) -> list[RoomEvent]:
    """Give events of an account's own room as it may see them by now: they may be older than an end or a doubt."""
    alarms = {one["id"]: _alarm_in(one) for one in events if one["name"] == EventName.ALARM_CHANGED}
    if not alarms:
        return events
    seen = sights(connection, alarm_rows.by_ids(connection, {view["id"] for view in alarms.values()}), actor)
    found = []
    for one in events:
        view = alarms.get(one["id"])
        if view is None:
            found.append(one)
        else:
            told = shown(view, seen.get(view["id"], Sight.NOTHING), actor.account_id)
            found.append({**one, "data": told})
    return found


def _alarm_in(event: RoomEvent) -> AlarmView:
    """Give the alarm that an event of ``views.publish`` carries."""
    return cast(AlarmView, event["data"])


def _alarms_of(connection: Connection, table: Table, alarm_ids: Collection[int], account_id: int) -> set[int]:
    query = select(table.c.alarm_id).where(table.c.alarm_id.in_(alarm_ids), table.c.account_id == account_id)
    return set(connection.execute(query.distinct()).scalars())
