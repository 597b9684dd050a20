"""The clock's part in escalation: each step that is due is taken, once, by whichever process comes first."""

from datetime import datetime

from server.alarm.queries import ladders, responses
from server.alarm.service import escalation, holding, views
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.limits import Limits

# Alarms looked at in one round. The longest waiting come first, so a backlog drains from its oldest end.
ALARMS_A_ROUND = 50


def take_due(store: Store, limits: Limits, now: datetime, rows: RowRetry | None = None) -> int:
    """Take all steps that are due by ``now``, and count them; one transaction an alarm, and none stops another.

    On PostgreSQL an alarm that another process works on is skipped: whoever holds its row takes all that is
    due. A process that dies in the middle leaves nothing behind, and the step is taken by the next.
    """
    rows = rows or RowRetry("escalation")
    with store.read() as connection:
        numbers = ladders.due_alarms(connection, now, ALARMS_A_ROUND, without=rows.resting(now))
    return rows.each(numbers, lambda number: _take_due_of(store, number, limits, now), now)


def _take_due_of(store: Store, number: int, limits: Limits, now: datetime) -> int:
    with store.admission.ahead(), store.transaction(now) as transaction:
        alarm = responses.claim_alarm(transaction.connection, number)
        if alarm is None:
            return 0
        alarm, called = holding.look(transaction, alarm, limits)
        steps = escalation.take_due(transaction, alarm, limits) + called
        if steps:
            views.publish(transaction, alarm)
        return steps
