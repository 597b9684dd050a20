"""Copying the week before into a school's week."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import Group, Role
from server.core.http.auth import allow, current_actor
from server.core.http.wire import Day, Wire, number_of, one_of, platform, request_id
from server.roster.actions import copying, taking_back
from server.roster.rules.conflicts import Conflict
from server.roster.rules.patterns import Unfilled

blueprint = Blueprint("roster_copies", __name__, url_prefix="/api/roster", description="Copies of weeks")

WHY_LEFT = (*(one.value for one in Conflict), *(one.value for one in Unfilled))


class CopyWeek(Wire):
    """Into which week of which school."""

    request_id = request_id()
    school_id = number_of(required=True)
    week = Day(required=True)


class LeftOpenShown(Wire):
    """A seat that stays open, and why whoever had it the week before does not take it again."""

    date = fields.String(required=True)
    peak = fields.String(required=True)
    group = one_of(Group, required=True)
    name = fields.String(required=True, allow_none=True)
    conflict = fields.String(required=True, validate=validate.OneOf(WHY_LEFT))


class CopiedShown(Wire):
    """How many seats were filled, and those that stay open; ``batch`` names what was filled, for taking it back."""

    seats = fields.Integer(required=True)
    left = fields.List(fields.Nested(LeftOpenShown), required=True)
    batch = fields.String(required=True)


class TakeBack(Wire):
    """Which filling of which school."""

    request_id = request_id()
    school_id = number_of(required=True)
    batch = fields.String(required=True, validate=validate.Length(1, 40))


class TakenBackShown(Wire):
    """How many seats are open again, and how many stay since their peak is over."""

    seats = fields.Integer(required=True)
    over = fields.Integer(required=True)


@blueprint.post("/copies")
@allow(Role.SCHOOL_ADMIN, Role.STATION_OFFICER, Role.DISTRICT_ADMIN)
@blueprint.arguments(CopyWeek)
@blueprint.response(200, CopiedShown)
def copy(body: dict[str, Any]) -> copying.Copied:
    """Fill the open seats of a week as they were the week before. Refused: ``nothing_to_copy``, ``plan_changed``."""
    here = platform()
    return copying.copy(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        school_id=body["school_id"],
        week=body["week"],
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/taking-back")
@allow(Role.SCHOOL_ADMIN, Role.STATION_OFFICER, Role.DISTRICT_ADMIN)
@blueprint.arguments(TakeBack)
@blueprint.response(200, TakenBackShown)
def take_back(body: dict[str, Any]) -> taking_back.TakenBack:
    """Open all seats that are still as a copy, a draft or a filling put them."""
    here = platform()
    return taking_back.take_back(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        school_id=body["school_id"],
        batch=body["batch"],
        limits=here.limits,
        now=here.now(),
    )
