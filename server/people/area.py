"""What the area ``people`` brings to the server."""

from collections.abc import Sequence

from server.core.area import Area
from server.core.clock.duty import Duty
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.event_names import EventName
from server.core.limits import Limits
from server.people import jobs
from server.people.api import approvals, guards, me, own_data, sessions
from server.people.kept_data import KEPT
from server.people.own_data import NOT_OWN_DATA, OWN_DATA
from server.people.queries import keyed_names
from server.people.queries import sessions as kept
from server.people.schemas import GuardChanged


def duties(store: Store, _limits: Limits) -> Sequence[Duty]:
    """See to it that whoever is to be erased is."""
    return [Duty(60.0, RowRetry("erasures"), lambda at, rows: jobs.erase_again(store, at, rows))]


AREA = Area(
    name="people",
    blueprints=(approvals.blueprint, guards.blueprint, me.blueprint, own_data.blueprint, sessions.blueprint),
    commands="server.people.commands",
    event_payloads={EventName.GUARD_CHANGED: GuardChanged},
    kept=KEPT,
    find_session=kept.by_token,
    rooms_of_sessions=kept.rooms,
    duties=duties,
    name_anew=keyed_names.name_anew,
    job_kinds=jobs.kinds,
    own_data=OWN_DATA,
    not_own_data=NOT_OWN_DATA,
)
