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
    joint_response,
    ladders,
    limits,
    messages,
    positions,
    presence,
    requests,
    rosters,
    sessions,
    units,
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
    joint_response,
    ladders,
    limits,
    messages,
    positions,
    presence,
    requests,
    rosters,
    sessions,
    units,
)

__all__ = ["AREAS", "metadata"]
