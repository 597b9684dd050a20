"""What the area ``exports`` brings to the server."""

from server.core.area import Area
from server.exports import jobs
from server.exports.api import blueprint

AREA = Area(name="exports", blueprints=(blueprint,), job_kinds=jobs.kinds)
