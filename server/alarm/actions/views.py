"""Looking at alarms: the list, one, the people in it by name, those who could be added."""

from datetime import datetime
from typing import cast

from sqlalchemy import Connection

from server.alarm.queries import alarms, joint_response, nearby, reports, responses, timelines
from server.alarm.queries import people as alarm_people
from server.alarm.queries import posts as alarm_posts
from server.alarm.rules.added_by_console import options
from server.alarm.rules.alarm import AlarmKind
from server.alarm.rules.needs import DispatchLimits
from server.alarm.rules.response import STANDING
from server.alarm.rules.search import Call
from server.alarm.rules.shapes import AlarmView
from server.alarm.rules.sight import Sight
from server.alarm.service import parts, sight, views
from server.alarm.service.shapes import (
    AlarmPage,
    CandidateList,
    PeopleOfAlarm,
    PersonOfAlarm,
    TimelinePage,
    UnitContact,
)
from server.core import audit
from server.core.access.roles import CONSOLE, POLICE_CONSOLE, Act, Actor, Role, group_of, require
from server.core.access.rooms import room_of
from server.core.database import event_log, event_rooms
from server.core.database.transaction import Store
from server.core.geo import Point
from server.core.limits import Limits
from server.core.refused import Refused
from server.people.queries import accounts
from server.people.queries.accounts import AccountAndPlaces

SHOWN = 50


def page(
    store: Store, *, actor: Actor, state: str | None, drill: bool | None, cursor: int, limit: int
) -> AlarmPage:
    """List the alarms that an actor may see, the newest first, with the cursor from which events go on.

    ``drill`` leaves only drills (true), or leaves them out (false).
    """
    require(actor, Act.SEE_ALARMS)
    with store.read() as connection:
        # Read before the alarms: an event told twice is harmless, one missed is not.
        room = room_of(actor)
        epoch, last = event_log.history(connection, room), event_rooms.last_in_room(connection, room)
        numbers = alarms.page(
            connection, actor=actor, state=state, drill=drill, before=cursor, limit=limit + 1
        )
        return {
            "epoch": epoch,
            "last": last,
            "items": sight.as_seen(connection, views.views(connection, numbers[:limit]), actor),
            "next": numbers[limit - 1] if len(numbers) > limit else None,
        }


def one(store: Store, *, actor: Actor, alarm_id: int) -> AlarmView:
    """Show an alarm; of a double that is over, to those who were asked to it, the one that it was merged into.

    Raises ``Refused``: ``not_found``, ``alarm_over`` to those asked while it was open, with how it ended.
    """
    require(actor, Act.SEE_ALARMS)
    with store.read() as connection:
        try:
            alarms.see(connection, alarm_id, actor)
        except Refused as refused:
            goes_on = responses.where_it_counts(connection, alarm_id, actor.account_id)
            if goes_on == alarm_id:
                raise _with_its_end(connection, alarm_id, actor, refused) from refused
            alarms.see(connection, goes_on, actor)
            return views.seen(connection, goes_on, actor)
        return views.seen(connection, alarm_id, actor)


def _with_its_end(connection: Connection, alarm_id: int, actor: Actor, refused: Refused) -> Refused:
    """Say to whom it asked, in his district, what it was, where and how it ended; nothing of a person."""
    row = alarms.by_id(connection, alarm_id)
    if refused.code != "alarm_over" or row is None or row.district_id != actor.district_id:
        return refused
    return Refused(
        "alarm_over",
        resolved_at=row.resolved_at,
        outcome=row.outcome,
        kind=row.kind,
        drill=row.drill,
        place_name=alarm_posts.full_names(connection, {row.post_id})[row.post_id],
    )


def timeline(store: Store, *, actor: Actor, alarm_id: int, cursor: int, limit: int) -> TimelinePage:
    """List the entries of an alarm's timeline, the newest first, for whoever sees everything of it.

    Raises ``Refused``: ``not_found``.
    """
    require(actor, Act.SEE_ALARMS)
    with store.read() as connection:
        alarm = alarms.see(connection, alarm_id, actor)
        if sight.sights(connection, [alarm], actor)[alarm_id] is not Sight.EVERYTHING:
            raise Refused("not_found")
        rows = timelines.page(connection, alarm_id, before=cursor, limit=limit + 1)
    return {
        "items": [parts.entry(row) for row in rows[:limit]],
        "next": rows[limit - 1].id if len(rows) > limit else None,
    }


