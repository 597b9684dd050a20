"""Two alarms that turn out to be one: the console folds one into the other, and nobody is lost on the way."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from server.alarm.facts import AlarmEnded
from server.alarm.queries import (
    alarms,
    asides,
    carrying,
    joint_response,
    ladders,
    places,
    reports,
    responses,
    standing,
    timelines,
)
from server.alarm.rules.alarm import AlarmLimits, Entry, Outcome, Tier
from server.alarm.rules.merging import first_acknowledged, goes_on, replaces, tiers_after
from server.alarm.rules.places import is_one_place
from server.alarm.rules.response import ACKNOWLEDGING, ResponseState
from server.alarm.rules.shapes import AlarmView
from server.alarm.service import escalation, holding, on_the_spot, standing_changes, views
from server.alarm.service.standing_changes import FirstOfStanding
from server.alarm.tables.alarms import Alarm, FurtherPlace
from server.core import audit
from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.delivery.queries import messages


def merge(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    alarm_id: int,
    into: int,
    limits: Limits,
    now: datetime,
) -> AlarmView:
    """End an alarm as a double of another one, which takes over its reporters and whoever is still asked.

    Gives the alarm that goes on. Raises ``Refused``: ``not_your_role``, ``not_found``, ``alarm_over`` for
    either, ``not_mergeable`` for one with itself or a drill with a real one.
    """
    require(actor, Act.RESOLVE)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "merge", [alarm_id, into])
        if first is not None:
            return views.again(connection, into, actor)
        if alarm_id == into:
            raise Refused("not_mergeable")
        # Always in the order of their numbers, so that two merges never wait for each other.
        held = {number: alarms.hold(connection, number, actor) for number in sorted((alarm_id, into))}
        double, main = held[alarm_id], held[into]
        if double.drill != main.drill:
            raise Refused("not_mergeable")
        transaction.answer(actor.account_id, request_id, {"alarm_id": into})
        main = _take_over(transaction, actor, double, main, limits)
        _end(transaction, actor, double, main)
        facts = {"alarm_id": alarm_id}
        timelines.enter(transaction, into, act=Entry.MERGED, actor_id=actor.account_id, facts=facts)
        _call_neighbours(transaction, double, into, limits)
        escalation.settle(transaction, into, limits)
        transaction.write_collected()
        audit.record(
            connection,
            now=now,
            actor_id=actor.account_id,
            act="merge_alarms",
            facts={"alarm_id": alarm_id, "into": into, **timelines.head_of(connection, alarm_id)},
        )
        transaction.announce(
            AlarmEnded(alarm_id, drill=double.drill, raised_at=double.raised_at, tiers=double.tiers)
        )
        views.publish(transaction, double)
        return views.publish(transaction, main)


def _take_over(transaction: Transaction, actor: Actor, double: Alarm, main: Alarm, limits: Limits) -> Alarm:
    """Let the alarm that goes on have the other's reports, places, people, answers and units; give its row after it.

    It is covert if either was: what was pressed covertly is not given away by having been merged. Only one without
    full standing never hushes one that has it, nor keeps its place before that one's.
    """
    if double.full_standing and not main.full_standing:
        main = _lead_by(transaction, double, main, limits)
    _carry_reports(transaction, double, main)
    _carry_places(transaction, double, main, limits)
    _carry_asides(transaction, double, main)
    reported = {row.account_id for row in reports.of_alarm(transaction, main.id)}
    _carry_people(transaction, double, main, reported)
    on_the_spot.keep_on_the_spot(transaction, main.id, limits)
    _carry_words(transaction, double, main)
    _carry_acknowledgements(transaction, double, main, reported)
    _meet(transaction, double, main, reported)
    joint_response.go_on_at(transaction, double.id, main.id, actor.account_id)
    if not double.covert or main.covert or (main.full_standing and not double.full_standing):
        return main
    alarms.change(transaction, main.id, covert=True)
    return replace(main, covert=True)


def _lead_by(transaction: Transaction, double: Alarm, main: Alarm, limits: Limits) -> Alarm:
    """Let the alarm that goes on be where the double is; where it was itself stays one of its places. Give its row."""
    if is_one_place(places.place_of(main), places.place_of(double), limits[AlarmLimits]):
        return main
    carrying.place(transaction, main, to=main.id, by=main.raised_by, at=main.raised_at)
    alarms.be_at(transaction, main.id, double)
    return alarms.row_now(transaction, main.id)


def _carry_reports(transaction: Transaction, double: Alarm, main: Alarm) -> None:
    """Let the presses for the double be presses for the alarm that goes on; the kind that each told there stays."""
    told = {row.account_id for row in reports.of_alarm(transaction, main.id) if row.kind}
    pressed = [
        replace(row, kind=None) if row.account_id in told else row
        for row in reports.presses(transaction.connection, double.id)
    ]
    carrying.presses(transaction, pressed, to=main.id)


def _carry_places(transaction: Transaction, double: Alarm, main: Alarm, limits: Limits) -> None:
    """Make further places of where the double is, unless they are known to its school and station; people are asked."""
    connection = transaction.connection
    known = places.all_of(connection, main)
    named: list[tuple[Alarm | FurtherPlace, int | None, datetime]] = [
        (double, double.raised_by, double.raised_at),
        *((one, one.account_id, one.at) for one in places.of_alarms(connection, [double.id])),
    ]
    for row, by, at in named:
        place = places.place_of(row)
        new = not any(is_one_place(place, other, limits[AlarmLimits]) for other in known)
        if new or places.is_across(connection, main, row):
            known.append(place)
            carrying.place(transaction, row, to=main.id, by=by, at=at)


def _carry_asides(transaction: Transaction, double: Alarm, main: Alarm) -> None:
    """Let whoever is aside at the double be so at the alarm that goes on, as long as he would have been."""
    connection, now = transaction.connection, transaction.now
    rows = [row for row in asides.of_alarms(connection, [main.id, double.id]) if row.until > now]
    there = {row.account_id for row in rows if row.alarm_id == main.id}
    for row in rows:
        if row.account_id not in there:
            carrying.put_aside(transaction, row, to=main.id)


def _carry_words(transaction: Transaction, double: Alarm, main: Alarm) -> None:
    """Let whom a police console let count in either count in the alarm that goes on."""
    connection = transaction.connection
    for one in standing.vouchers(connection, double.id):
        standing.vouch(connection, alarm_id=main.id, account_id=one.account_id, by=one.by, now=one.at)
    vouched = [one.account_id for one in standing.vouchers(connection, main.id)]
    doubts = standing.doubts(connection, main.id, vouched, since=main.raised_at)
    for row in responses.of_alarm(transaction, main.id) if vouched else []:
        if row.account_id in doubts:
            doubt = doubts[row.account_id]
            responses.change(transaction, [row], doubt=doubt.value if doubt else None)


def _call_neighbours(transaction: Transaction, double: Alarm, into: int, limits: Limits) -> None:
    """Call the neighbours of the alarm that goes on, if what it took over lets it call them."""
    main = alarms.row_now(transaction, into)
    if double.full_standing:
        first = FirstOfStanding(double.raised_by, double.source, hushes=double.covert)
        main = standing_changes.give_full_standing(transaction, main, limits, first)
    reported = {row.account_id for row in reports.of_alarm(transaction, into)}
    if any(
        row.doubt is None
        and row.account_id not in reported
        and standing_changes.answered(row).state in ACKNOWLEDGING
        for row in responses.of_alarm(transaction, into)
    ):
        holding.release(transaction, main, limits, why="answered")


def _carry_people(transaction: Transaction, double: Alarm, main: Alarm, reported: Collection[int]) -> None:
    """Ask everybody who may still answer the double to the alarm that goes on, as he stands; there is one answer."""
    asked = {row.account_id: row for row in responses.of_alarm(transaction, main.id)}
    carried = []
    for row in responses.of_alarm(transaction, double.id):
        there = asked.get(row.account_id)
        if there is not None:
            if replaces(ResponseState(there.state), ResponseState(row.state)):
                responses.take_over(transaction, row, over=there)
        elif row.account_id not in reported and goes_on(ResponseState(row.state)):
            carried.append(row)
    responses.carry(transaction, carried, to=main.id)


def _carry_acknowledgements(
    transaction: Transaction, double: Alarm, main: Alarm, reported: Collection[int]
) -> None:
    """Let what consoles acknowledged count at the alarm that goes on, the third tier's part with it."""
    acknowledged = timelines.acknowledgements(transaction, [double.id, main.id])
    known = {line.actor_id for line in acknowledged if line.alarm_id == main.id} | set(reported)
    for line in acknowledged:
        if line.actor_id not in known:
            known.add(line.actor_id)
            timelines.enter(
                transaction,
                main.id,
                act=Entry.ACKNOWLEDGED,
                actor_id=line.actor_id,
                facts={**line.facts, "alarm_id": double.id},
            )


