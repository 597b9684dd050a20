"""The ground of the map."""

from flask_smorest import Blueprint
from marshmallow import fields

from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.wire import Wire, one_of, platform
from server.places.actions import ground as districts
from server.places.rules.peaks import SchoolKind

blueprint = Blueprint("districts", __name__, url_prefix="/api", description="Outline, stations, posts")


class StationView(Wire):
    """A police station; its area is a GeoJSON polygon."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    latitude = fields.Float(required=True)
    longitude = fields.Float(required=True)
    telephone = fields.String(required=True, allow_none=True)
    area = fields.Dict(required=True, allow_none=True)


class PostOnMap(Wire):
    """A post, without its coverage."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    school_id = fields.Integer(required=True)
    school_name = fields.String(required=True)
    school_kind = one_of(SchoolKind, required=True)
    station_id = fields.Integer(required=True)
    latitude = fields.Float(required=True)
    longitude = fields.Float(required=True)
    fence_radius_m = fields.Integer(required=True)


class DistrictView(Wire):
    """The caller's district with what lies in the caller's scope.

    The outline is a GeoJSON (multi)polygon, drawn around the posts where none was given; the borders between stations'
    areas are a GeoJSON multi line string, which goes beyond the outline.
    """

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    time_zone = fields.String(required=True)
    outline = fields.Dict(required=True, allow_none=True)
    outline_given = fields.Boolean(required=True)
    borders = fields.Dict(required=True)
    stations = fields.List(fields.Nested(StationView), required=True)
    posts = fields.List(fields.Nested(PostOnMap), required=True)


@blueprint.get("/district")
@allow(*CONSOLE)
@blueprint.response(200, DistrictView)
def ground() -> districts.GroundView:
    """Show the ground of the map."""
    return districts.ground(platform().store, actor=current_actor())
