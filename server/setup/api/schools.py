"""A district's schools, as its administrators keep them."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import Role
from server.core.http.auth import allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import Moment, Wire, number_of, one_of, platform, request_id
from server.places.rules.peaks import SchoolKind
from server.setup.actions import schools
from server.setup.api.fields import (
    Archiving,
    ListArguments,
    StationOfPosts,
    Telephone,
    row_of,
    seen_version,
)
from server.setup.rules import schools as rules
from server.setup.rules.schools import SortOfSchools, WantedSchool

blueprint = Blueprint(
    "kept schools", __name__, url_prefix="/api", description="Schools, kept by their district"
)


class KeptSchoolView(Wire):
    """A school, with how many posts it has."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    kind = one_of(SchoolKind, required=True)
    station_id = fields.Integer(required=True)
    station_name = fields.String(required=True)
    pupils = fields.Integer(required=True)
    boarders = fields.Integer(required=True)
    telephone = fields.String(required=True, allow_none=True)
    posts = fields.Integer(required=True)
    archived_at = Moment(required=True, allow_none=True)
    version = fields.Integer(required=True)
    changed_by = fields.String(required=True, allow_none=True)
    changed_at = Moment(required=True, allow_none=True)


class KeptSchoolList(Wire):
    """A page of the schools in scope, how many there are in all, and the stations that they may be of."""

    items = fields.List(fields.Nested(KeptSchoolView), required=True)
    next = fields.Integer(required=True, allow_none=True)
    total = fields.Integer(required=True)
    may_edit = fields.Boolean(required=True)
    stations = fields.List(fields.Nested(StationOfPosts), required=True)


class KeptSchoolArguments(ListArguments):
    """Which schools, in which order."""

    station_id = row_of()
    sort = fields.Enum(SortOfSchools, by_value=True, load_default=SortOfSchools.STATION)


def _pupils() -> fields.Integer:
    return fields.Integer(load_default=0, strict=True, validate=validate.Range(0, rules.MOST_PUPILS))


class NewSchool(Wire):
    """A school as it is to be."""

    request_id = request_id()
    name = Text(longest=rules.LONGEST_NAME, required=True)
    kind = fields.Enum(SchoolKind, by_value=True, required=True)
    station_id = number_of(required=True)
    pupils = _pupils()
    boarders = _pupils()
    telephone = Telephone()


class SchoolChange(NewSchool):
    """A school as it is to be, and the version that was seen."""

    version = seen_version()


@blueprint.get("/places/schools")
@allow(Role.STATION_OFFICER, Role.DISTRICT_ADMIN)
@blueprint.arguments(KeptSchoolArguments, location="query")
@blueprint.response(200, KeptSchoolList)
def listed(query: dict[str, Any]) -> rules.SchoolList:
    """List the schools in scope."""
    return schools.listed(
        platform().store,
        actor=current_actor(),
        text=query["text"],
        station_id=query["station_id"],
        shown=query["shown"],
        sort=query["sort"],
        descending=query["descending"],
        start=query["cursor"],
        most=query["limit"],
    )


@blueprint.post("/places/schools")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(NewSchool)
@blueprint.response(201, KeptSchoolView)
def add(body: dict[str, Any]) -> rules.SchoolView:
    """Make a school. Refused: ``school_name_taken``, ``station_closed``."""
    here = platform()
    return schools.add(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        wanted=_wanted(body),
        now=here.now(),
    )


@blueprint.post("/places/schools/<int:school_id>/changes")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(SchoolChange)
@blueprint.response(200, KeptSchoolView)
def change(body: dict[str, Any], school_id: int) -> rules.SchoolView:
    """Change a school.

    Refused: ``place_changed`` where it is not as it was seen, ``school_closed``, ``school_name_taken``,
    ``station_closed``; with another station or kind ``post_on_duty``, ``post_in_alarm``.
    """
    here = platform()
    return schools.change(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        school_id=school_id,
        version=body["version"],
        wanted=_wanted(body),
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/places/schools/<int:school_id>/archiving")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(Archiving)
@blueprint.response(200, KeptSchoolView)
def archive(body: dict[str, Any], school_id: int) -> rules.SchoolView:
    """Close a school with its posts, or open it again.

    Refused: ``place_changed``, ``post_on_duty``, ``post_in_alarm``, ``station_closed``.
    """
    here = platform()
    return schools.archive(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        school_id=school_id,
        version=body["version"],
        archived=body["archived"],
        reason=body["reason"],
        limits=here.limits,
        now=here.now(),
    )


def _wanted(body: dict[str, Any]) -> WantedSchool:
    given = {name: body[name] for name in ("name", "kind", "station_id", "pupils", "boarders")}
    return WantedSchool(**given, telephone=body["telephone"] or None)
