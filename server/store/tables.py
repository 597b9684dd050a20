"""All tables at once, for migrations and for tests of the schema."""

from server.store import (
    accounts,
    alarms,
    audit,
    check_ins,
    coverage,
    devices,
    districts,
    drills,
    event_log,
    follow_ups,
    hooks,
    ladders,
    limits,
    messages,
    positions,
    presence,
    requests,
    rosters,
    sessions,
)
from server.store.base import metadata

AREAS = (
    accounts,
    alarms,
    audit,
    check_ins,
    coverage,
    devices,
    districts,
    drills,
    event_log,
    follow_ups,
    hooks,
    ladders,
    limits,
    messages,
    positions,
    presence,
    requests,
    rosters,
    sessions,
)

__all__ = ["AREAS", "metadata"]
