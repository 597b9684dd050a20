"""What the demo brings to the server: one-click sign-ins and the list of messages."""

from server.core.area import Area
from server.demo import api, messages_api

AREA = Area(
    name="demo",
    blueprints=(api.blueprint, messages_api.blueprint),
    only_in_demo=True,
    commands="server.demo.commands",
)
