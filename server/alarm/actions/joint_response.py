"""What units do by the links that they were sent, and whom a console calls in by hand.

A unit has no account: its link is its permission, for one task and until it expires. Looking never acts,
since messengers open links by themselves to show a preview.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from server.alarm.queries import alarms, joint_response, posts, units
from server.alarm.queries.joint_response import LinkedTask
from server.alarm.rules.joint_response import TaskState, UnitPart, advance, check_link
from server.alarm.rules.shapes import AlarmView
from server.alarm.rules.unit_shapes import CallableUnits, TaskPage
from server.alarm.service import views
from server.alarm.tables.alarms import Alarm
from server.core import audit
from server.core.access.roles import Act, Actor, require
from server.core.database import rate_limits
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused

# A link that is good is never counted: an office is one address, and its neighbour's guesses must not shut it out.
GUESSES = rate_limits.Limit(20, timedelta(minutes=15))
# Of one link, too, so many refusals are recorded, so that an old one cannot fill the log; each is still answered.
RECORDED = rate_limits.Limit(20, timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class LinkUse:
    """One use of a link: its token, what for (``None``: to look), and from where."""

    token: str
    to: TaskState | None = None
    request_id: str | None = None
    address: str | None = None


def look(store: Store, *, use: LinkUse, now: datetime) -> TaskPage:
    """Show a unit its task by its link; nothing is changed by it.

    Raises ``Refused``: ``not_found``, ``link_expired``, ``alarm_over``, ``too_many`` after many guesses; each
    is recorded.
    """
    with store.read() as connection:
        task = joint_response.by_token(connection, use.token)
        alarm = alarms.by_id(connection, task.alarm_id) if task else None
        refused = _refusal(connection, task, alarm, now)
        if refused is None and task is not None and alarm is not None:
            return _page(connection, task, alarm)
    with store.transaction(now) as transaction:
        _record(transaction, use, task, refused or Refused("not_found"))
    raise refused or Refused("not_found")


def act(store: Store, *, use: LinkUse, now: datetime) -> TaskPage:
    """Let a unit say by its link how far it has come, and tell all who take part.

    The same request again gives the state as it is. Raises ``Refused``: ``not_found``, ``link_expired``,
    ``alarm_over``, ``link_used`` (state), ``request_id_reused``, ``too_many``; each is recorded.
    """
    with store.transaction(now) as transaction:
        task = joint_response.by_token(transaction.connection, use.token)
        alarm = None
        if task is not None:
            alarm = alarms.by_id(transaction.connection, task.alarm_id, lock=True)
            # Another use may have moved it while this one waited for the alarm's row.
            task = joint_response.by_token(transaction.connection, use.token)
        outcome = _use(transaction, use, task, alarm)
        if isinstance(outcome, Refused):
            _record(transaction, use, task, outcome)
    # Only after the commit: a refusal inside would undo what was recorded of it.
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def call_in(
    store: Store, *, actor: Actor, request_id: str, alarm_id: int, unit_id: int, limits: Limits, now: datetime
) -> AlarmView:
    """Call a unit in that no plan named, as support.

    Raises ``Refused``: ``not_your_role``, ``not_found``, ``alarm_over``, ``already_asked``, ``unit_archived``.
    """
    require(actor, Act.DISPATCH)
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, "call_in", [alarm_id, unit_id])
        if first is not None:
            return views.again(transaction.connection, alarm_id, actor)
        alarm = alarms.hold(transaction.connection, alarm_id, actor)
        unit = units.hold(transaction.connection, actor.district_id, [unit_id]).get(unit_id)
        if unit is None:
            raise Refused("not_found")
        if unit.archived:
            raise Refused("unit_archived")
        told = joint_response.of_alarms(transaction.connection, [alarm_id])
        if any(one.unit_id == unit_id for one in told):
            raise Refused("already_asked")
        # The first one that is called where no plan fits has nobody to support.
        part = UnitPart.SUPPORT if told else UnitPart.LEAD
        joint_response.call_units(
            transaction, alarm, [(unit, part)], limits=limits, called_by=actor.account_id
        )
        audit.record(
            transaction.connection,
            now=now,
            actor_id=actor.account_id,
            act="call_in_unit",
            facts={"alarm_id": alarm_id, "unit_id": unit_id},
        )
        transaction.answer(actor.account_id, request_id, {"alarm_id": alarm_id})
        return views.publish(transaction, alarm)


def call_again(
    store: Store, *, actor: Actor, request_id: str, alarm_id: int, unit_id: int, limits: Limits, now: datetime
) -> AlarmView:
    """Send a unit that has not answered its link once more, by the telephone that it has now.

    Raises ``Refused``: ``not_your_role``, ``not_found``, ``alarm_over``, ``link_used`` (state) when it has
    answered, ``unit_without_channel`` when somebody has to ring it up.
    """
    require(actor, Act.DISPATCH)
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, "call_again", [alarm_id, unit_id])
        if first is not None:
            return views.again(transaction.connection, alarm_id, actor)
        alarm = alarms.hold(transaction.connection, alarm_id, actor)
        told = joint_response.of_alarms(transaction.connection, [alarm_id])
        task = next((one for one in told if one.unit_id == unit_id), None)
        unit = units.hold(transaction.connection, alarm.district_id, [unit_id]).get(unit_id)
        if task is None or unit is None:
            raise Refused("not_found")
        if task.state != TaskState.NOTIFIED.value:
            raise Refused("link_used", state=task.state)
        if not joint_response.call_again(
            transaction, alarm, task, telephone=unit.number, limits=limits, called_by=actor.account_id
        ):
            raise Refused("unit_without_channel")
        audit.record(
            transaction.connection,
            now=now,
            actor_id=actor.account_id,
            act="call_unit_again",
            facts={"alarm_id": alarm_id, "unit_id": unit_id},
        )
        transaction.answer(actor.account_id, request_id, {"alarm_id": alarm_id})
        return views.publish(transaction, alarm)


def callable_units(store: Store, *, actor: Actor, alarm_id: int) -> CallableUnits:
    """List the units of the alarm's district that were not called to it yet, without their telephones.

    Raises ``Refused``: ``not_your_role``, ``not_found``.
    """
    require(actor, Act.DISPATCH)
    with store.read() as connection:
        alarm = alarms.see(connection, alarm_id, actor)
        told = {row.unit_id for row in joint_response.of_alarms(connection, [alarm_id])}
        rows = units.of_district(connection, alarm.district_id)
    return {
        "items": [
            {"id": one.id, "name": one.name, "kind": one.kind, "desk": one.desk}
            for one in rows
            if one.id not in told
        ]
    }


def _use(
    transaction: Transaction, use: LinkUse, task: LinkedTask | None, alarm: Alarm | None
) -> TaskPage | Refused:
    refused = _refusal(transaction.connection, task, alarm, transaction.now)
    if refused is not None or task is None or alarm is None or use.to is None or use.request_id is None:
        return refused or Refused("not_found")
    before = joint_response.use_of(transaction.connection, task.id, use.request_id)
    if before is not None and before != use.to:
        return Refused("request_id_reused")
    if before is None:
        try:
            advance(TaskState(task.state), use.to)
        except Refused as why:
            return why
        joint_response.move(transaction, task, use.to, use.request_id)
        views.publish(transaction, alarm)
    moved = joint_response.by_token(transaction.connection, use.token)
    return _page(transaction.connection, moved or task, alarm)


def _refusal(
    connection: Connection, task: LinkedTask | None, alarm: Alarm | None, now: datetime
) -> Refused | None:
    """Say why a link is of no use; who was called once still hears whom to ring up, and how the alarm ended."""
    if task is None or alarm is None:
        return Refused("not_found")
    try:
        check_link(expires_at=task.expires_at, resolved_at=alarm.resolved_at, now=now)
    except Refused as why:
        end = {"outcome": alarm.outcome, "drill": alarm.drill} if why.code == "alarm_over" else {}
        telephone = posts.telephone(connection, alarm.station_id)
        return Refused(why.code, **why.facts, **end, telephone=telephone)
    return None


def _record(transaction: Transaction, use: LinkUse, task: LinkedTask | None, refused: Refused) -> None:
    """Record a refused use; past many from one address, or of one link, they are no longer recorded one by one."""
    if task is None:
        key = f"links:address:{use.address or 'here'}"
        rate_limits.take(transaction.connection, key, GUESSES, transaction.now)
    elif not rate_limits.fits(transaction.connection, f"links:task:{task.id}", RECORDED, transaction.now):
        return
    audit.record(
        transaction.connection,
        now=transaction.now,
        actor_id=None,
        act="joint_link_refused",
        facts={
            "code": refused.code,
            "to": use.to.value if use.to else None,
            "task_id": task.id if task else None,
            "alarm_id": task.alarm_id if task else None,
            "unit_id": task.unit_id if task else None,
            "address": use.address,
        },
    )


def _page(connection: Connection, task: LinkedTask, alarm: Alarm) -> TaskPage:
    """Give what a unit's page shows: the place, not the people."""
    told = joint_response.of_alarms(connection, [alarm.id])
    gate = posts.by_id(connection, alarm.post_id, alarm.district_id)
    assert gate is not None
    lead = next((one.name for one in told if one.part == UnitPart.LEAD.value), None)
    return {
        "unit_name": task.name,
        "lead_name": lead,
        "gate_latitude": gate.latitude,
        "gate_longitude": gate.longitude,
        "telephone": posts.telephone(connection, alarm.station_id),
        "place_name": posts.full_names(connection, {alarm.post_id})[alarm.post_id],
        "part": task.part,
        "state": task.state,
        "notified_at": task.notified_at,
        "acknowledged_at": task.acknowledged_at,
        "on_the_way_at": task.on_the_way_at,
        "arrived_at": task.arrived_at,
        "expires_at": task.expires_at,
        "kind": alarm.kind,
        "drill": alarm.drill,
        "raised_at": alarm.raised_at,
        "place_from": alarm.place_from,
        "latitude": alarm.latitude,
        "longitude": alarm.longitude,
        "accuracy_m": alarm.accuracy_m,
    }
