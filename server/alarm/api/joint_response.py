"""The page behind a unit's link, and the console that calls a unit in by hand."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.alarm.actions import joint_response
from server.alarm.actions.joint_response import LinkUse
from server.alarm.rules import shapes, unit_shapes
from server.alarm.rules.alarm import AlarmKind, PlaceFrom
from server.alarm.rules.joint_response import ACTS, TaskState, UnitKind, UnitPart
from server.alarm.schemas.views import AlarmView
from server.core.access.roles import POLICE_CONSOLE
from server.core.http.auth import allow, allow_public, current_actor
from server.core.http.turns import ahead_of_the_line
from server.core.http.wire import Moment, Wire, number_of, one_of, platform, request_id
from server.people.api.caller import caller

blueprint = Blueprint("joint_response", __name__, url_prefix="/api", description="Units at alarms (1+N)")


class JointLinkView(Wire):
    """A unit's task behind its link: what, where, who leads, how far the unit has come. No person.

    The gate is the post's place, where one comes in; the telephone is that of the station.
    """

    unit_name = fields.String(required=True)
    lead_name = fields.String(required=True, allow_none=True)
    part = one_of(UnitPart, required=True)
    state = one_of(TaskState, required=True)
    kind = one_of(AlarmKind, required=True, allow_none=True)
    drill = fields.Boolean(required=True)
    place_name = fields.String(required=True)
    latitude = fields.Float(required=True)
    longitude = fields.Float(required=True)
    accuracy_m = fields.Float(required=True, allow_none=True)
    place_from = one_of(PlaceFrom, required=True)
    gate_latitude = fields.Float(required=True)
    gate_longitude = fields.Float(required=True)
    telephone = fields.String(required=True, allow_none=True)
    raised_at = Moment(required=True)
    notified_at = Moment(required=True)
    acknowledged_at = Moment(required=True, allow_none=True)
    on_the_way_at = Moment(required=True, allow_none=True)
    arrived_at = Moment(required=True, allow_none=True)
    expires_at = Moment(required=True)


class NewUnitState(Wire):
    """One tap on the page behind a link."""

    request_id = request_id()
    state = one_of(ACTS, required=True)


class NewUnitCall(Wire):
    """Which unit the console calls in."""

    request_id = request_id()
    unit_id = number_of(required=True)


class UnitCalledAgain(Wire):
    """Another message with a new link for the same unit."""

    request_id = request_id()


class CallableUnit(Wire):
    """A unit that was not called to the alarm yet."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    kind = one_of(UnitKind, required=True)
    desk = fields.String(required=True)


class CallableUnits(Wire):
    """The units that the console could call in."""

    items = fields.List(fields.Nested(CallableUnit), required=True)


@blueprint.get("/joint-links/<string:token>")
@allow_public
@blueprint.response(200, JointLinkView)
def look(token: str) -> unit_shapes.TaskPage:
    """Show a unit its task; looking never acts, since messengers open links by themselves.

    Refused: ``not_found``, ``link_expired``, ``alarm_over``, ``too_many``.
    """
    use = LinkUse(token=token, address=caller().address)
    return joint_response.look(platform().store, use=use, now=platform().now())


@blueprint.post("/joint-links/<string:token>")
@allow_public
@blueprint.arguments(NewUnitState)
@blueprint.response(200, JointLinkView)
def act(body: dict[str, Any], token: str) -> unit_shapes.TaskPage:
    """Let a unit say how far it has come; each act is good for one use.

    Refused: ``link_used`` (state), ``not_found``, ``link_expired``, ``alarm_over``, ``too_many``.
    """
    use = LinkUse(
        token=token,
        to=TaskState(body["state"]),
        request_id=str(body["request_id"]),
        address=caller().address,
    )
    return joint_response.act(platform().store, use=use, now=platform().now())


@blueprint.get("/alarms/<int:alarm_id>/unit-candidates")
@allow(*POLICE_CONSOLE)
@blueprint.response(200, CallableUnits)
def callable_units(alarm_id: int) -> unit_shapes.CallableUnits:
    """List the units that could still be called to an alarm."""
    return joint_response.callable_units(platform().store, actor=current_actor(), alarm_id=alarm_id)


@blueprint.post("/alarms/<int:alarm_id>/units")
@allow(*POLICE_CONSOLE)
@ahead_of_the_line
@blueprint.arguments(NewUnitCall)
@blueprint.response(200, AlarmView)
def call_in(body: dict[str, Any], alarm_id: int) -> shapes.AlarmView:
    """Call a unit to an alarm by hand. Refused: ``already_asked``, ``unit_archived``, ``alarm_over``."""
    return joint_response.call_in(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        alarm_id=alarm_id,
        unit_id=body["unit_id"],
        limits=platform().limits,
        now=platform().now(),
    )


@blueprint.post("/alarms/<int:alarm_id>/units/<int:unit_id>/calls")
@allow(*POLICE_CONSOLE)
@blueprint.arguments(UnitCalledAgain)
@blueprint.response(200, AlarmView)
def call_again(body: dict[str, Any], alarm_id: int, unit_id: int) -> shapes.AlarmView:
    """Send a silent unit its link once more. Refused: ``link_used`` (state), ``unit_without_channel``."""
    return joint_response.call_again(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        alarm_id=alarm_id,
        unit_id=unit_id,
        limits=platform().limits,
        now=platform().now(),
    )
