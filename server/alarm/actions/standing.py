"""What a police console decides about raisers without standing and about places: aside, back, which place it is."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from server.alarm.queries import alarms, places, reports, timelines
from server.alarm.queries import asides as alarm_asides
from server.alarm.rules.alarm import AlarmLimits, Entry
from server.alarm.rules.shapes import AlarmView
from server.alarm.service import aside_presses, escalation, on_the_spot, views
from server.core import audit
from server.core.access.roles import AccountStatus, Act, Actor, require
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.people.queries import accounts


def put_aside(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    alarm_id: int,
    account_id: int,
    aside: bool,
    limits: Limits,
    now: datetime,
) -> AlarmView:
    """Put an unapproved reporter aside at the places of an alarm, or let him back; twice changes nothing.

    Until the alarm ends, for a time at most, his further presses there are recorded and call nobody.
    Raises ``Refused``: ``not_your_role``, ``not_found``, ``alarm_over``, ``account_approved``.
    """
    require(actor, Act.DISPATCH)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        body = [alarm_id, account_id, aside]
        if transaction.remember(actor.account_id, request_id, "put_aside", body) is not None:
            return views.again(connection, alarm_id, actor)
        alarm = alarms.hold(connection, alarm_id, actor)
        reported = {row.account_id for row in reports.of_alarm(transaction, alarm_id)}
        person = accounts.by_id(connection, account_id)
        if person is None or account_id not in reported:
            raise Refused("not_found")
        if person.status == AccountStatus.APPROVED:
            raise Refused("account_approved")
        transaction.answer(actor.account_id, request_id, {"alarm_id": alarm_id})
        rows = alarm_asides.of_alarms(connection, [alarm_id])
        times = [one.until for one in rows if one.account_id == account_id]
        # One whose time is over still stands there: it ends with either word.
        if any(until > now for until in times) if aside else not times:
            return views.view(connection, alarm_id)
        if times:
            aside_presses.let_back(transaction, alarm_id, account_id, by=actor.account_id)
        if aside:
            _put_aside(transaction, actor, alarm_id, account_id, limits)
        act = "put_aside" if aside else "let_back"
        _audit(transaction, actor, act, account_id, {"alarm_id": alarm_id})
        return views.publish(transaction, alarm)


def choose_place(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    alarm_id: int,
    place_id: int | None,
    limits: Limits,
    now: datetime,
) -> AlarmView:
    """Choose which of its places an alarm is at, ``None``: the one that leads; the others are told no longer.

    Whoever was called to another one stays asked, and is told how far it is to the one chosen.
    Raises ``Refused``: ``not_your_role``, ``not_found``, ``alarm_over``.
    """
    require(actor, Act.DISPATCH)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "choose_place", [alarm_id, place_id])
        if first is not None:
            return views.again(connection, alarm_id, actor)
        alarm = alarms.hold(connection, alarm_id, actor)
        further = {row.id: row for row in places.of_alarms(connection, [alarm_id])}
        if place_id is not None and place_id not in further:
            raise Refused("not_found")
        transaction.answer(actor.account_id, request_id, {"alarm_id": alarm_id})
        if place_id is not None:
            alarms.be_at(transaction, alarm_id, further[place_id])
        facts = {
            "place_id": place_id,
            "before": {
                "post_id": alarm.post_id,
                "latitude": alarm.latitude,
                "longitude": alarm.longitude,
            },
        }
        timelines.enter(transaction, alarm_id, act=Entry.PLACE_CHOSEN, actor_id=actor.account_id, facts=facts)
        _audit(transaction, actor, "choose_place", None, {"alarm_id": alarm_id, "place_id": place_id})
        # Told before the others are dropped: their consoles learn where it is.
        places.drop_all(transaction, alarm_id, by=actor.account_id)
        on_the_spot.measure_anew(transaction, alarm_id, limits)
        escalation.settle(transaction, alarm_id, limits)
        return views.publish(transaction, alarm, also=list(further.values()))


def _put_aside(
    transaction: Transaction, actor: Actor, alarm_id: int, account_id: int, limits: Limits
) -> None:
    now = transaction.now
    until = now + timedelta(seconds=limits[AlarmLimits].aside_s)
    by = actor.account_id
    alarm_asides.add(transaction, alarm_id, account_id, by=by, until=until)
    facts = {"account_id": account_id}
    timelines.enter(transaction, alarm_id, act=Entry.PUT_ASIDE, actor_id=by, facts=facts)


def _audit(
    transaction: Transaction, actor: Actor, act: str, subject_id: int | None, facts: Mapping[str, object]
) -> None:
    audit.record(
        transaction.connection,
        now=transaction.now,
        actor_id=actor.account_id,
        act=act,
        subject_id=subject_id,
        facts=facts,
    )
