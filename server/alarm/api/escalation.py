"""The steps of alarms, by district and kind: read by the police's consoles, changed by the district's."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.alarm.actions import escalation
from server.alarm.rules.escalation import TIERS, Step
from server.alarm.service import shapes as answers
from server.core.access.roles import CONSOLE, Group, Role
from server.core.http.auth import allow, current_actor
from server.core.http.wire import Wire, one_of, platform, request_id
from server.delivery.rules.channels import ChannelName

blueprint = Blueprint("escalation", __name__, url_prefix="/api", description="The steps of alarms")

READERS = (Role.STATION_OFFICER, Role.DISPATCHER, Role.DISTRICT_ADMIN)
LONGEST_S = 3600
MOST_HEADS = 10


class StepSchema(Wire):
    """One step of a tier: whom it calls, how long after the step before, by which channels."""

    tier = fields.Integer(strict=True, required=True, validate=validate.OneOf(TIERS))
    after_s = fields.Integer(strict=True, required=True, validate=validate.Range(0, LONGEST_S))
    channels = fields.List(one_of(ChannelName), required=True)
    groups = fields.List(one_of(Group), required=True)
    roles = fields.List(one_of([role for role in Role if role in CONSOLE]), required=True)
    more = fields.Integer(strict=True, required=True, validate=validate.Range(0, MOST_HEADS))


class PlanView(Wire):
    """The steps of a kind of alarm; ``own`` is false where they are those for any kind."""

    kind = fields.String(required=True)
    own = fields.Boolean(required=True)
    steps = fields.List(fields.Nested(StepSchema), required=True)


class PlanList(Wire):
    """The steps for any kind of alarm first, then kind by kind."""

    items = fields.List(fields.Nested(PlanView), required=True)


class NewPlan(Wire):
    """New steps, or null: back to those for any kind."""

    request_id = request_id()
    steps = fields.List(
        fields.Nested(StepSchema), required=True, allow_none=True, validate=validate.Length(max=24)
    )


@blueprint.get("/escalation-plans")
@allow(*READERS)
@blueprint.response(200, PlanList)
def plans() -> answers.PlanList:
    """Show the steps of the caller's district."""
    return escalation.plans(platform().store, actor=current_actor())


@blueprint.put("/escalation-plans/<kind>")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(NewPlan)
@blueprint.response(200, PlanList)
def change_plan(body: dict[str, Any], kind: str) -> answers.PlanList:
    """Give a kind of alarm (``any``: those without steps of their own) its steps."""
    written = body["steps"]
    return escalation.change_plan(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        kind=kind,
        steps=None if written is None else [Step.from_dict(one) for one in written],
        now=platform().now(),
    )
