"""Drills: planned, started, called off; what was held this year against the goal."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.alarm.rules.alarm import AlarmKind
from server.alarm.schemas.targets import JudgedTier
from server.core.access.roles import Role
from server.core.http.auth import allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import Moment, PageArguments, Wire, number_of, one_of, platform, request_id
from server.exercise.actions import drills
from server.exercise.rules import shapes
from server.exercise.rules.drill import DrillLimits, DrillState

blueprint = Blueprint("drills", __name__, url_prefix="/api", description="Drills")

RUNNERS = (Role.STATION_OFFICER, Role.DISPATCHER, Role.DISTRICT_ADMIN)


class NewDrill(Wire):
    """What is played, where and when; without notice nobody but the planner hears of it before it starts."""

    request_id = request_id()
    post_id = number_of(required=True)
    kind = one_of(AlarmKind, required=True)
    scenario = Text(longest=1000, lines=True, required=True)
    notice = fields.Boolean(required=True, truthy={True}, falsy={False})
    planned_for = Moment(required=True)


class DrillAct(Wire):
    """An act about a drill that needs no words."""

    request_id = request_id()


class StartDrill(DrillAct):
    """The start of a drill; ``anyway``: also while a real alarm near it is open."""

    anyway = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class DrillView(Wire):
    """A drill. ``drill.changed`` carries it, too, to those who may know of it."""

    id = fields.Integer(required=True)
    station_id = fields.Integer(required=True)
    school_id = fields.Integer(required=True)
    post_id = fields.Integer(required=True)
    kind = one_of(AlarmKind, required=True)
    scenario = fields.String(required=True)
    notice = fields.Boolean(required=True)
    state = one_of(DrillState, required=True)
    planned_by = fields.Integer(required=True)
    planned_for = Moment(required=True)
    started_at = Moment(required=True, allow_none=True)
    ended_at = Moment(required=True, allow_none=True)
    alarm_id = fields.Integer(required=True, allow_none=True)
    judgement = fields.List(fields.Nested(JudgedTier), required=True, allow_none=True)
    called = fields.Boolean(
        required=True,
        metadata={"description": "Whether it called anybody; one that did not counts for no goal."},
    )


class DrillPage(Wire):
    """Drills, the newest first, and the cursor of the next page."""

    items = fields.List(fields.Nested(DrillView), required=True)
    next = fields.Integer(required=True, allow_none=True)


class DrillYearArguments(Wire):
    """Which calendar year; this one by default."""

    year = fields.Integer(load_default=None, validate=validate.Range(2000, 2200))


class SchoolYearView(Wire):
    """A school's drills of the year."""

    school_id = fields.Integer(required=True)
    school_name = fields.String(required=True)
    station_id = fields.Integer(required=True)
    held = fields.Integer(required=True)
    reached = fields.Boolean(required=True)


class DrillYear(Wire):
    """How many schools reached the goal, of how many; and how many drills were held."""

    year = fields.Integer(required=True)
    goal = fields.Integer(required=True)
    schools = fields.Integer(required=True)
    reached = fields.Integer(required=True)
    held = fields.Integer(required=True)
    items = fields.List(fields.Nested(SchoolYearView), required=True)


@blueprint.get("/drills")
@allow(Role.GUARD, *RUNNERS)
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, DrillPage)
def list_drills(asked: dict[str, Any]) -> shapes.DrillPage:
    """List the drills that the caller may know of; a guard: the announced ones ahead at his posts."""
    return drills.page(
        platform().store,
        actor=current_actor(),
        cursor=asked["cursor"],
        limit=asked["limit"],
        now=platform().now(),
    )


@blueprint.post("/drills")
@allow(*RUNNERS)
@blueprint.arguments(NewDrill)
@blueprint.response(201, DrillView)
def plan(body: dict[str, Any]) -> shapes.DrillView:
    """Plan a drill at a post in the caller's scope."""
    return drills.plan(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        post_id=body["post_id"],
        kind=AlarmKind(body["kind"]),
        scenario=body["scenario"],
        notice=body["notice"],
        planned_for=body["planned_for"],
        now=platform().now(),
    )


@blueprint.post("/drills/<int:drill_id>/start")
@allow(*RUNNERS)
@blueprint.arguments(StartDrill)
@blueprint.response(200, DrillView)
def start(body: dict[str, Any], drill_id: int) -> shapes.DrillView:
    """Start a drill: its alarm is raised, marked.

    Refused: ``drill_not_planned``, ``real_alarm_open``, ``real_alarm_near``.
    """
    return drills.start(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        drill_id=drill_id,
        anyway=body["anyway"],
        limits=platform().limits,
        now=platform().now(),
    )


@blueprint.post("/drills/<int:drill_id>/cancellation")
@allow(*RUNNERS)
@blueprint.arguments(DrillAct)
@blueprint.response(200, DrillView)
def cancel(body: dict[str, Any], drill_id: int) -> shapes.DrillView:
    """Call a planned drill off. Refused: ``drill_not_planned``."""
    return drills.cancel(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        drill_id=drill_id,
        now=platform().now(),
    )


@blueprint.get("/drill-year")
@allow(*RUNNERS)
@blueprint.arguments(DrillYearArguments, location="query")
@blueprint.response(200, DrillYear)
def year(asked: dict[str, Any]) -> shapes.DrillYear:
    """Count the drills held in a year by school, against the goal of the settings."""
    return drills.year(
        platform().store,
        actor=current_actor(),
        number=asked["year"],
        goal=platform().limits[DrillLimits].drills_a_year,
        now=platform().now(),
    )
