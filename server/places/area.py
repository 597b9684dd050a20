"""What the area ``places`` brings to the server."""

from server.core.area import Area
from server.places.api import blueprint
from server.places.kept_data import KEPT
from server.places.own_data import NOT_OWN_DATA
from server.places.tables import district, post, school, station

AREA = Area(
    name="places",
    kept=KEPT,
    not_own_data=NOT_OWN_DATA,
    blueprints=(blueprint,),
    audit_names={
        "district_id": district.c.name,
        "station_id": station.c.name,
        "school_id": school.c.name,
        "post_id": post.c.name,
    },
)
