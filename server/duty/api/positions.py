"""Positions: phones on duty send them, consoles look at a part of the map."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import ValidationError, fields, validate, validates_schema

from server.core import json_text
from server.core.access.roles import Group, Role
from server.core.geo import Box, Point
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.wire import AnyFix, Moment, Number, PageArguments, Wire, one_of, platform
from server.duty.actions import positions
from server.duty.actions.group_commit import GroupWriter
from server.duty.actions.positions import PositionBuffer
from server.duty.rules.position_pace import next_after_s
from server.duty.rules.trust import Fix, corrected_time

# As many as a zoomed map shows at once; a district's 33,000 come in as many pages as they need.
MOST_PEOPLE = 500
MOST_DOTS = 5_000
OBJECTS, DOTS = "objects", "dots"
blueprint = Blueprint("positions", __name__, url_prefix="/api", description="Where people on duty are")


class Fixes(Wire):
    """The places where a phone was since it last said so."""

    fixes = fields.List(AnyFix(), required=True, validate=validate.Length(1, 100))


class Taken(Wire):
    """How many of the places were kept, and how many made no sense or were not of this duty.

    ``next_after_s``: when the phone is to send again, later where many send.
    """

    kept = fields.Integer(required=True)
    dropped = fields.Integer(required=True)
    next_after_s = fields.Integer(required=True)


class PeopleSearch(PageArguments):
    """A part of the map, degrees, and how many of its people at once.

    ``shape``: each as an object, or as ``dots``, which the map draws: number, latitude and longitude.
    """

    limit = fields.Integer(load_default=MOST_PEOPLE, validate=validate.Range(1, MOST_DOTS))
    shape = fields.String(load_default=OBJECTS, validate=validate.OneOf([OBJECTS, DOTS]))

    south = Number(low=-90, high=90, required=True)
    west = Number(low=-180, high=180, required=True)
    north = Number(low=-90, high=90, required=True)
    east = Number(low=-180, high=180, required=True)

    @validates_schema
    def _check(self, data: dict[str, Any], **_named: Any) -> None:
        if data["south"] > data["north"] or data["west"] > data["east"]:
            raise ValidationError("out_of_range", "north")
        if data["shape"] == OBJECTS and data["limit"] > MOST_PEOPLE:
            raise ValidationError("out_of_range", "limit")


class PersonView(Wire):
    """A person on duty, by number, and where the phone last was."""

    account_id = fields.Integer(required=True)
    post_id = fields.Integer(required=True)
    group = one_of(Group, required=True)
    latitude = fields.Float(required=True)
    longitude = fields.Float(required=True)
    accuracy_m = fields.Float(required=True)
    at = Moment(required=True)


class PeoplePage(Wire):
    """A page of the people on duty in a part of the map, and the cursor of the next one.

    Whoever asks for ``dots`` finds them there, and no ``items``.
    """

    items = fields.List(fields.Nested(PersonView), required=True)
    dots = fields.List(fields.List(fields.Float()))
    next = fields.Integer(required=True, allow_none=True)


def fix_of(body: dict[str, Any] | None) -> Fix | None:
    """Make a fix of its fields, its time set right where it counts from a known wrong year; ``None`` for none."""
    if body is None:
        return None
    return Fix(
        point=Point(body["latitude"], body["longitude"]),
        accuracy_m=body["accuracy_m"],
        at=corrected_time(body["at"], platform().now()),
    )


@blueprint.post("/positions")
@allow(Role.GUARD)
@blueprint.arguments(Fixes)
@blueprint.response(200, Taken)
def send(body: dict[str, Any]) -> dict[str, Any]:
    """Take the places of the caller's phone; refused: ``not_on_duty``, ``no_position_consent``.

    A place that makes no sense is left out by itself, and counted.
    """
    found = [fix_of(fix) for fix in body["fixes"]]
    here, actor = platform(), current_actor()
    buffer = here.part(PositionBuffer)
    kept = positions.take(
        here.store,
        buffer,
        actor=actor,
        fixes=[fix for fix in found if fix is not None],
        limits=here.limits,
        now=here.now(),
    )
    again = next_after_s(
        phones=buffer.phones(actor.account_id), check_ins_waiting=here.part(GroupWriter).waiting()
    )
    return {"kept": kept, "dropped": len(found) - kept, "next_after_s": again}


@blueprint.get("/positions")
@allow(*CONSOLE)
@blueprint.arguments(PeopleSearch, location="query")
@blueprint.response(200, PeoplePage)
def watch(search: dict[str, Any]) -> dict[str, Any] | Response:
    """List the people on duty in a part of the map, within the caller's scope."""
    people, more = positions.watch(
        platform().store,
        actor=current_actor(),
        box=Box(south=search["south"], west=search["west"], north=search["north"], east=search["east"]),
        cursor=search["cursor"],
        limit=search["limit"],
        now=platform().now(),
    )
    if search["shape"] == OBJECTS:
        return {"items": [positions.on_map(one) for one in people], "next": more}
    dots = [[one.account_id, round(one.latitude, 6), round(one.longitude, 6)] for one in people]
    page = {"items": [], "dots": dots, "next": more}
    return Response(json_text.write(page), mimetype="application/json")
