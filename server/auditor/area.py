"""What the auditor brings to the server."""

from server.core.area import Area

AREA = Area(name="auditor", commands="server.auditor.commands")
