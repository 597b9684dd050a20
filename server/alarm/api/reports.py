"""After an alarm or a drill: its report and what is still to be done."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.alarm.actions import reports
from server.alarm.rules.timeline_chain import FaultKind
from server.alarm.schemas.targets import JudgedTier
from server.alarm.schemas.views import AlarmView
from server.alarm.service import shapes as answers
from server.core.access.roles import POLICE_CONSOLE, Category
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import Day, Moment, Wire, one_of, platform, request_id
from server.delivery.rules.channels import MessageState

blueprint = Blueprint("alarm reports", __name__, url_prefix="/api", description="After an alarm")


class PlaceOfReport(Wire):
    """The post by name and place."""

    post_name = fields.String(required=True)
    school_name = fields.String(required=True)
    station_name = fields.String(required=True)
    latitude = fields.Float(required=True)
    longitude = fields.Float(required=True)


class PersonOfReport(Wire):
    """Somebody who took part, without a telephone."""

    account_id = fields.Integer(required=True)
    name = fields.String(required=True)
    category = one_of(Category, required=True, allow_none=True)


class TargetView(JudgedTier):
    """A tier against its target, and who met it."""

    met_by = fields.Integer(required=True, allow_none=True)


class ToldView(Wire):
    """One message: to whom (null: a room or a machine), by what, and when it got how far."""

    account_id = fields.Integer(required=True, allow_none=True)
    channel = fields.String(required=True)
    tier = fields.Integer(required=True, allow_none=True)
    state = one_of(MessageState, required=True)
    reason = fields.String(required=True, allow_none=True)
    created_at = Moment(required=True)
    sent_at = Moment(required=True, allow_none=True)
    delivered_at = Moment(required=True, allow_none=True)


class PointView(Wire):
    """Where somebody was."""

    at = Moment(required=True)
    latitude = fields.Float(required=True)
    longitude = fields.Float(required=True)
    accuracy_m = fields.Float(required=True)


class MovementView(Wire):
    """Where a responder went from being told to the end of his part."""

    account_id = fields.Integer(required=True)
    points = fields.List(fields.Nested(PointView), required=True)


class FollowUpView(Wire):
    """What is still to be done, whose it is, until when."""

    id = fields.Integer(required=True)
    text = fields.String(required=True)
    owner = fields.String(required=True)
    due_on = fields.String(required=True)
    added_at = Moment(required=True)
    added_by = fields.Integer(required=True)
    done_at = Moment(required=True, allow_none=True)
    done_by = fields.Integer(required=True, allow_none=True)


class FollowUpList(Wire):
    """The follow-ups of an alarm, by due date."""

    items = fields.List(fields.Nested(FollowUpView), required=True)


class NewFollowUp(Wire):
    """Something to be done."""

    request_id = request_id()
    text = Text(longest=500, lines=True, required=True)
    owner = Text(longest=60, required=True)
    due_on = Day(required=True)


class FollowUpDone(Wire):
    """It was done."""

    request_id = request_id()


class ChainFault(Wire):
    """Where the timeline's chain is broken."""

    ordinal = fields.Integer(required=True)
    kind = one_of(FaultKind, required=True)


class ChainView(Wire):
    """The end of the timeline's chain, and what is wrong with it."""

    entries = fields.Integer(required=True)
    head = fields.String(required=True)
    faults = fields.List(fields.Nested(ChainFault), required=True)


class AlarmReport(Wire):
    """All that is known of an alarm or a drill."""

    alarm = fields.Nested(AlarmView, required=True)
    place = fields.Nested(PlaceOfReport, required=True)
    people = fields.List(fields.Nested(PersonOfReport), required=True)
    targets = fields.List(fields.Nested(TargetView), required=True)
    told = fields.List(fields.Nested(ToldView), required=True)
    movements = fields.List(fields.Nested(MovementView), required=True)
    follow_ups = fields.List(fields.Nested(FollowUpView), required=True)
    drill = fields.Nested("DrillView", required=True, allow_none=True)
    chain = fields.Nested(ChainView, required=True)
    made_at = Moment(required=True)


@blueprint.get("/alarms/<int:alarm_id>/report")
@allow(*CONSOLE)
@blueprint.response(200, AlarmReport)
def report(alarm_id: int) -> answers.ReportView:
    """Report an alarm or drill to a console in whose scope it lies; the look at movements is recorded."""
    return reports.report(platform().store, actor=current_actor(), alarm_id=alarm_id, now=platform().now())


@blueprint.post("/alarms/<int:alarm_id>/follow-ups")
@allow(*POLICE_CONSOLE)
@blueprint.arguments(NewFollowUp)
@blueprint.response(201, FollowUpList)
def add_follow_up(body: dict[str, Any], alarm_id: int) -> answers.FollowUpList:
    """Write down what is still to be done."""
    return reports.add_follow_up(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        alarm_id=alarm_id,
        text=body["text"],
        owner=body["owner"],
        due_on=body["due_on"],
        now=platform().now(),
    )


@blueprint.post("/alarms/<int:alarm_id>/follow-ups/<int:follow_up_id>/completion")
@allow(*POLICE_CONSOLE)
@blueprint.arguments(FollowUpDone)
@blueprint.response(200, FollowUpList)
def complete_follow_up(body: dict[str, Any], alarm_id: int, follow_up_id: int) -> answers.FollowUpList:
    """Say that something was done. Refused: ``already_done``."""
    return reports.complete_follow_up(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        alarm_id=alarm_id,
        follow_up_id=follow_up_id,
        now=platform().now(),
    )
