"""The clock's part in responses: who has not answered in time is joined by one more."""

from datetime import datetime

from server.alarm.queries import responses, timelines
from server.alarm.rules.alarm import Entry
from server.alarm.rules.response import Mover, ResponseState, move
from server.alarm.service import dispatch, views
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits

# Alarms looked at in one round. The longest waiting come first, so a backlog drains from its oldest end.
ALARMS_A_ROUND = 50


def time_out_due(store: Store, limits: Limits, now: datetime, rows: RowRetry | None = None) -> int:
    """Time out the responses whose answer was due by ``now``, ask one more for each, and count them.

    One transaction an alarm, and none stops another. On PostgreSQL an alarm that another process works on is
    skipped: whoever holds its row moves all that is due, so nothing is moved twice.
    """
    rows = rows or RowRetry("responses")
    with store.read() as connection:
        numbers = responses.overdue_alarms(connection, now, ALARMS_A_ROUND, without=rows.resting(now))

    def time_out(number: int) -> int:
        with store.admission.ahead(), store.transaction(now) as transaction:
            return _time_out(transaction, number, limits)

    return rows.each(numbers, time_out, now)


def _time_out(transaction: Transaction, alarm_id: int, limits: Limits) -> int:
    connection, now = transaction.connection, transaction.now
    alarm = responses.claim_alarm(connection, alarm_id)
    if alarm is None:
        return 0
    due = responses.overdue_of(connection, alarm_id, now)
    # Each of them was notified, and all move alike.
    states = {move(ResponseState(one.state), ResponseState.TIMED_OUT, Mover.CLOCK) for one in due}
    for state in states:
        responses.change(transaction, due, state=state.value, answer_due_at=None, ended_at=None)
    for one in due:
        facts = {"response_id": one.id, "account_id": one.account_id, "tier": one.tier}
        timelines.enter(transaction, alarm_id, act=Entry.TIMED_OUT, actor_id=None, facts=facts)
    if due:
        dispatch.ask_instead(transaction, alarm, due, limits, silent=True)
        views.publish(transaction, alarm)
    return len(due)
