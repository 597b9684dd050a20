"""A district's stations, as its administrators keep them."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.core.access.roles import Role
from server.core.http.auth import allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import Moment, Number, Wire, platform, request_id
from server.places.rules.frames import Datum
from server.setup.actions import stations
from server.setup.api.fields import Archiving, ListArguments, SpotView, Telephone, seen_version
from server.setup.rules import schools as rules
from server.setup.rules.schools import SortOfStations, WantedStation

blueprint = Blueprint(
    "kept stations", __name__, url_prefix="/api", description="Stations, kept by their district"
)


class KeptStationView(Wire):
    """A station in both coordinate systems, with how many schools and posts it has."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    telephone = fields.String(required=True, allow_none=True)
    wgs84 = fields.Nested(SpotView, required=True)
    gcj02 = fields.Nested(SpotView, required=True)
    schools = fields.Integer(required=True)
    posts = fields.Integer(required=True)
    archived_at = Moment(required=True, allow_none=True)
    version = fields.Integer(required=True)
    changed_by = fields.String(required=True, allow_none=True)
    changed_at = Moment(required=True, allow_none=True)


class KeptStationList(Wire):
    """A page of the stations in scope, and how many there are in all."""

    items = fields.List(fields.Nested(KeptStationView), required=True)
    next = fields.Integer(required=True, allow_none=True)
    total = fields.Integer(required=True)
    may_edit = fields.Boolean(required=True)


class KeptStationArguments(ListArguments):
    """Which stations, in which order."""

    sort = fields.Enum(SortOfStations, by_value=True, load_default=SortOfStations.NAME)


class NewStation(Wire):
    """A station as it is to be, its place in degrees of one of two systems."""

    request_id = request_id()
    name = Text(longest=rules.LONGEST_NAME, required=True)
    telephone = Telephone()
    latitude = Number(low=-90, high=90, required=True)
    longitude = Number(low=-180, high=180, required=True)
    datum = fields.Enum(Datum, by_value=True, required=True)


class StationChange(NewStation):
    """A station as it is to be, and the version that was seen."""

    version = seen_version()


@blueprint.get("/places/stations")
@allow(Role.STATION_OFFICER, Role.DISTRICT_ADMIN)
@blueprint.arguments(KeptStationArguments, location="query")
@blueprint.response(200, KeptStationList)
def listed(query: dict[str, Any]) -> rules.StationList:
    """List the stations in scope."""
    return stations.listed(
        platform().store,
        actor=current_actor(),
        text=query["text"],
        shown=query["shown"],
        sort=query["sort"],
        descending=query["descending"],
        start=query["cursor"],
        most=query["limit"],
    )


@blueprint.post("/places/stations")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(NewStation)
@blueprint.response(201, KeptStationView)
def add(body: dict[str, Any]) -> rules.StationView:
    """Make a station.

    Refused: ``station_name_taken``, ``place_swapped``, ``place_outside_country``, ``place_outside_district``.
    """
    here = platform()
    return stations.add(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        wanted=_wanted(body),
        now=here.now(),
    )


@blueprint.post("/places/stations/<int:station_id>/changes")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(StationChange)
@blueprint.response(200, KeptStationView)
def change(body: dict[str, Any], station_id: int) -> rules.StationView:
    """Change a station.

    Refused: ``place_changed`` where it is not as it was seen, ``station_closed``, ``station_name_taken``,
    ``place_swapped``, ``place_outside_country``, ``place_outside_district``.
    """
    here = platform()
    return stations.change(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        station_id=station_id,
        version=body["version"],
        wanted=_wanted(body),
        now=here.now(),
    )


@blueprint.post("/places/stations/<int:station_id>/archiving")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(Archiving)
@blueprint.response(200, KeptStationView)
def archive(body: dict[str, Any], station_id: int) -> rules.StationView:
    """Close a station without open schools, or open it again. Refused: ``place_changed``, ``station_has_schools``."""
    here = platform()
    return stations.archive(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        station_id=station_id,
        version=body["version"],
        archived=body["archived"],
        reason=body["reason"],
        now=here.now(),
    )


def _wanted(body: dict[str, Any]) -> WantedStation:
    given = {name: body[name] for name in ("name", "latitude", "longitude", "datum")}
    return WantedStation(**given, telephone=body["telephone"] or None)
