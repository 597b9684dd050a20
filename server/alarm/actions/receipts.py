"""Receipts: a page or a phone says that it has shown somebody a call; and the calls that only a page shows."""

from datetime import datetime

from server.alarm.queries import alarms
from server.alarm.rules.sight import Sight
from server.alarm.service import sight, views
from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store
from server.core.refused import Refused
from server.delivery.queries import alarm_calls, last_delivery, messages
from server.delivery.queries.alarm_calls import ListedCall
from server.delivery.rules.channels import ChannelName
from server.delivery.rules.shapes import ReceiptView


def received(
    store: Store, *, actor: Actor, request_id: str, alarm_id: int, channel: ChannelName, now: datetime
) -> ReceiptView:
    """Mark what an alarm sent the actor by a channel as having reached him; give how many that was news for.

    Told only when it is news; harmless after the end. Raises ``Refused``: ``not_found``, ``alarm_over``,
    ``not_called`` to who may see the alarm and was not called.
    """
    require(actor, Act.RECEIVE)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(
            actor.account_id, request_id, "receipt", [alarm_id, channel], shape=ReceiptView
        )
        if first is not None:
            return first
        # The alarm's row before those of its messages, as everybody locks them.
        alarm = alarms.by_id(connection, alarm_id, lock=True)
        if alarm is None or not alarm_calls.called(
            connection, alarm_id=alarm_id, account_id=actor.account_id
        ):
            alarms.see(connection, alarm_id, actor)
            raise Refused("not_called")
        news = messages.delivered(
            connection, alarm_id=alarm_id, account_id=actor.account_id, channels=[channel], now=now
        )
        if news:
            last_delivery.note(connection, actor.account_id, channel, now)
            views.publish(transaction, alarm, urgent=False)
        answer: ReceiptView = {"delivered": news}
        return transaction.answer(actor.account_id, request_id, answer)


def listed(store: Store, *, actor: Actor, alarm_id: int) -> list[ListedCall]:
    """Read what an alarm's messages say that never left: those of a drill or a demo, while they are of use.

    A school that has only a further place of it reads those to its own people, and to those at its posts.
    Raises ``Refused``: ``not_your_role``, ``not_found``.
    """
    require(actor, Act.SEE_COVERAGE)
    with store.read() as connection:
        alarm = alarms.see(connection, alarm_id, actor)
        calls = alarm_calls.texts_of_alarm(connection, alarm_id)
        if sight.sights(connection, [alarm], actor)[alarm_id] is Sight.EVERYTHING:
            return calls
        there = sight.people_there(connection, views.view(connection, alarm_id), actor.school_id)
        return [one for one in calls if one.account_id in there]
