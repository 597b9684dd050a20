"""What the area ``operations`` brings to the server."""

from server.core.area import Area
from server.operations.api import checklist, figures, status

AREA = Area(name="operations", blueprints=(status.blueprint, checklist.blueprint), gauges=figures.GAUGES)
