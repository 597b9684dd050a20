"""What the area ``calendar`` brings to the server."""

from server.calendar import service
from server.calendar.kept_data import KEPT
from server.calendar.own_data import OWN_DATA
from server.core.area import Area, on
from server.people.facts import AccountReopened, ClosedAsUnused, GuardRegistered, PersonErased

AREA = Area(
    name="calendar",
    commands="server.calendar.commands",
    reactions=(
        on(GuardRegistered, service.registered),
        on(ClosedAsUnused, service.closed_as_unused),
        on(AccountReopened, service.reopened),
        on(PersonErased, service.erased),
    ),
    kept=KEPT,
    own_data=OWN_DATA,
)
