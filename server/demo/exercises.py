"""What a district has done before the demo begins: gate devices with a test behind them, a drill held, one planned.

All of it goes by the actions themselves, at times that have passed, so that reports and chains are what they would be.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select, update

from server.alarm.actions import course as alarm_course
from server.alarm.actions import reports, responses
from server.alarm.jobs.escalation import take_due
from server.alarm.jobs.unanswered import time_out_due
from server.alarm.queries import responses as response_rows
from server.alarm.rules.alarm import AlarmKind, Outcome
from server.alarm.rules.response import ResponseState
from server.calendar.rules import Shift
from server.calendar.tables import roster
from server.core.access.roles import AccountStatus, Actor, Category, Role
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.refused import Refused
from server.delivery.rules.channels import AvailableChannels, ChannelName
from server.delivery.tables import message
from server.demo.people import peak_kind
from server.duty.tables import check_in
from server.exercise import tables as exercise_tables
from server.exercise.actions import device_tests, devices, drills
from server.exercise.tables import gate_device
from server.people.tables import account
from server.places.tables import post, station

Row = dict[str, Any]

LIMITS = Limits(AvailableChannels(frozenset(ChannelName)))
HELD_DAYS_AGO, PLANNED_IN_DAYS, TESTED_DAYS_AGO = 9, 5, 33
ENDED_AFTER = timedelta(minutes=9)
# The drill's post is the first of the list, where the demo's school and station look; others send neighbours.
POSTS_ON_DUTY = 12
TEAM = (Category.DUTY_LEADER, Category.TEACHER, Category.SECURITY, Category.POLICE)
LABELS = ("一键报警柱", "门卫室按钮", "一键报警柱")
SCENARIO_HELD = "校门口有人持械滋扰，同岗报警、疏散学生，邻岗与民警到场。"
SCENARIO_PLANNED = "教学楼冒烟，引导学生从校门撤离并清点人数。"
FINDING = "同岗 21 秒内应答；民警超过 5 分钟到场，路口被家长车辆堵住。"
FOLLOW_UP = "与交警商定上学放学时段校门口路口禁停"


def keep_exercises(store: Store, *, district_id: int, zone: str, now: datetime) -> None:
    """Let the demo district have devices, a device test, a drill held and a drill planned, where it has none."""
    with store.read() as connection:
        there = connection.execute(select(exercise_tables.drill.c.id).limit(1)).first()
        if there is not None or connection.execute(select(gate_device.c.id).limit(1)).first() is not None:
            return
        posts = [dict(row) for row in connection.execute(_near_the_first(district_id)).mappings()]
        dispatcher, admin = (
            _actor(connection, district_id, role) for role in (Role.DISPATCHER, Role.DISTRICT_ADMIN)
        )
    _keep_devices(store, admin, [row["id"] for row in posts[: len(LABELS)]], zone=zone, now=now)
    _plan_drill(store, dispatcher, posts[1]["id"], AlarmKind.FIRE, SCENARIO_PLANNED, at=now, zone=zone)
    _hold_drill(store, dispatcher, posts[:POSTS_ON_DUTY], zone=zone, now=now)


def _near_the_first(district_id: int) -> Any:
    first = select(post.c.station_id).where(post.c.district_id == district_id).order_by(post.c.id).limit(1)
    of_station = post.c.station_id == first.scalar_subquery()
    named = select(post, station.c.name.label("station_name")).join(
        station, post.c.station_id == station.c.id
    )
    return named.where(post.c.district_id == district_id).order_by(of_station.desc(), post.c.id)


def _actor(connection: Connection, district_id: int, role: Role) -> Actor:
    query = select(account.c.id, account.c.name).where(
        account.c.district_id == district_id, account.c.role == role.value
    )
    row = connection.execute(query.order_by(account.c.id).limit(1)).one()
    return _as_actor(row.id, role, district_id, row.name)


def _as_actor(account_id: int, role: Role, district_id: int, name: str) -> Actor:
    return Actor(
        account_id=account_id,
        role=role,
        category=None,
        status=AccountStatus.APPROVED,
        district_id=district_id,
        station_id=None,
        school_id=None,
        session_id=0,
        name=name,
    )


def _local(day: datetime, hour: int, minute: int, zone: str) -> datetime:
    """Give a clock time of a moment's local date."""
    return day.astimezone(ZoneInfo(zone)).replace(hour=hour, minute=minute, second=0, microsecond=0)


