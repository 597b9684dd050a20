"""Looking through the audit log."""

from collections.abc import Mapping
from typing import Any, TypedDict

from sqlalchemy import Column

from server.audit.queries import names as audit_names
from server.audit.queries import pages as audit_queries
from server.audit.queries.pages import ReadRow, Search
from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store
from server.core.moments import moment


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
    names: dict[str, str]


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
    """List what was done and looked at in the auditor's district, the newest first. Raises ``not_your_role``."""
    require(actor, Act.SEE_AUDIT)
    with store.read() as connection:
        rows = audit_queries.page(
            connection, search, district_id=actor.district_id, before=cursor, limit=limit + 1
        )
        listed = rows[:limit]
        found = audit_names.of_facts(connection, [row.facts for row in listed], names)
    return {
        "items": [_view(row, named) for row, named in zip(listed, found, strict=True)],
        "next": listed[-1].id if len(rows) > limit else None,
    }


def _view(row: ReadRow, names: dict[str, str]) -> AuditRowView:
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
        "names": names,
    }


def acts(store: Store, *, actor: Actor) -> AuditActs:
    """List the acts that stand in the log, to choose from. Raises ``not_your_role``."""
    require(actor, Act.SEE_AUDIT)
    with store.read() as connection:
        return {"items": audit_queries.acts(connection)}
