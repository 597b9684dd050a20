"""The areas of the server, the lowest first: each knows those before it alone (pyproject.toml)."""

from server.alarm.area import AREA as ALARM
from server.attendance.area import AREA as ATTENDANCE
from server.audit.area import AREA as AUDIT
from server.auditor.area import AREA as AUDITOR
from server.calendar.area import AREA as CALENDAR
from server.core.area import Area, Areas
from server.core.audit import audit_row
from server.core.database import (
    event_circles,
    event_log,
    event_tailors,
    schema_state,
    short_events,
    whole_states,
)
from server.core.database.base import metadata
from server.core.database.sealing.ring import KeyRing
from server.core.database.transaction import Store
from server.core.event_names import EventName
from server.core.http.jobs_api import JobChanged
from server.core.http.jobs_api import blueprint as jobs
from server.core.http.privacy_api import blueprint as privacy
from server.core.kept_of_people import KEPT, NOT_OWN_DATA, OWN_DATA
from server.core.live.api import blueprint as events
from server.delivery.area import AREA as DELIVERY
from server.duty.area import AREA as DUTY
from server.exercise.area import AREA as EXERCISE
from server.exports.area import AREA as EXPORTS
from server.operations.area import AREA as OPERATIONS
from server.people.area import AREA as PEOPLE
from server.places.area import AREA as PLACES
from server.roster.area import AREA as ROSTER
from server.setup.area import AREA as SETUP

__all__ = ["AREAS", "metadata", "open_store"]

CORE = Area(
    name="core",
    blueprints=(events, jobs, privacy),
    commands="server.core.commands",
    event_payloads={EventName.JOB_CHANGED: JobChanged},
    kept=KEPT,
    own_data=OWN_DATA,
    not_own_data=NOT_OWN_DATA,
    written_by_an_alarm=(event_log.event, event_log.event_room, audit_row, schema_state.write_probe),
)
AREAS = Areas(
    (
        CORE,
        PLACES,
        PEOPLE,
        EXPORTS,
        AUDIT,
        CALENDAR,
        DUTY,
        DELIVERY,
        ATTENDANCE,
        ROSTER,
        SETUP,
        ALARM,
        EXERCISE,
        OPERATIONS,
        AUDITOR,
    )
)
event_tailors.tailor(AREAS.event_tailors())
short_events.shorten_by(AREAS.event_shorteners())
whole_states.stand_for(AREAS.whole_states())
event_circles.know(AREAS.event_reducers(), AREAS.circles_of())


def open_store(url: str, keys: KeyRing | None = None) -> Store:
    """Open a database in which what is written in one area has its consequences in the others.

    Without ``keys`` telephones are sealed with those of a demo.
    """
    return Store(url, AREAS.reactions(), keys)
