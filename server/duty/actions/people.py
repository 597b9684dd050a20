"""Finding people from the live page, by name or by the last digits of their telephone: where they stand now."""

from datetime import datetime

from server.core.access.roles import Act, Actor, columns_of_scope, group_of, require
from server.core.database import rate_limits
from server.core.database.transaction import Store
from server.core.geo import Point, distance_m
from server.core.moments import moment
from server.core.refused import Refused
from server.core.typed_text import SHORTEST_NAME, is_searchable
from server.duty.queries import people
from server.duty.queries.people import Found, FoundOnDuty
from server.duty.rules.shapes import DutyNow, PeopleFound, PersonFound, PlaceNow
from server.people.queries import guard_pages

MOST = 20


def find(store: Store, *, actor: Actor, name: str, now: datetime) -> PeopleFound:
    """Find people by a piece of their name, or by the last four digits of their telephone.

    First those on duty at posts of the actor's scope, then his own who are not. Whoever of them is on duty outside the
    scope is not told apart from who is off duty. Telephones are not shown; a search that finds somebody is recorded.
    Raises ``Refused``: ``not_your_role``, ``suspended``, ``name_too_short`` (shortest), ``too_many`` (retry_after_s).
    """
    require(actor, Act.SEE_PEOPLE)
    require(actor, Act.SEE_POSITIONS)
    if not is_searchable(name):
        raise Refused("name_too_short", shortest=SHORTEST_NAME)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        rate_limits.take(connection, f"pages:{actor.account_id}", guard_pages.PAGES, now)
        scope = columns_of_scope(actor)
        wanted = guard_pages.found_by(connection, name)
        found: list[Found] = [*people.on_duty(connection, wanted, most=MOST + 1, **scope)]
        if len(found) <= MOST:
            left = MOST + 1 - len(found)
            found += people.off_duty(
                connection, wanted, who=guard_pages.scope_of_console(actor), most=left, **scope
            )
        shown = [row.account_id for row in found[:MOST]]
        guard_pages.record_search(connection, actor, name, shown, now)
    return {"items": [_view(row) for row in found[:MOST]], "more": len(found) > MOST}


def _view(found: Found) -> PersonFound:
    return {
        "account_id": found.account_id,
        "name": found.name,
        "category": found.category,
        "status": found.status,
        "group": group_of(found.category).value,
        "duty": _duty(found) if isinstance(found, FoundOnDuty) else None,
    }


def _duty(found: FoundOnDuty) -> DutyNow:
    return {
        "check_in_id": found.check_in_id,
        "post_id": found.post_id,
        "peak": found.peak,
        "date": found.date.isoformat(),
        "verified": found.verified,
        "at": moment(found.at),
        "place": _place(found),
    }


def _place(found: FoundOnDuty) -> PlaceNow | None:
    latitude, longitude = found.latitude, found.longitude
    accuracy_m, seen_at = found.accuracy_m, found.seen_at
    if latitude is None or longitude is None or accuracy_m is None or seen_at is None:
        return None
    away_m = distance_m(Point(latitude, longitude), Point(found.post_latitude, found.post_longitude))
    return {
        "latitude": latitude,
        "longitude": longitude,
        "accuracy_m": accuracy_m,
        "at": moment(seen_at),
        "distance_m": round(away_m, 1),
    }
