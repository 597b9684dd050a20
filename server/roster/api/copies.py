"""Copying the week before into a school's week."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.core.access.roles import Group, Role
from server.core.http.auth import allow, current_actor
from server.core.http.wire import Day, Wire, number_of, one_of, platform, request_id
from server.roster.actions import copying
from server.roster.rules.conflicts import Conflict

blueprint = Blueprint("roster_copies", __name__, url_prefix="/api/roster", description="Copies of weeks")


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
    conflict = one_of(Conflict, required=True)


class CopiedShown(Wire):
    """How many seats were filled, and those that stay open."""

    seats = fields.Integer(required=True)
    left = fields.List(fields.Nested(LeftOpenShown), required=True)


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