def _keep_devices(store: Store, admin: Actor, post_ids: list[int], *, zone: str, now: datetime) -> None:
    """Issue three devices, test two of them in the quarter's test, one in vain; the first was heard yesterday."""
    tested = now - timedelta(days=TESTED_DAYS_AGO)
    starts_at, issued_at = _local(tested, 9, 0, zone), _local(now - timedelta(days=120), 10, 0, zone)
    made = [
        devices.issue(store, actor=admin, request_id=str(uuid4()), post_id=number, label=label, now=issued_at)
        for number, label in zip(post_ids, LABELS, strict=True)
    ]
    device_tests.plan(
        store,
        actor=admin,
        request_id=str(uuid4()),
        station_id=None,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        now=starts_at - timedelta(days=7),
    )
    first, second = (devices.Device(one["device"]["id"], one["device"]["post_id"]) for one in made[:2])
    works = devices.Signal(test=True)
    devices.signal(store, device=first, sent=works, limits=LIMITS, now=starts_at + timedelta(minutes=12))
    # It still has the settings of another gate: that is what a test is for.
    elsewhere = devices.Signal(test=True, post_id=post_ids[0])
    with suppress(Refused):
        devices.signal(
            store, device=second, sent=elsewhere, limits=LIMITS, now=starts_at + timedelta(minutes=31)
        )
    devices.signal(
        store, device=first, sent=works, limits=LIMITS, now=_local(now - timedelta(days=1), 7, 5, zone)
    )


def _plan_drill(
    store: Store, actor: Actor, post_id: int, kind: AlarmKind, scenario: str, *, at: datetime, zone: str
) -> int:
    planned = drills.plan(
        store,
        actor=actor,
        request_id=str(uuid4()),
        post_id=post_id,
        kind=kind,
        scenario=scenario,
        notice=True,
        planned_for=_local(at + timedelta(days=PLANNED_IN_DAYS), 9, 40, zone),
        now=at,
    )
    return planned["id"]


def _hold_drill(store: Store, dispatcher: Actor, posts: list[Row], *, zone: str, now: datetime) -> None:
    """Hold a drill some days ago: answered on the spot, by a neighbour in time, by police half a minute late."""
    began = _local(now - timedelta(days=HELD_DAYS_AGO), 9, 40, zone)
    planned_at = began - timedelta(days=PLANNED_IN_DAYS)
    number = _plan_drill(
        store, dispatcher, posts[0]["id"], AlarmKind.INTRUDER, SCENARIO_HELD, at=planned_at, zone=zone
    )
    duties = _come_on_duty(store, posts, began)
    alarm_id = drills.start(
        store, actor=dispatcher, request_id=str(uuid4()), drill_id=number, limits=LIMITS, now=began
    )["alarm_id"]
    assert alarm_id is not None
    _answers(store, dispatcher, alarm_id, began)
    _write_up(store, dispatcher, alarm_id, posts[0]["station_name"], began=began, now=now)
    with store.transaction(began + ENDED_AFTER) as transaction:
        transaction.connection.execute(
            update(check_in)
            .where(check_in.c.id.in_(duties))
            .values(checked_out_at=began + timedelta(minutes=40), checked_out_how="check_out")
        )


def _write_up(
    store: Store, dispatcher: Actor, alarm_id: int, owner: str, *, began: datetime, now: datetime
) -> None:
    """End the drill with a finding, and say what follows from it."""
    ended = began + ENDED_AFTER
    with store.transaction(ended) as transaction:
        # The list took them at once; no clock ran then.
        transaction.connection.execute(
            update(message)
            .where(message.c.alarm_id == alarm_id, message.c.state == "waiting")
            .values(state="sent", sent_at=message.c.created_at, body=None)
        )
    alarm_course.resolve(
        store,
        actor=dispatcher,
        request_id=str(uuid4()),
        alarm_id=alarm_id,
        outcome=Outcome.TEST,
        finding=FINDING,
        now=ended,
    )
    reports.add_follow_up(
        store,
        actor=dispatcher,
        request_id=str(uuid4()),
        alarm_id=alarm_id,
        text=FOLLOW_UP,
        owner=owner,
        due_on=(now + timedelta(days=14)).date(),
        now=ended + timedelta(hours=1),
    )


