"""What the area ``setup`` brings to the server."""

from server.core.area import Area

AREA = Area(name="setup", commands="server.setup.commands")
