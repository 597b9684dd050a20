"""Looking through the audit log."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import Column

from server.audit.queries import looks as audit_looks
from server.audit.queries import names as audit_names
from server.audit.queries import pages as audit_queries
from server.audit.queries import people as audit_people
from server.audit.queries.looks import Look, by_day
from server.audit.queries.pages import ReadRow, Search
from server.audit.queries.people import Shown
from server.audit.rules import SIGN_INS_AND_RIGHTS
from server.core.access.roles import Act, Actor, may, require
from server.core.database import rate_limits
from server.core.database.transaction import Store
from server.core.moments import moment
from server.core.refused import Refused
from server.core.typed_text import SHORTEST_NAME, is_searchable
from server.people.queries import guard_pages
from server.places.queries import districts


class AuditRowView(TypedDict):
    """One row: who did or looked at what, when, and about whom; ``names`` of what its facts point to."""

    id: int
    at: str
    act: str
    actor_id: int | None
    subject_id: int | None
    facts: Mapping[str, object]
    actor_name: str | None
    actor_role: str | None
    subject_name: str | None
    subject_role: str | None
    shown: list[str]
    shown_more: bool
    names: dict[str, str]


class PersonView(TypedDict):
    """Somebody to search the log by."""

    id: int
    name: str
    role: str
    category: str | None


class PeopleToChoose(TypedDict):
    """Those of a name, of a number, or of a telephone with these last four digits."""

    items: list[PersonView]


class AuditPage(TypedDict):
    """A page of the log, and the cursor of the next one."""

    items: list[AuditRowView]
    next: int | None


class AuditActs(TypedDict):
    """The acts that stand in the log."""

    items: list[str]


def page(
    store: Store,
    *,
    actor: Actor,
    search: Search,
    names: Mapping[str, Column[Any]],
    cursor: int,
    limit: int,
) -> AuditPage:
    """List what was done and looked at in the auditor's district, the newest first.

    Raises ``Refused``: ``not_your_role``, ``not_found`` where who acted or whom it was about is nobody of the district.
    """
    search = replace(search, among=_seen_by(actor))
    with store.read() as connection:
        for one in (search.actor_id, search.subject_id):
            if one is not None and not audit_people.is_of_district(connection, one, actor.district_id):
                raise Refused("not_found")
        rows = audit_queries.page(
            connection, search, district_id=actor.district_id, before=cursor, limit=limit + 1
        )
        listed = rows[:limit]
        found = audit_names.of_facts(connection, [row.facts for row in listed], names)
        shown = audit_people.shown(connection, [row.id for row in listed])
    return {
        "items": [_view(row, named, shown.get(row.id)) for row, named in zip(listed, found, strict=True)],
        "next": listed[-1].id if len(rows) > limit else None,
    }


class LookView(TypedDict):
    """A look at the caller: when, what at, who by role and place, and what for: a reason, or an alarm."""

    id: int
    at: str
    act: str
    role: str | None
    place: str | None
    as_of_today: bool
    reason: str | None
    words: str | None
    alarm_id: int | None


class LookPage(TypedDict):
    """A page of looks, and the cursor of the next one."""

    items: list[LookView]
    next: int | None


class LookDayView(TypedDict):
    """How often on a day somebody of a role and place looked at the caller without his telephone."""

    day: str
    act: str
    role: str | None
    place: str | None
    as_of_today: bool
    times: int


class LookDays(TypedDict):
    """Days of looks, and the cursor of the ones before."""

    items: list[LookDayView]
    next: int | None


# Some years of routine at a busy post; what goes out is counted by day.
LOOKS_AT_ONCE = 500


def looks(store: Store, *, actor: Actor, cursor: int, limit: int) -> LookPage:
    """List who looked at the actor's telephone, the newest first. Raises ``not_your_role``."""
    require(actor, Act.TAKE_OWN_DATA)
    with store.read() as connection:
        rows = audit_looks.page(connection, actor.account_id, telephones=True, before=cursor, limit=limit + 1)
    return {
        "items": [_look(one) for one in rows[:limit]],
        "next": rows[limit - 1].id if len(rows) > limit else None,
    }


