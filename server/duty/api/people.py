"""People by name, for consoles: where they stand now."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.core.access.roles import AccountStatus, Category, Group
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import Moment, Wire, one_of, platform
from server.duty.actions import people
from server.duty.rules import shapes

blueprint = Blueprint("people", __name__, url_prefix="/api", description="People by name")


class NameSearch(Wire):
    """A piece of a name, or the last four digits of a telephone."""

    name = Text(longest=60, required=True)


class PlaceNow(Wire):
    """Where a phone on duty last was, and how far from its post."""

    latitude = fields.Float(required=True)
    longitude = fields.Float(required=True)
    accuracy_m = fields.Float(required=True)
    at = Moment(required=True)
    distance_m = fields.Float(required=True)


class DutyNow(Wire):
    """The duty that somebody is on; ``place`` only while the phone shares it.

    It may outlast its shift: the post's line is then of another one, or of none, and has no seat of it.
    """

    check_in_id = fields.Integer(required=True)
    post_id = fields.Integer(required=True)
    peak = fields.String(required=True)
    date = fields.String(required=True)
    verified = fields.Boolean(required=True)
    at = Moment(required=True)
    place = fields.Nested(PlaceNow, required=True, allow_none=True)


class PersonFound(Wire):
    """Somebody of that name; ``duty`` is null for whoever is at no post of the caller's scope now."""

    account_id = fields.Integer(required=True)
    name = fields.String(required=True)
    category = one_of(Category, required=True)
    group = one_of(Group, required=True)
    status = one_of(AccountStatus, required=True)
    duty = fields.Nested(DutyNow, required=True, allow_none=True)


class PeopleFound(Wire):
    """The first of those who were found, and whether there are more."""

    items = fields.List(fields.Nested(PersonFound), required=True)
    more = fields.Boolean(required=True)


@blueprint.get("/people")
@allow(*CONSOLE)
@blueprint.arguments(NameSearch, location="query")
@blueprint.response(200, PeopleFound)
def find(asked: dict[str, Any]) -> shapes.PeopleFound:
    """Find people of the caller's scope by name, those on duty first, with where they are now; recorded.

    Refused: ``name_too_short`` (shortest), ``too_many``.
    """
    return people.find(platform().store, actor=current_actor(), name=asked["name"], now=platform().now())
