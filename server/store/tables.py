"""All tables at once, for migrations and for tests of the schema."""

from server.store import (
    accounts,
    alarms,
    audit,
    check_ins,
    coverage,
    districts,
    event_log,
    hooks,
    joint_response,
    ladders,
    last_reached,
    limits,
    messages,
    positions,
    presence,
    push_subscriptions,
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
    districts,
    event_log,
    hooks,
    joint_response,
    ladders,
    last_reached,
    limits,
    messages,
    positions,
    presence,
    push_subscriptions,
    requests,
    rosters,
    sessions,
    units,
)

__all__ = ["AREAS", "metadata"]
