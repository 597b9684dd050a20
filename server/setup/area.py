"""What the area ``setup`` brings to the server."""

from server.core.area import Area
from server.core.event_names import EventName
from server.setup.api import codes, first_start, outlines, posts, schools, stations
from server.setup.exports import EXPORTS
from server.setup.jobs import KINDS
from server.setup.schemas import PlacesChanged

AREA = Area(
    name="setup",
    commands="server.setup.commands",
    blueprints=tuple(one.blueprint for one in (posts, schools, stations, codes, outlines, first_start)),
    job_kinds=lambda _areas: KINDS,
    exports=EXPORTS,
    event_payloads={EventName.PLACES_CHANGED: PlacesChanged},
)
