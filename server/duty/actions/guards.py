"""Finding guards: a console in its scope, a duty leader among the people of his school."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, false, true

from server.core.access.roles import AccountStatus, Act, Actor, Category, Role, may, require
from server.core.database import rate_limits
from server.core.database.transaction import Store
from server.core.exports import GuardsOnly
from server.core.refused import Refused
from server.core.typed_text import SHORTEST_NAME, is_searchable
from server.duty.queries import check_ins, guards_only
from server.duty.rules.confirming import may_assist
from server.people.queries import accounts, guard_pages
from server.people.rules.shapes import GuardPage
from server.people.service.approving import may_decide
from server.people.tables import account
from server.places.queries import districts


def find(
    store: Store,
    *,
    actor: Actor,
    only: GuardsOnly,
    name: str | None,
    cursor: int,
    limit: int,
    now: datetime,
) -> GuardPage:
    """List the guards that the actor may see, a page at a time, phones masked; a search that finds is recorded.

    A school's or station's user sees his own, the district's all, and finds them by name or by the last four digits of
    the telephone, ``only`` some of them. A duty leader or security guard on
    verified duty finds people of that school by name, to check in who has no smartphone.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_approved``, ``not_on_verified_duty``,
    ``name_too_short`` (shortest), ``too_many`` (retry_after_s).
    """
    if actor.role != Role.GUARD:
        require(actor, Act.SEE_GUARDS)
        if only.away_on is not None:
            require(actor, Act.SEE_ROSTER)
    with store.transaction(now) as transaction:
        rate_limits.take(transaction.connection, f"pages:{actor.account_id}", guard_pages.PAGES, now)
    with store.read() as connection:
        scope = (
            _scope_of_duty(connection, actor, name)
            if actor.role == Role.GUARD
            else guard_pages.scope_of_console(actor)
        )
        rows = accounts.guards(
            connection,
            scope=scope,
            status=only.status,
            wanted=_wanted(connection, actor, name)
            & (true() if actor.role == Role.GUARD else guards_only.condition(only)),
            after=cursor,
            limit=limit + 1,
        )
    page = rows[:limit]
    if name is not None and page and actor.role != Role.GUARD:
        with store.transaction(now) as transaction:
            shown = [row.id for row in page]
            guard_pages.record_search(transaction.connection, actor, name, shown, now)
    more = len(rows) > limit
    return {
        "items": [accounts.as_item(row, decides=may_decide(actor, row)) for row in page],
        "next": page[-1].id if more else None,
    }


def _wanted(connection: Connection, actor: Actor, text: str | None) -> ColumnElement[bool]:
    """Give who is found by a text; a guard finds by names alone, since digits would tell him whose a number is."""
    if text is None:
        return true()
    if actor.role == Role.GUARD:
        return account.c.name.icontains(text, autoescape=True)
    return guard_pages.found_by(connection, text, claims=_decided(actor))


def _decided(actor: Actor) -> ColumnElement[bool]:
    """Give on whose claims a console user decides within his scope, as a condition inside the query."""
    if not may(actor, Act.APPROVE):
        return false()
    return true() if actor.role == Role.STATION_OFFICER else account.c.category != Category.POLICE


def _scope_of_duty(connection: Connection, actor: Actor, name: str | None) -> ColumnElement[bool]:
    if actor.status == AccountStatus.PENDING:
        raise Refused("not_approved")
    duty = check_ins.open_of_account(connection, actor.account_id)
    if not may_assist(actor, on_verified_duty=duty is not None and duty.verified):
        require(actor, Act.ASSIST)
        raise Refused("not_on_verified_duty")
    if name is None or not is_searchable(name):
        raise Refused("name_too_short", shortest=SHORTEST_NAME)
    assert duty is not None
    place = districts.place(connection, duty.post_id)
    assert place is not None
    return (account.c.school_id == place.school_id) & (account.c.status != AccountStatus.SUSPENDED)