def people(store: Store, *, actor: Actor, alarm_id: int, now: datetime) -> PeopleOfAlarm:
    """Name the people of an alarm, as far as the actor may know them.

    Consoles see posts, schools and, while it is open, telephones (a school those of its own people, the
    police those of the units too); that look is recorded. Others see the names of those whom they see.
    """
    require(actor, Act.SEE_ALARMS)
    with store.read() as connection:
        alarm = alarms.see(connection, alarm_id, actor)
        is_open = alarm.state == alarms.OPEN
        view = views.view(connection, alarm_id)
        everything = sight.sights(connection, [alarm], actor)[alarm_id] is Sight.EVERYTHING
        numbers = _everybody(connection, view) if everything else {actor.account_id}
        if actor.role in CONSOLE and everything:
            called = (one["account_id"] for one in view["deliveries"])
            numbers |= {number for number in called if number is not None}
        elif actor.role is Role.SCHOOL_ADMIN:
            numbers |= sight.people_there(connection, view, actor.school_id)
        found = accounts.by_ids(connection, numbers)
        posts = alarm_people.posts_of(connection, alarm_id, numbers) if actor.role in CONSOLE else {}
        police = actor.role in POLICE_CONSOLE
        units: list[UnitContact] = [
            {"unit_id": one.unit_id, "desk": one.desk, "telephone": telephone}
            for one in (joint_response.contacts(connection, alarm_id) if is_open and police else [])
            if (telephone := one.number) is not None
        ]
    named = [_person(found[number], actor, posts.get(number), is_open=is_open) for number in sorted(found)]
    _record_look(store, actor, alarm_id, named, units, now)
    return {"people": named, "units": units}


def _record_look(
    store: Store,
    actor: Actor,
    alarm_id: int,
    named: list[PersonOfAlarm],
    units: list[UnitContact],
    now: datetime,
) -> None:
    """Record whose telephones were shown; an open desk asks again and again, which is one look at each an hour."""
    shown = {
        "account_ids": [one["account_id"] for one in named if one["telephone"]],
        "unit_ids": [one["unit_id"] for one in units],
    }
    if not any(shown.values()):
        return
    with store.transaction(now) as transaction:
        before = audit.facts_since(
            transaction.connection, actor.account_id, "see_telephones", now - audit.ONE_LOOK
        )
        same = [cast("dict[str, list[int]]", facts) for facts in before if facts["alarm_id"] == alarm_id]
        new = {
            key: [one for one in numbers if not any(one in facts[key] for facts in same)]
            for key, numbers in shown.items()
        }
        if any(new.values()):
            audit.record(
                transaction.connection,
                now=now,
                actor_id=actor.account_id,
                act="see_telephones",
                facts={"alarm_id": alarm_id, **new},
                # The alarm is the reason.
                seen=new["account_ids"],
            )


def candidates(store: Store, *, actor: Actor, alarm_id: int, limits: Limits, now: datetime) -> CandidateList:
    """List whom the console could add, the nearest first; a station sees those at its own posts.

    Raises ``Refused``: ``not_your_role``, ``not_found``.
    """
    require(actor, Act.DISPATCH)
    with store.read() as connection:
        alarm = alarms.see(connection, alarm_id, actor)
        if alarm.state == alarms.RESOLVED:
            return {"items": []}
        call = Call(
            point=Point(alarm.latitude, alarm.longitude),
            post_id=alarm.post_id,
            kind=AlarmKind(alarm.kind) if alarm.kind else None,
            now=now,
        )
        station_id = actor.station_id if actor.role == Role.STATION_OFFICER else None
        shown = options(
            nearby.people_on_duty(connection, alarm.district_id, drill=alarm.drill, station_id=station_id),
            call,
            asked=_not_to_be_asked(connection, alarm_id),
            limits=limits[DispatchLimits],
            most=SHOWN,
        )
        posts = alarm_people.names_of_posts(connection, {option.post_id for option in shown})
        found = accounts.by_ids(connection, {option.account_id for option in shown})
    return {
        "items": [
            {
                "account_id": option.account_id,
                "name": found[option.account_id].name,
                "category": option.category.value,
                "group": option.group.value,
                "distance_m": option.distance_m,
                "post_name": posts[option.post_id],
                "below_floor": option.below_floor,
                "busy": option.busy,
            }
            for option in shown
        ]
    }


def _not_to_be_asked(connection: Connection, alarm_id: int) -> set[int]:
    """Give who reported the alarm or is still asked; who declined or was released may be asked again."""
    standing = {
        row.account_id for row in responses.of_alarms(connection, [alarm_id]) if row.state in STANDING
    }
    return standing | {row.account_id for row in reports.of_alarms(connection, [alarm_id])}


def _everybody(connection: Connection, view: AlarmView) -> set[int]:
    numbers = {view["raised_by"], view["acknowledged_by"], view["resolved_by"]}
    numbers |= {one["account_id"] for one in view["responses"]}
    numbers |= {one.account_id for one in reports.of_alarms(connection, [view["id"]])}
    numbers |= timelines.actors(connection, view["id"])
    return {number for number in numbers if number is not None}


def _person(
    account: AccountAndPlaces, actor: Actor, post_name: str | None, *, is_open: bool
) -> PersonOfAlarm:
    console = actor.role in CONSOLE
    own = actor.role != Role.SCHOOL_ADMIN or account.school_id == actor.school_id
    category = account.category
    return {
        "account_id": account.id,
        "name": account.name,
        "category": category,
        "group": group_of(category).value if category else None,
        "telephone": account.telephone if console and own and is_open else None,
        "post_name": post_name,
        "school_name": account.school_name if console else None,
    }
