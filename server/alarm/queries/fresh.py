"""What is known of an alarm that a transaction has just raised: nothing belongs to it yet, so nothing need be read."""

from server.alarm.queries import (
    alarms,
    asides,
    joint_response,
    ladders,
    places,
    reports,
    responses,
    timelines,
)
from server.alarm.tables.alarms import Alarm
from server.core.database.transaction import Transaction
from server.delivery.queries import alarm_calls


def begin(transaction: Transaction, alarm: Alarm) -> None:
    """Know that an alarm's row stands alone: whatever comes to it from now on is known as well."""
    alarms.change_later(transaction, alarm.id, entry_count=alarm.entry_count, head=alarm.head)
    timelines.written.now(transaction, alarm.id, [])
    alarm_calls.begin(transaction, alarm.id)
    ladders.kept.now(transaction, alarm.id, [])
    for kept in (responses.kept, reports.kept, places.kept, asides.kept, joint_response.kept):
        kept.now(transaction, alarm.id, [])
