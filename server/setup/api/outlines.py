"""The outline of a district, brought in as a GeoJSON file."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.core.access.roles import Role
from server.core.http.auth import actor_by_now, allow
from server.core.http.bodies import sent_bytes
from server.core.http.wire import Wire, platform, request_id
from server.places.rules.frames import Datum
from server.setup.actions import outlines
from server.setup.rules.outlines import MOST_BYTES, OutlineView

blueprint = Blueprint("outlines", __name__, url_prefix="/api", description="The outline of a district")

BYTES = {"schema": {"type": "string", "format": "binary"}}


class NewOutline(Wire):
    """The coordinate system of the file, which is the body."""

    request_id = request_id()
    datum = fields.Enum(Datum, by_value=True, required=True)


class StoredOutline(Wire):
    """What was stored of a file, and which posts lie outside of it."""

    corners = fields.Integer(required=True)
    areas = fields.Integer(required=True)
    stations = fields.Integer(required=True)
    posts = fields.Integer(required=True)
    outside = fields.List(fields.String(), required=True)


@blueprint.post("/places/outline")
@allow(Role.DISTRICT_ADMIN, reads_body=True)
@blueprint.doc(requestBody={"content": {"application/octet-stream": BYTES}, "required": True})
@blueprint.arguments(NewOutline, location="query")
@blueprint.response(200, StoredOutline)
def give(asked: dict[str, Any]) -> OutlineView:
    """Take the district's outline, and the areas of its stations, from a GeoJSON file (2 MB at most).

    Refused: ``outline_too_large``, ``outline_not_geojson``, ``outline_without_area``, ``outline_swapped``,
    ``outline_outside_country``, ``several_outlines``, ``posts_outside_outline``.
    """
    here = platform()
    return outlines.give(
        here.store,
        who=lambda: actor_by_now(Role.DISTRICT_ADMIN),
        request_id=str(asked["request_id"]),
        gcj02=asked["datum"] == Datum.GCJ02,
        read=lambda: sent_bytes(MOST_BYTES, too_large="outline_too_large"),
        in_real_thread=here.in_real_thread,
        now=here.now(),
    )
