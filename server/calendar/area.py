"""What the area ``calendar`` brings to the server."""

from server.calendar import jobs
from server.calendar.api import days, peaks, staffing, terms
from server.calendar.kept_data import KEPT
from server.calendar.own_data import OWN_DATA
from server.calendar.service import vouching
from server.core.area import Area, Gauge, on
from server.people.facts import AccountReopened, ClosedAsUnused, GuardRegistered, GuardsListed, PersonErased

AREA = Area(
    name="calendar",
    blueprints=(days.blueprint, terms.blueprint, peaks.blueprint, staffing.blueprint),
    duties=jobs.duties,
    gauges=(
        Gauge(
            "huxue_calendar_known_days",
            "Days ahead whose calendar a source knows, the fewest of any district",
            jobs.known_days,
        ),
    ),
    commands="server.calendar.commands",
    reactions=(
        on(GuardRegistered, vouching.registered),
        on(GuardsListed, vouching.listed),
        on(ClosedAsUnused, vouching.closed_as_unused),
        on(AccountReopened, vouching.reopened),
        on(PersonErased, vouching.erased),
    ),
    kept=KEPT,
    own_data=OWN_DATA,
)
