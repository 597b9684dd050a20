"""All tables at once, for migrations and for tests of the schema."""

from server.alarm.queries import (
    alarms,
    asides,
    follow_ups,
    joint_links,
    joint_response,
    ladders,
    standing,
    timelines,
    units,
)
from server.audit.queries import seals
from server.calendar.queries import rosters
from server.core import audit
from server.core.access import rate_limits
from server.core.database import event_log, requests, schema_state
from server.core.database.base import metadata
from server.core.live import presence_rows
from server.delivery.queries import hooks, last_delivery, messages, push_subscriptions
from server.duty.queries import check_ins, coverage, positions
from server.exercise.queries import devices, drills
from server.people.queries import accounts, device_keys, sessions, suspensions
from server.places.queries import districts, timetables

AREAS = (
    accounts,
    asides,
    alarms,
    audit,
    timetables,
    check_ins,
    coverage,
    device_keys,
    devices,
    districts,
    drills,
    event_log,
    follow_ups,
    hooks,
    joint_links,
    joint_response,
    ladders,
    last_delivery,
    rate_limits,
    messages,
    positions,
    presence_rows,
    push_subscriptions,
    requests,
    rosters,
    schema_state,
    seals,
    sessions,
    standing,
    suspensions,
    timelines,
    units,
)

__all__ = ["AREAS", "metadata"]
