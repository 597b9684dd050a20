"""Tests of gate devices: planned and announced, run by the devices themselves, reported by post."""

from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

from server.core import audit
from server.core.access.roles import Act, Actor, Role, require
from server.core.database.transaction import Store, Transaction
from server.core.moments import moment, moment_or_none
from server.core.refused import Refused
from server.exercise.queries import devices
from server.exercise.queries.devices import GateDevice, NamedPost
from server.exercise.rules import shapes
from server.exercise.rules.device import (
    STILL_MEANT,
    Result,
    Signal,
    SignalKind,
    Window,
    check_window,
    has_passed,
    judge_device,
    judge_post,
    quarter_of,
)
from server.exercise.tables import DeviceSignal, DeviceTest
from server.places.queries import districts

SHOWN = 50


def planned(store: Store, *, actor: Actor) -> shapes.DeviceTestList:
    """List the tests that concern the actor's station or district, the latest first."""
    require(actor, Act.SEE_DEVICES)
    with store.read() as connection:
        rows = devices.tests(
            connection, district_id=actor.district_id, station_id=_station_of(actor), limit=SHOWN
        )
    return {"items": [devices.test_view(row) for row in rows]}


def plan(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    station_id: int | None,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> shapes.DeviceTestView:
    """Plan a test of a station's devices, or of the district's (``None``), and announce it at once.

    Raises ``Refused``: ``not_found`` for a station outside the actor's scope, ``bad_window``.
    """
    require(actor, Act.PLAN_TESTS)
    check_window(starts_at=starts_at, ends_at=ends_at, now=now)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        body = [station_id, starts_at, ends_at]
        first = transaction.remember(
            actor.account_id, request_id, "plan_device_test", body, shape=shapes.KeptTest
        )
        if first is not None:
            return devices.test_view(_hold(transaction, actor, first["test_id"]))
        _check_station(transaction, actor, station_id)
        number = devices.add_test(
            connection,
            district_id=actor.district_id,
            station_id=station_id,
            starts_at=starts_at,
            ends_at=ends_at,
            announced_at=now,
            planned_by=actor.account_id,
        )
        _audit(transaction, actor, "plan_device_test", number)
        transaction.answer(actor.account_id, request_id, {"test_id": number})
        return devices.publish_test(transaction, number)


def cancel(
    store: Store, *, actor: Actor, request_id: str, test_id: int, now: datetime
) -> shapes.DeviceTestView:
    """Call a planned test off. Raises ``Refused``: ``not_found``, ``bad_window`` for one that is over."""
    require(actor, Act.PLAN_TESTS)
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, "cancel_device_test", test_id)
        row = _hold(transaction, actor, test_id)
        if row.station_id is None and actor.role == Role.STATION_OFFICER:
            raise Refused("not_found")
        if first is not None or row.cancelled_at is not None:
            return devices.test_view(row)
        if row.ends_at <= now:
            raise Refused("bad_window")
        devices.cancel_test(transaction.connection, test_id, now)
        _audit(transaction, actor, "cancel_device_test", test_id)
        transaction.answer(actor.account_id, request_id, {"test_id": test_id})
        return devices.publish_test(transaction, test_id)


def report(store: Store, *, actor: Actor, test_id: int) -> shapes.DeviceTestReport:
    """Report by post how a test has gone so far: the posts within both the test and the actor's scope.

    Devices count that were there before the window shut and were not taken away before it opened.
    """
    require(actor, Act.SEE_DEVICES)
    with store.read() as connection:
        row = devices.test_by_id(connection, test_id)
        if row is None or not _concerns(actor, row):
            raise Refused("not_found")
        window = _window(row)
        station_id = row.station_id or _station_of(actor)
        scope = {"district_id": actor.district_id} if station_id is None else {"station_id": station_id}
        found = [one for one in devices.within(connection, **scope) if _was_there(one, window)]
        heard: defaultdict[int, list[DeviceSignal]] = defaultdict(list)
        until = window.ends_at + STILL_MEANT
        numbers = [one.id for one in found]
        for signal in devices.signals(connection, numbers, since=window.announced_at, until=until):
            heard[signal.device_id].append(signal)
        posts = devices.posts_within(connection, **scope)
    by_post: defaultdict[int, list[shapes.TestedDevice]] = defaultdict(list)
    for one in found:
        by_post[one.post_id].append(_judged(one, heard[one.id], window))
    items = [_of_post(post, by_post[post.id]) for post in posts]
    return {"test": devices.test_view(row), "items": items}


