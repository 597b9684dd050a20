"""Drills: planned, started on the very path of an alarm, called off; and what was held this year."""

from datetime import datetime
from zoneinfo import ZoneInfo

from server.alarm.queries import open_alarms
from server.alarm.queries import posts as alarm_posts
from server.alarm.rules.alarm import AlarmKind
from server.alarm.rules.needs import DispatchLimits
from server.alarm.service.presses import Raising, Source
from server.alarm.service.raising import raise_or_join
from server.core import audit
from server.core.access.roles import Act, Actor, Role, columns_of_scope, require
from server.core.access.scope import sees
from server.core.database.locks import Queue, wait_in
from server.core.database.transaction import Store, Transaction
from server.core.geo import Point, distance_m
from server.core.limits import Limits
from server.core.refused import Refused
from server.exercise.queries import drills
from server.exercise.rules.drill import DrillState, check_planned, knows_of, year_of
from server.exercise.rules.shapes import DrillPage, DrillView, DrillYear, KeptDrill
from server.exercise.tables import Drill
from server.places.queries import districts


def page(store: Store, *, actor: Actor, cursor: int, limit: int, now: datetime) -> DrillPage:
    """List the drills that an actor may know of, the newest first.

    A guard sees the announced ones ahead at the posts where he stands or is on the roster.
    """
    require(actor, Act.SEE_DRILLS)
    with store.read() as connection:
        if actor.role == Role.GUARD:
            posts = drills.posts_of_guard(connection, actor.account_id)
            day = districts.the_district(connection, actor.district_id).time_zone
            today = now.astimezone(ZoneInfo(day)).replace(hour=0, minute=0, second=0, microsecond=0)
            rows = drills.ahead_at(connection, posts, since=today)[:limit]
            return {"items": drills.views(connection, rows), "next": None}
        known = drills.known_to_console(actor.account_id, columns_of_scope(actor))
        rows = drills.page(connection, known, before=cursor, limit=limit + 1)
        shown = drills.views(connection, rows[:limit])
    more = len(rows) > limit
    return {"items": shown, "next": rows[limit - 1].id if more else None}


def plan(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    post_id: int,
    kind: AlarmKind,
    scenario: str,
    notice: bool,
    planned_for: datetime,
    now: datetime,
) -> DrillView:
    """Plan a drill at a post in the actor's scope. Raises ``Refused("not_found")`` beyond it."""
    require(actor, Act.RUN_DRILLS)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        body = [post_id, kind, scenario, notice, planned_for]
        first = transaction.remember(actor.account_id, request_id, "plan_drill", body, shape=KeptDrill)
        if first is not None:
            return drills.view(connection, _hold(transaction, actor, first["drill_id"]))
        post = alarm_posts.by_id(connection, post_id, actor.district_id)
        if post is None or not sees(actor, post):
            raise Refused("not_found")
        number = drills.add(
            connection,
            district_id=post.district_id,
            station_id=post.station_id,
            school_id=post.school_id,
            post_id=post_id,
            kind=kind.value,
            scenario=scenario,
            notice=notice,
            state=DrillState.PLANNED.value,
            planned_for=planned_for,
            planned_at=now,
            planned_by=actor.account_id,
        )
        _audit(transaction, actor, "plan_drill", number)
        transaction.answer(actor.account_id, request_id, {"drill_id": number})
        return drills.publish(transaction, number)


def start(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    drill_id: int,
    anyway: bool = False,
    limits: Limits,
    now: datetime,
) -> DrillView:
    """Start a drill: raise its alarm, marked, on the path of every other.

    Raises ``Refused``: ``not_found``, ``drill_not_planned`` (state), ``real_alarm_open`` (alarm_id) while an
    alarm that is none goes on at the post, ``real_alarm_near`` (alarm_id) while one goes on that wants the same
    people, unless it is to be started ``anyway``.
    """
    require(actor, Act.RUN_DRILLS)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        body = [drill_id, anyway] if anyway else drill_id
        first = transaction.remember(actor.account_id, request_id, "start_drill", body)
        row = _hold(transaction, actor, drill_id)
        if first is not None:
            return drills.view(connection, row)
        check_planned(DrillState(row.state))
        # Between this look and the drill nobody presses at the post.
        wait_in(connection, Queue.POST, row.post_id)
        real = [one.id for one in open_alarms.at_post(connection, row.post_id) if not one.drill]
        if real:
            raise Refused("real_alarm_open", alarm_id=real[0])
        post = alarm_posts.by_id(connection, row.post_id, row.district_id)
        assert post is not None
        if not anyway:
            here = Point(post.latitude, post.longitude)
            _refuse_near(transaction, row.district_id, here=here, station_id=post.station_id, limits=limits)
        press = Raising(
            post=post,
            source=Source.DRILL,
            actor_id=actor.account_id,
            raised_by=None,
            drill=True,
            kind=AlarmKind(row.kind),
            facts={"drill_id": drill_id},
        )
        raised = raise_or_join(transaction, press, limits)
        drills.start(connection, drill_id, alarm_id=raised["id"], by=actor.account_id, now=now)
        chosen = {"anyway": True} if anyway else {}
        _audit(transaction, actor, "start_drill", drill_id, alarm_id=raised["id"], **chosen)
        transaction.answer(actor.account_id, request_id, {"drill_id": drill_id})
        return drills.publish(transaction, drill_id)


