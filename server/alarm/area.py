"""What the area ``alarm`` brings to the server."""

from collections.abc import Sequence

from sqlalchemy import select

from server.alarm.api import (
    alarms,
    clips,
    escalation,
    joint_response,
    pictures,
    receipts,
    reports,
    standing,
    units,
)
from server.alarm.exports import EXPORTS
from server.alarm.jobs import escalation as steps
from server.alarm.jobs import pictures as old_pictures
from server.alarm.jobs import unanswered as answers
from server.alarm.kept_data import KEPT
from server.alarm.own_data import NOT_OWN_DATA, OWN_DATA, own_files
from server.alarm.queries.alarms import OPEN
from server.alarm.queries.units import forget_answers
from server.alarm.rules.sight import as_told
from server.alarm.schemas.views import AlarmView
from server.alarm.service import reactions, sight
from server.alarm.service.verifying import verify_timelines
from server.alarm.tables.alarms import alarm, alarm_report, response
from server.alarm.tables.escalation import ladder
from server.alarm.tables.joint_response import unit
from server.alarm.tables.timelines import alarm_entry
from server.core.area import Area, on
from server.core.clock.duty import Duty
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.event_names import EventName
from server.core.limits import Limits
from server.delivery.facts import EndedWanted, OutcomesWritten, SubjectLocked
from server.duty.facts import AtAlarms, DutyBegun
from server.people.facts import ErasureHindered, OfficesWanted, StandingChanged
from server.setup.facts import AlarmsAtPost


def duties(store: Store, limits: Limits) -> Sequence[Duty]:
    """Ask others where nobody answers, take the steps that are due, and let old pictures and clips go."""
    return [
        Duty(0.5, RowRetry("responses"), lambda at, rows: answers.time_out_due(store, limits, at, rows)),
        Duty(0.5, RowRetry("escalation"), lambda at, rows: steps.take_due(store, limits, at, rows)),
        Duty(60.0, RowRetry("pictures"), lambda at, rows: old_pictures.let_go(store, limits, at, rows)),
        Duty(600.0, RowRetry("files_of_none"), old_pictures.FilesOfNone(store).let_go),
    ]


_open_alarms = select(alarm.c.id).where(alarm.c.state == OPEN)

AREA = Area(
    name="alarm",
    blueprints=tuple(
        one.blueprint
        for one in (
            alarms,
            clips,
            escalation,
            joint_response,
            pictures,
            receipts,
            reports,
            standing,
            units,
        )
    ),
    duties=duties,
    reactions=(
        on(StandingChanged, reactions.judge_standing),
        on(DutyBegun, reactions.call_newcomers),
        on(OfficesWanted, reactions.name_units),
        on(ErasureHindered, reactions.hinders),
        on(AtAlarms, reactions.at_alarms),
        on(SubjectLocked, reactions.lock),
        on(OutcomesWritten, reactions.tell_outcomes),
        on(EndedWanted, reactions.ended),
        on(AlarmsAtPost, reactions.is_at_post),
    ),
    event_payloads={EventName.ALARM_CHANGED: AlarmView},
    event_tailors={EventName.ALARM_CHANGED: as_told},
    whole_states={EventName.ALARM_CHANGED: "id"},
    events_as_seen=sight.events_as_seen,
    due_times=(
        (ladder, ladder.c.due_at, ladder.c.alarm_id.in_(_open_alarms)),
        (ladder, ladder.c.target_at, ladder.c.alarm_id.in_(_open_alarms)),
        (alarm, alarm.c.held_until, alarm.c.state == OPEN),
        (response, response.c.answer_due_at, response.c.alarm_id.in_(_open_alarms)),
    ),
    written_by_an_alarm=(alarm, alarm_report, response, alarm_entry, ladder),
    evidence=(alarm,),
    audit_names={"unit_id": unit.c.name, "lead_unit_id": unit.c.name},
    audit_checks=(verify_timelines,),
    name_anew=forget_answers,
    kept=KEPT,
    own_data=OWN_DATA,
    own_files=own_files,
    not_own_data=NOT_OWN_DATA,
    exports=EXPORTS,
)
