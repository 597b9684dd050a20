"""What the area ``setup`` brings to the server."""

from server.core.area import Area
from server.core.event_names import EventName
from server.setup.api import posts, schools, stations
from server.setup.exports import EXPORTS
from server.setup.schemas import PlacesChanged

AREA = Area(
    name="setup",
    commands="server.setup.commands",
    blueprints=(posts.blueprint, schools.blueprint, stations.blueprint),
    exports=EXPORTS,
    event_payloads={EventName.PLACES_CHANGED: PlacesChanged},
)
