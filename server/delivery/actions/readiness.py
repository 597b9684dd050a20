"""The list to go through before a peak: what would be missing if an alarm came now."""

from datetime import datetime, timedelta
from enum import StrEnum

from server.audit.queries import pages as audit_queries
from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.moments import moment
from server.delivery.queries import readiness
from server.delivery.rules.shapes import GapCount, HeldBackList, ReadinessView

HELD_BACK_TOLD = timedelta(hours=1)
HELD_BACK_NAMED = 5


class StaffingGap(StrEnum):
    """What may be missing."""

    GUARDS = "guards"
    POSTS = "posts"
    STATIONS = "stations"


def look(
    store: Store, *, actor: Actor, lack: StaffingGap, cursor: int, limit: int, limits: Limits, now: datetime
) -> ReadinessView:
    """Count what is missing in the actor's scope, and list one kind of it, a page at a time.

    Guards are those on duty and, while the next peak is ahead, those on its roster.
    """
    require(actor, Act.SEE_READINESS)
    with store.read() as connection:
        coming = readiness.next_shifts(connection, actor, limits, now)
        people = readiness.people(actor, coming, now)
        posts = readiness.posts_without_roster(connection, actor, coming)
        stations, all_stations = readiness.stations_nobody_watches(connection, actor, now)
        counts = [
            _count(
                StaffingGap.GUARDS,
                readiness.count_out_of_reach(connection, people, now),
                readiness.count(connection, people),
            ),
            _count(StaffingGap.POSTS, len(posts), len(coming)),
            _count(StaffingGap.STATIONS, len(stations), all_stations),
        ]
        if lack is StaffingGap.GUARDS:
            found = readiness.out_of_reach(connection, people, coming, now, after=cursor, limit=limit + 1)
        else:
            listed = posts if lack is StaffingGap.POSTS else stations
            found = [one for one in listed if one["id"] > cursor][: limit + 1]
    page = found[:limit]
    return {"counts": counts, "items": page, "next": page[-1]["id"] if len(found) > limit else None}


def held_back(store: Store, *, actor: Actor, now: datetime) -> HeldBackList:
    """Name the accounts of the actor's scope whose sign-in was held back lately: their owners may need a call."""
    require(actor, Act.SEE_READINESS)
    with store.read() as connection:
        found = audit_queries.held_back(connection, actor, since=now - HELD_BACK_TOLD)
    return {
        "items": [
            {"account_id": one.account_id, "name": one.name, "at": moment(one.at)}
            for one in found[:HELD_BACK_NAMED]
        ],
        "count": len(found),
    }


def _count(lack: StaffingGap, missing: int, of: int) -> GapCount:
    return {"lack": lack.value, "missing": missing, "of": of}
