"""Looking through the audit log."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column

from server.audit.queries import names as audit_names
from server.audit.queries import pages as audit_queries
from server.audit.queries.pages import Search
from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store
from server.core.moments import moment


def page(
    store: Store,
    *,
    actor: Actor,
    search: Search,
    names: Mapping[str, Column[Any]],
    cursor: int,
    limit: int,
) -> dict[str, Any]:
    """List what was done and looked at in the auditor's district, the newest first. Raises ``not_your_role``."""
    require(actor, Act.SEE_AUDIT)
    with store.read() as connection:
        rows = audit_queries.page(
            connection, search, district_id=actor.district_id, before=cursor, limit=limit + 1
        )
        listed = rows[:limit]
        found = audit_names.of_rows(connection, listed, names)
    return {
        "items": [
            {**row, "at": moment(row["at"]), "names": named} for row, named in zip(listed, found, strict=True)
        ],
        "next": listed[-1]["id"] if len(rows) > limit else None,
    }


def acts(store: Store, *, actor: Actor) -> dict[str, Any]:
    """List the acts that stand in the log, to choose from. Raises ``not_your_role``."""
    require(actor, Act.SEE_AUDIT)
    with store.read() as connection:
        return {"items": audit_queries.acts(connection)}
