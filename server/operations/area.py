"""What the area ``operations`` brings to the server."""

from server.core.area import Area
from server.operations.api import figures, status

AREA = Area(name="operations", blueprints=(status.blueprint,), gauges=figures.GAUGES)