def _meet(transaction: Transaction, double: Alarm, main: Alarm, reported: Collection[int]) -> None:
    """Mark the targets that the answers to both meet, and by whom they were first acknowledged."""
    both = (*responses.of_alarm(transaction, main.id), *responses.of_alarm(transaction, double.id))
    of_both = sorted(both, key=lambda row: row.id)
    there = {row.account_id for row in of_both if row.alarm_id == main.id}
    answers = [
        standing_changes.answered(row)
        for row in of_both
        if row.doubt is None and (row.alarm_id == main.id or row.account_id not in there)
    ]
    reporters = {*reported, main.raised_by, double.raised_by}
    tiers = [Tier.from_dict(tier) for tier in main.tiers]
    met = tiers_after(tiers, answers, reporters=reporters, raised_at=main.raised_at)
    alarms.change(transaction, main.id, tiers=[tier.as_dict() for tier in met])
    if main.acknowledged_at is None:
        said = None
        if double.acknowledged_at is not None and double.acknowledged_by is not None:
            said = (double.acknowledged_at, double.acknowledged_by)
        first = first_acknowledged(answers, at_console=said, reporters=reporters, raised_at=main.raised_at)
        if first is not None:
            alarms.change(transaction, main.id, acknowledged_at=first[0], acknowledged_by=first[1])


def _end(transaction: Transaction, actor: Actor, double: Alarm, main: Alarm) -> None:
    connection, now = transaction.connection, transaction.now
    alarms.change(
        transaction,
        double.id,
        state=alarms.RESOLVED,
        resolved_at=now,
        resolved_by=actor.account_id,
        outcome=Outcome.DUPLICATE.value,
        merged_into=main.id,
    )
    responses.end_all(transaction, double.id)
    ladders.end_all(transaction, double.id)
    messages.end_all(connection, double.id)
    facts = {"outcome": Outcome.DUPLICATE.value, "into": main.id}
    timelines.enter(transaction, double.id, act=Entry.RESOLVED, actor_id=actor.account_id, facts=facts)