def look_days(store: Store, *, actor: Actor, cursor: int) -> LookDays:
    """Count the looks at the actor without his telephone by day, act and who it was, the newest day first.

    A page ends with a whole day, unless one day alone is longer. Raises ``not_your_role``.
    """
    require(actor, Act.TAKE_OWN_DATA)
    with store.read() as connection:
        zone = ZoneInfo(districts.the_district(connection, actor.district_id).time_zone)
        rows = audit_looks.page(
            connection, actor.account_id, telephones=False, before=cursor, limit=LOOKS_AT_ONCE + 1
        )
    counted, left = by_day([(row.at.astimezone(zone).date(), row) for row in rows], LOOKS_AT_ONCE)
    return {
        "items": [
            {
                "day": day.isoformat(),
                "act": act,
                "role": role,
                "place": place,
                "as_of_today": as_of_today,
                "times": times,
            }
            for (day, act, role, place, as_of_today), times in counted.items()
        ],
        "next": left,
    }


def _look(one: Look) -> LookView:
    reason, alarm_id = one.facts.get("reason"), one.facts.get("alarm_id")
    # Of an export it is what somebody wrote that the file is for.
    words = one.facts.get("words", one.facts.get("purpose"))
    return {
        "id": one.id,
        "at": moment(one.at),
        "act": one.act,
        "role": one.role,
        "place": one.school or one.station,
        "as_of_today": one.as_of_today,
        "reason": reason if isinstance(reason, str) else None,
        "words": words if isinstance(words, str) else None,
        "alarm_id": alarm_id if isinstance(alarm_id, int) else None,
    }


def _view(row: ReadRow, names: dict[str, str], shown: Shown | None) -> AuditRowView:
    return {
        "id": row.id,
        "at": moment(row.at),
        "act": row.act,
        "actor_id": row.actor_id,
        "subject_id": row.subject_id,
        "facts": row.facts,
        "actor_name": row.actor_name,
        "actor_role": row.actor_role,
        "subject_name": row.subject_name,
        "subject_role": row.subject_role,
        "shown": list(shown.names) if shown else [],
        "shown_more": shown is not None and shown.more,
        "names": names,
    }


def acts(store: Store, *, actor: Actor) -> AuditActs:
    """List the acts that stand in the log, to choose from. Raises ``not_your_role``."""
    seen = _seen_by(actor)
    with store.read() as connection:
        found = audit_queries.acts(connection)
    return {"items": [act for act in found if seen is None or act in seen]}


def _seen_by(actor: Actor) -> frozenset[str] | None:
    """Give the acts of the log that an actor may read, ``None`` for all. Raises ``Refused("not_your_role")``."""
    if may(actor, Act.SEE_SIGN_INS):
        return SIGN_INS_AND_RIGHTS
    require(actor, Act.SEE_AUDIT)
    return None


def people(store: Store, *, actor: Actor, text: str, now: datetime) -> PeopleToChoose:
    """Find people to search the log by; a search that finds somebody is recorded, and shown to whom it found.

    Raises ``Refused``: ``not_your_role``, ``name_too_short`` (shortest), ``too_many`` (retry_after_s).
    """
    _seen_by(actor)
    if not (is_searchable(text) or text.isdecimal()):
        raise Refused("name_too_short", shortest=SHORTEST_NAME)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        rate_limits.take(connection, f"pages:{actor.account_id}", guard_pages.PAGES, now)
        found = audit_people.found(connection, text, actor.district_id)
        guard_pages.record_search(connection, actor, text, [one.id for one in found], now)
    return {
        "items": [
            {"id": one.id, "name": one.name, "role": one.role, "category": one.category} for one in found
        ]
    }