def _answers(store: Store, dispatcher: Actor, alarm_id: int, began: datetime) -> None:
    """Let people answer at their seconds, and the clock take what is due between them."""

    def by(tier: int, state: ResponseState) -> Callable[[datetime], object]:
        return lambda at: _answer(store, dispatcher.district_id, alarm_id, tier=tier, state=state, now=at)

    def acknowledge(at: datetime) -> object:
        return alarm_course.acknowledge(
            store, actor=dispatcher, request_id=str(uuid4()), alarm_id=alarm_id, limits=LIMITS, now=at
        )

    course = {
        12: by(2, ResponseState.RESPONDING),
        21: by(1, ResponseState.RESPONDING),
        26: acknowledge,
        33: by(3, ResponseState.RESPONDING),
        70: by(1, ResponseState.ON_SCENE),
        161: by(2, ResponseState.ON_SCENE),
        332: by(3, ResponseState.ON_SCENE),
    }
    for second in sorted({*course, *range(15, 360, 15)}):
        at = began + timedelta(seconds=second)
        time_out_due(store, LIMITS, at)
        take_due(store, LIMITS, at)
        if second in course:
            course[second](at)


def _answer(
    store: Store, district_id: int, alarm_id: int, *, tier: int, state: ResponseState, now: datetime
) -> None:
    """Let the first of a tier answer who was asked."""
    with store.read() as connection:
        asked = response_rows.of_alarms(connection, [alarm_id])
    who = next((row.account_id for row in asked if row.tier == tier), None)
    if who is not None:
        guard = _as_actor(who, Role.GUARD, district_id, "")
        responses.answer(
            store,
            actor=guard,
            request_id=str(uuid4()),
            alarm_id=alarm_id,
            state=state,
            limits=LIMITS,
            now=now,
        )


def _come_on_duty(store: Store, posts: list[Row], began: datetime) -> list[int]:
    """Put four of each post's roster on duty for the drill's peak; gives their duties."""
    shift = Shift(
        peak=peak_kind(9),
        date=began.date(),
        opens_at=began - timedelta(minutes=50),
        starts_at=began - timedelta(minutes=20),
        late_after=began - timedelta(minutes=15),
        ends_at=began + timedelta(minutes=40),
        check_out_opens_at=began + timedelta(minutes=30),
        closes_at=began + timedelta(minutes=70),
    )
    with store.transaction(began) as transaction:
        busy = select(check_in.c.account_id).where(check_in.c.checked_out_at.is_(None))
        query = select(roster.c.post_id, roster.c.account_id, roster.c.category).where(
            roster.c.post_id.in_([row["id"] for row in posts]),
            roster.c.peak == shift.peak,
            roster.c.account_id.not_in(busy),
        )
        seats: dict[tuple[int, str], int] = {}
        for row in transaction.connection.execute(query.order_by(roster.c.id)):
            if row.category in TEAM:
                seats.setdefault((row.post_id, row.category), row.account_id)
        rows = [_duty(shift, *seat, account_id) for seat, account_id in seats.items()]
        statement = insert(check_in).returning(check_in.c.id)
        return list(transaction.connection.execute(statement, rows).scalars())


def _duty(shift: Shift, post_id: int, category: str, account_id: int) -> Row:
    came_at = shift.starts_at - timedelta(minutes=6)
    return {
        "account_id": account_id,
        "post_id": post_id,
        "category": category,
        "peak": shift.peak,
        "shift": shift.as_dict(),
        "date": shift.date,
        "starts_at": shift.starts_at,
        "ends_at": shift.ends_at,
        "at": came_at,
        "claimed_at": came_at,
        "verdict": "on_time",
        "minutes_late": 0,
        "flags": [],
        "verified": True,
    }
