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
)

__all__ = ["AREAS", "metadata"]