def cancel(store: Store, *, actor: Actor, request_id: str, drill_id: int, now: datetime) -> DrillView:
    """Call a planned drill off. Raises ``Refused``: ``not_found``, ``drill_not_planned`` (state)."""
    require(actor, Act.RUN_DRILLS)
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, "cancel_drill", drill_id)
        row = _hold(transaction, actor, drill_id)
        if first is not None:
            return drills.view(transaction.connection, row)
        check_planned(DrillState(row.state))
        drills.change(transaction.connection, drill_id, state=DrillState.CANCELLED.value, cancelled_at=now)
        _audit(transaction, actor, "cancel_drill", drill_id)
        transaction.answer(actor.account_id, request_id, {"drill_id": drill_id})
        return drills.publish(transaction, drill_id)


def year(store: Store, *, actor: Actor, number: int | None, goal: int, now: datetime) -> DrillYear:
    """Count the drills held in a calendar year (``None``: this one) by school in scope, against the goal."""
    require(actor, Act.RUN_DRILLS)
    with store.read() as connection:
        district = districts.the_district(connection, actor.district_id)
        zone = ZoneInfo(district.time_zone)
        of_year = number or now.astimezone(zone).year
        scope = columns_of_scope(actor)
        held = drills.held(
            connection,
            since=datetime(of_year, 1, 1, tzinfo=zone),
            before=datetime(of_year + 1, 1, 1, tzinfo=zone),
            **scope,
        )
        schools = [
            row
            for row in districts.schools(connection, actor.district_id)
            if "station_id" not in scope or row.station_id == scope["station_id"]
        ]
    names = {row.id: row for row in schools}
    lines = year_of(names, held, goal)
    return {
        "year": of_year,
        "goal": goal,
        "schools": len(lines),
        "reached": sum(one.reached for one in lines),
        "held": sum(one.held for one in lines),
        "items": [
            {
                "school_id": one.school_id,
                "school_name": names[one.school_id].name,
                "station_id": names[one.school_id].station_id,
                "held": one.held,
                "reached": one.reached,
            }
            for one in lines
        ],
    }


def _refuse_near(
    transaction: Transaction, district_id: int, *, here: Point, station_id: int, limits: Limits
) -> None:
    """Refuse, naming the nearest, while a real alarm goes on where a drill would call the same people.

    That is one whose neighbours may be those of the drill's post, and any at a post of its station.
    """
    reach_m = 2 * limits[DispatchLimits].near_m
    wanting = [
        (away_m, one.id)
        for one in open_alarms.real_open(transaction.connection, district_id)
        if (away_m := distance_m(here, Point(one.latitude, one.longitude))) <= reach_m
        or one.station_id == station_id
    ]
    if wanting:
        raise Refused("real_alarm_near", alarm_id=min(wanting)[1])


def _hold(transaction: Transaction, actor: Actor, drill_id: int) -> Drill:
    """Read a drill that the actor may know of and run, and keep others from starting it."""
    row = drills.by_id(transaction.connection, drill_id, lock=True)
    if row is None or not sees(actor, row):
        raise Refused("not_found")
    known = knows_of(
        state=DrillState(row.state),
        notice=row.notice,
        planned_by=row.planned_by,
        account_id=actor.account_id,
        in_scope=True,
        stands_there=False,
    )
    if not known:
        raise Refused("not_found")
    return row


def _audit(transaction: Transaction, actor: Actor, act: str, drill_id: int, **facts: object) -> None:
    audit.record(
        transaction.connection,
        now=transaction.now,
        actor_id=actor.account_id,
        act=act,
        facts={"drill_id": drill_id, **facts},
    )
