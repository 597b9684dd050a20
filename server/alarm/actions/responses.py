"""What those who were asked answer."""

from datetime import datetime

from server.alarm.queries import alarms, places, responses
from server.alarm.rules.alarm import AlarmLimits
from server.alarm.rules.places import off_scene_m
from server.alarm.rules.response import ACKNOWLEDGING, REPLACED, STANDING, Mover, ResponseState, move, proven
from server.alarm.rules.shapes import AlarmView
from server.alarm.service import dispatch, escalation, holding, shortages, standing_changes, views, written
from server.alarm.tables.alarms import Alarm, Response
from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.delivery.queries import last_delivery, messages
from server.delivery.rules.channels import ChannelName
from server.duty.queries import positions
from server.duty.rules.trust import TrustLimits


def answer(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    alarm_id: int,
    state: ResponseState,
    limits: Limits,
    now: datetime,
) -> AlarmView:
    """Move the actor's own response on; a decline or a withdrawal asks one more in his stead.

    An answer to an alarm that was merged into another one counts there, and that one is given.
    Raises ``Refused``: ``not_found``, ``alarm_over``, ``not_asked``, ``response_not_possible``.
    """
    require(actor, Act.RESPOND)
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, "respond", [alarm_id, state])
        alarm_id = responses.where_it_counts(transaction.connection, alarm_id, actor.account_id)
        if first is not None:
            return views.again(transaction.connection, alarm_id, actor)
        alarm = alarms.hold(transaction.connection, alarm_id, actor)
        mine = responses.of_person(transaction, alarm_id, actor.account_id)
        if mine is None or mine.state == ResponseState.RELEASED:
            raise Refused("not_asked")
        before = ResponseState(mine.state)
        after = move(before, state, Mover.PERSON)
        transaction.answer(actor.account_id, request_id, {"alarm_id": alarm_id})
        if after == before and mine.off_scene_m is None:
            return views.seen_now(transaction, alarm_id, actor)
        alarm, mine = _as_he_counts_now(transaction, alarm, mine, limits)
        _take(transaction, alarm, mine, after, actor, limits)
        # Whoever answers has seen the call, whatever his phone said of it.
        messages.delivered(
            transaction.connection,
            alarm_id=alarm_id,
            account_id=actor.account_id,
            channels=[ChannelName.SOCKET],
            now=now,
        )
        last_delivery.note(transaction.connection, actor.account_id, ChannelName.SOCKET, now)
        escalation.settle(transaction, alarm_id, limits)
        views.publish(transaction, alarm)
        return views.seen_now(transaction, alarm_id, actor)


def _as_he_counts_now(
    transaction: Transaction, alarm: Alarm, mine: Response, limits: Limits
) -> tuple[Alarm, Response]:
    """Read again whether somebody counts, who may have checked in anew since he was asked."""
    if not standing_changes.of_one(transaction, alarm, mine.account_id, limits):
        return alarm, mine
    again = alarms.row_now(transaction, alarm.id)
    still = responses.of_person(transaction, alarm.id, mine.account_id)
    assert still is not None
    return again, still


def _take(
    transaction: Transaction, alarm: Alarm, mine: Response, after: ResponseState, actor: Actor, limits: Limits
) -> None:
    """Write an answer down, and what follows of it; of whoever does not count nothing does for anybody else."""
    before = ResponseState(mine.state)
    instead = after in REPLACED and dispatch.makes_room(transaction, mine, limits)
    off_scene_m = _off_scene_m(transaction, alarm, actor.account_id, after, limits)
    if after is not before or off_scene_m is None:
        written.move(transaction, mine, after, actor.account_id, off_scene_m=off_scene_m)
    counts_as = proven(after, off_scene=off_scene_m is not None)
    if mine.doubt is None:
        standing_changes.meet(transaction, alarm, mine, counts_as)
        if before in REPLACED and after in STANDING:
            shortages.fill_shortage(transaction, alarm.id, tier=mine.tier, group=mine.group)
        if after in ACKNOWLEDGING:
            alarm = holding.release(transaction, alarm, limits, why="answered", actor_id=actor.account_id)
    if instead:
        dispatch.ask_instead(transaction, alarm, [mine], limits)


def _off_scene_m(
    transaction: Transaction, alarm: Alarm, account_id: int, state: ResponseState, limits: Limits
) -> float | None:
    """Give how far off somebody is who says that he is there, where his phone's place speaks against it."""
    last = positions.last_of(transaction.connection, account_id) if state is ResponseState.ON_SCENE else None
    if last is None:
        return None
    return off_scene_m(
        places.all_of(transaction.connection, alarm),
        last,
        now=transaction.now,
        good_within_m=limits[TrustLimits].poor_accuracy_m,
        limits=limits[AlarmLimits],
    )
