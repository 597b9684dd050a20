"""Units of the joint response and their plans: the district edits them, its dispatchers read them."""

import re
from typing import Any

from flask_smorest import Blueprint
from marshmallow import ValidationError, fields, validate, validates_schema

from server.alarm.actions import units
from server.alarm.rules import unit_shapes
from server.alarm.rules.alarm import AlarmKind
from server.alarm.rules.joint_response import UnitKind
from server.core.access.roles import Role
from server.core.http.auth import allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import PageArguments, Wire, number_of, one_of, platform, request_id
from server.core.typed_text import NotMobile, mobile_of, normalized, visible

blueprint = Blueprint(
    "units", __name__, url_prefix="/api", description="Units and plans of the joint response"
)

READERS = (Role.DISPATCHER, Role.DISTRICT_ADMIN)
WRITERS = (Role.DISTRICT_ADMIN,)
# A duty desk may have a number of any kind: a mobile one, one with an area code, an emergency number.
TELEPHONE = re.compile(r"^\+?[0-9][0-9 -]{1,18}[0-9]\Z")
MOST_SUPPORTS = 20


class Telephone(fields.String):
    """A telephone number of any kind; spaces and hyphens between its digits are taken off."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **named: Any) -> str:
        sent: str = super()._deserialize(value, attr, data, **named)
        try:
            return mobile_of(sent)
        except NotMobile:
            text = visible(normalized(sent))
        if not TELEPHONE.match(text):
            raise ValidationError("bad_phone")
        return re.sub("[ -]", "", text).removeprefix("+86")


class UnitView(Wire):
    """A unit and where it is rung up; no person stands in it."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    kind = one_of(UnitKind, required=True)
    telephone = fields.String(required=True)
    desk = fields.String(required=True)
    archived = fields.Boolean(required=True)


class UnitSearch(PageArguments):
    """Which units."""

    archived = fields.Boolean(load_default=False)


class UnitPage(Wire):
    """A page of units, and the cursor of the next one."""

    items = fields.List(fields.Nested(UnitView), required=True)
    next = fields.Integer(required=True, allow_none=True)


class NewUnit(Wire):
    """A unit to add; ``desk`` is the label of its duty desk."""

    request_id = request_id()
    name = Text(longest=60, required=True)
    kind = one_of(UnitKind, required=True)
    telephone = Telephone(required=True)
    desk = Text(longest=60, shortest=0, load_default="")


class UnitChange(Wire):
    """What to change of a unit."""

    request_id = request_id()
    name = Text(longest=60)
    kind = one_of(UnitKind)
    telephone = Telephone()
    desk = Text(longest=60, shortest=0)
    archived = fields.Boolean(truthy={True}, falsy={False})


class JointPlanView(Wire):
    """Who comes to an alarm of a kind at a school; null means any."""

    id = fields.Integer(required=True)
    kind = one_of(AlarmKind, required=True, allow_none=True)
    school_id = fields.Integer(required=True, allow_none=True)
    lead_unit_id = fields.Integer(required=True)
    support_unit_ids = fields.List(fields.Integer(), required=True)


class PlanPage(Wire):
    """A page of plans, and the cursor of the next one."""

    items = fields.List(fields.Nested(JointPlanView), required=True)
    next = fields.Integer(required=True, allow_none=True)


def _supports(**named: Any) -> fields.List:
    return fields.List(number_of(), validate=validate.Length(max=MOST_SUPPORTS), **named)


class NewJointPlan(Wire):
    """A plan to add; the leading unit is not among those that support it, and none stands twice."""

    request_id = request_id()
    kind = one_of(AlarmKind, load_default=None, allow_none=True)
    school_id = number_of(load_default=None, allow_none=True)
    lead_unit_id = number_of(required=True)
    support_unit_ids = _supports(load_default=list)

    @validates_schema
    def _check(self, data: dict[str, Any], **_named: Any) -> None:
        _check_each_once(data)


class PlanChange(Wire):
    """Who comes by a plan from now on, both fields together; or that it is no longer used."""

    request_id = request_id()
    lead_unit_id = number_of()
    support_unit_ids = _supports()
    archived = fields.Boolean(truthy={True}, falsy={False})

    @validates_schema
    def _check(self, data: dict[str, Any], **_named: Any) -> None:
        if ("lead_unit_id" in data) != ("support_unit_ids" in data):
            raise ValidationError("missing", "support_unit_ids")
        _check_each_once(data)


def _check_each_once(data: dict[str, Any]) -> None:
    named = [data.get("lead_unit_id"), *data.get("support_unit_ids", [])]
    if len(set(named)) < len(named):
        raise ValidationError("twice", "support_unit_ids")


@blueprint.get("/units")
@allow(*READERS)
@blueprint.arguments(UnitSearch, location="query")
@blueprint.response(200, UnitPage)
def list_units(asked: dict[str, Any]) -> unit_shapes.UnitPage:
    """List the units of the caller's district."""
    return units.page(platform().store, actor=current_actor(), **asked)


@blueprint.post("/units")
@allow(*WRITERS)
@blueprint.arguments(NewUnit)
@blueprint.response(201, UnitView)
def add_unit(body: dict[str, Any]) -> unit_shapes.UnitView:
    """Add a unit."""
    number = str(body.pop("request_id"))
    return units.add(platform().store, actor=current_actor(), request_id=number, now=platform().now(), **body)


@blueprint.patch("/units/<int:unit_id>")
@allow(*WRITERS)
@blueprint.arguments(UnitChange)
@blueprint.response(200, UnitView)
def change_unit(body: dict[str, Any], unit_id: int) -> unit_shapes.UnitView:
    """Change a unit, or archive it. Refused: ``not_found``, ``unit_in_plan`` (plans)."""
    number = str(body.pop("request_id"))
    return units.change(
        platform().store,
        actor=current_actor(),
        request_id=number,
        unit_id=unit_id,
        now=platform().now(),
        **body,
    )


@blueprint.get("/joint-plans")
@allow(*READERS)
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, PlanPage)
def list_plans(asked: dict[str, Any]) -> unit_shapes.PlanPage:
    """List the plans of the caller's district."""
    return units.plans_page(platform().store, actor=current_actor(), **asked)


@blueprint.post("/joint-plans")
@allow(*WRITERS)
@blueprint.arguments(NewJointPlan)
@blueprint.response(201, JointPlanView)
def add_plan(body: dict[str, Any]) -> unit_shapes.PlanView:
    """Add the plan for a kind and a school. Refused: ``plan_exists``, ``unit_archived``, ``not_found``."""
    return units.add_plan(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        kind=AlarmKind(body["kind"]) if body["kind"] else None,
        school_id=body["school_id"],
        lead=body["lead_unit_id"],
        supports=body["support_unit_ids"],
        now=platform().now(),
    )


@blueprint.patch("/joint-plans/<int:plan_id>")
@allow(*WRITERS)
@blueprint.arguments(PlanChange)
@blueprint.response(200, JointPlanView)
def change_plan(body: dict[str, Any], plan_id: int) -> unit_shapes.PlanView:
    """Change who comes by a plan, or archive it. Refused: ``not_found``, ``unit_archived``."""
    number = str(body.pop("request_id"))
    return units.change_plan(
        platform().store,
        actor=current_actor(),
        request_id=number,
        plan_id=plan_id,
        now=platform().now(),
        **body,
    )
