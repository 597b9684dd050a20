"""Finding people by name from the live page: where those of the scope stand now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.core import audit
from server.core.access.roles import Act, Actor, columns_of_scope, group_of, require
from server.core.database import rate_limits
from server.core.database.transaction import Store
from server.core.geo import Point, distance_m
from server.core.moments import moment
from server.core.refused import Refused
from server.core.typed_text import SHORTEST_NAME, is_searchable
from server.duty.queries import people
from server.people.queries import guard_pages

MOST = 20


def find(store: Store, *, actor: Actor, name: str, now: datetime) -> dict[str, Any]:
    """Find people by a piece of their name: those on duty at posts of the actor's scope, then his own who are not.

    Whoever of them is on duty outside the scope is not told apart from who is off duty. Telephones are not shown; a
    search that finds somebody is recorded. Raises ``Refused``: ``not_your_role``, ``suspended``, ``name_too_short``
    (shortest), ``too_many`` (retry_after_s).
    """
    require(actor, Act.SEE_PEOPLE)
    require(actor, Act.SEE_POSITIONS)
    if not is_searchable(name):
        raise Refused("name_too_short", shortest=SHORTEST_NAME)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        rate_limits.take(connection, f"pages:{actor.account_id}", guard_pages.PAGES, now)
        scope = columns_of_scope(actor)
        found = people.on_duty(connection, name, most=MOST + 1, **scope)
        if len(found) <= MOST:
            left = MOST + 1 - len(found)
            found += people.off_duty(
                connection, name, who=guard_pages.scope_of_console(actor), most=left, **scope
            )
        if found:
            facts = {"name": name, "people": min(len(found), MOST)}
            audit.record(connection, now=now, actor_id=actor.account_id, act="find_people", facts=facts)
    return {"items": [_view(row) for row in found[:MOST]], "more": len(found) > MOST}


def _view(row: Mapping[str, Any]) -> dict[str, Any]:
    shown = {key: row[key] for key in ("account_id", "name", "category", "status")}
    return {**shown, "group": group_of(row["category"]).value, "duty": _duty(row)}


def _duty(row: Mapping[str, Any]) -> dict[str, Any] | None:
    if "post_id" not in row:
        return None
    shown = {key: row[key] for key in ("check_in_id", "post_id", "verified")}
    return {**shown, "at": moment(row["at"]), "place": _place(row)}


def _place(row: Mapping[str, Any]) -> dict[str, Any] | None:
    if row["latitude"] is None:
        return None
    here = Point(row["latitude"], row["longitude"])
    away_m = distance_m(here, Point(row["post_latitude"], row["post_longitude"]))
    shown = {key: row[key] for key in ("latitude", "longitude", "accuracy_m")}
    return {**shown, "at": moment(row["seen_at"]), "distance_m": round(away_m, 1)}
