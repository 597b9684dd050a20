"""The first report with standing joins an alarm that had none: from then on it is what that report makes it.

Whoever was asked before had only the word of people whom nobody knows: who declined is asked again, and what a console
acknowledged until then stops nothing. Who is on the way, or there, stays so.
"""

from dataclasses import replace
from datetime import timedelta

from server.alarm.queries import alarms, ladders, reports, responses, timelines
from server.alarm.queries.timelines import NewLine
from server.alarm.rules.alarm import Entry
from server.alarm.rules.escalation import Phase
from server.alarm.rules.needs import DispatchLimits
from server.alarm.rules.response import ASKED_ANEW, ResponseState
from server.alarm.service import calls, escalation, standing_changes
from server.alarm.service.presses import Raising
from server.alarm.service.standing_changes import FirstOfStanding
from server.alarm.tables.alarms import Alarm, Response
from server.core.database.transaction import Transaction
from server.core.limits import Limits


def lift(transaction: Transaction, press: Raising, alarm: Alarm, limits: Limits) -> Alarm:
    """Give an alarm full standing by a report that joins it, and begin anew with those who were asked; give its row."""
    number = alarm.id
    first = FirstOfStanding(press.raised_by, press.source.value, hushes=press.hushes, anew=True)
    standing_changes.give_full_standing(transaction, alarm, limits, first)
    again = _asked_again(transaction, number, limits)
    held = alarms.row_now(transaction, number)
    standing_changes.take_back(transaction, held, {row.account_id for row in again}, consoles_too=True)
    for tier in sorted({row.tier for row in again}):
        of_tier = [row.account_id for row in again if row.tier == tier]
        calls.call_newly_asked(transaction, held, of_tier, tier=tier, limits=limits)
    _go_on_calling(transaction, number, limits)
    return alarms.row_now(transaction, number)


def _asked_again(transaction: Transaction, number: int, limits: Limits) -> list[Response]:
    """Let everybody who is out of an alarm by somebody's word be asked as if for the first time; give their rows."""
    now = transaction.now
    reporters = {row.account_id for row in reports.of_alarm(transaction, number)}
    again = [
        row
        for row in responses.of_alarm(transaction, number)
        if ResponseState(row.state) in ASKED_ANEW and row.account_id not in reporters
    ]
    due_at = now + timedelta(seconds=limits[DispatchLimits].answer_within_s)
    responses.change(
        transaction,
        again,
        state=ResponseState.NOTIFIED.value,
        notified_at=now,
        answer_due_at=due_at,
        responded_at=None,
        on_scene_at=None,
        ended_at=None,
        off_scene_m=None,
    )
    timelines.add_entries(transaction, [_line(row) for row in again])
    return again


def _line(row: Response) -> NewLine:
    facts = {
        "response_id": row.id,
        "account_id": row.account_id,
        "tier": row.tier,
        "why": row.why,
        "distance_m": row.distance_m,
    }
    return NewLine(row.alarm_id, None, Entry.NOTIFIED, facts)


def _go_on_calling(transaction: Transaction, number: int, limits: Limits) -> None:
    """Let each tier whose acknowledgement counts no more call at once."""
    before = {one.tier: one.phase for one in ladders.of_alarm(transaction, number)}
    escalation.settle(transaction, number, limits)
    for one in ladders.of_alarm(transaction, number):
        if one.phase is Phase.CALLING and before[one.tier] is not Phase.CALLING:
            ladders.keep(transaction, number, replace(one, due_at=transaction.now))
    alarm = alarms.row_now(transaction, number)
    escalation.take_due(transaction, alarm, limits)