def untested(store: Store, *, actor: Actor, now: datetime) -> shapes.DeviceQuarter:
    """List the posts of the actor's scope with a device in use that has passed no test in this quarter.

    A device passes a test of its own station or of the district; tests that were called off count for nothing.
    """
    require(actor, Act.SEE_DEVICES)
    own = _station_of(actor)
    scope = {"district_id": actor.district_id} if own is None else {"station_id": own}
    with store.read() as connection:
        zone = ZoneInfo(districts.the_district(connection, actor.district_id).time_zone)
        begins, ends = quarter_of(now, zone)
        found = [one for one in devices.within(connection, **scope) if one.revoked_at is None]
        tests = devices.tests_between(connection, actor.district_id, begins, ends)
        heard: defaultdict[int, list[Signal]] = defaultdict(list)
        for row in devices.signals(connection, [one.id for one in found], since=begins, until=now):
            heard[row.device_id].append(Signal(SignalKind(row.kind), row.at))
        posts = devices.posts_within(connection, **scope)
    silent: defaultdict[int, list[str]] = defaultdict(list)
    for one in found:
        windows = [_window(row) for row in tests if row.station_id in {None, one.station_id}]
        if not has_passed(heard[one.id], windows, since=begins):
            silent[one.post_id].append(one.label)
    return {
        "starts_at": moment(begins),
        "ends_at": moment(ends),
        "of": len({one.post_id for one in found}),
        "items": [{**_named(post), "devices": silent[post.id]} for post in posts if post.id in silent],
    }


def _of_post(post: NamedPost, judged: list[shapes.TestedDevice]) -> shapes.TestedPost:
    result = judge_post(Result(one["result"]) for one in judged)
    return {**_named(post), "result": result.value if result else None, "devices": judged}


def _named(post: NamedPost) -> shapes.NamedPost:
    return {
        "post_id": post.id,
        "post_name": post.name,
        "school_name": post.school_name,
        "station_id": post.station_id,
        "station_name": post.station_name,
    }


def _window(row: DeviceTest) -> Window:
    return Window(row.announced_at, row.starts_at, row.ends_at)


def _judged(device: GateDevice, heard: list[DeviceSignal], window: Window) -> shapes.TestedDevice:
    signals = [Signal(SignalKind(one.kind), one.at) for one in heard]
    tried = [one for one in heard if one.kind != SignalKind.ALARM.value]
    passed = [one for one in tried if one.kind == SignalKind.TEST.value and window.holds(one.at)]
    last = (passed or tried)[-1] if tried else None
    return {
        "device_id": device.id,
        "label": device.label,
        "result": judge_device(signals, window).value,
        "signal": last.kind if last else None,
        "signal_at": moment_or_none(last.at) if last else None,
    }


def _was_there(device: GateDevice, window: Window) -> bool:
    if device.issued_at > window.ends_at:
        return False
    return device.revoked_at is None or device.revoked_at >= window.announced_at


def _station_of(actor: Actor) -> int | None:
    return (actor.station_id or 0) if actor.role == Role.STATION_OFFICER else None


def _concerns(actor: Actor, row: DeviceTest) -> bool:
    if row.district_id != actor.district_id:
        return False
    own = _station_of(actor)
    return own is None or row.station_id in {None, own}


def _check_station(transaction: Transaction, actor: Actor, station_id: int | None) -> None:
    own = _station_of(actor)
    known = {row.id for row in districts.stations(transaction.connection, actor.district_id)}
    if (own is not None and station_id != own) or (station_id is not None and station_id not in known):
        raise Refused("not_found")


def _hold(transaction: Transaction, actor: Actor, test_id: int) -> DeviceTest:
    row = devices.test_by_id(transaction.connection, test_id)
    if row is None or not _concerns(actor, row):
        raise Refused("not_found")
    return row


def _audit(transaction: Transaction, actor: Actor, act: str, test_id: int) -> None:
    audit.record(
        transaction.connection,
        now=transaction.now,
        actor_id=actor.account_id,
        act=act,
        facts={"test_id": test_id},
    )
