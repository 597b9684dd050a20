"""Accounts that nobody uses: the district sees them and opens them again; a guard keeps his own."""

from datetime import datetime

from sqlalchemy import true

from server.core.access.roles import AccountStatus, Act, Actor, Role, require
from server.core.database import rate_limits
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.moments import moment, moment_or_none
from server.core.refused import Refused
from server.people.queries import account_uses, accounts, console_accounts, erasures, guard_pages
from server.people.queries.account_uses import UnusedAccount
from server.people.rules.separate import SeparateRoles, check_one_of_three
from server.people.rules.shapes import Kept, UnusedAccountView, UnusedPage
from server.people.service import unused


def listed(
    store: Store, *, actor: Actor, closed: bool, name: str | None, cursor: int, limit: int, now: datetime
) -> UnusedPage:
    """List the district's accounts that close soon, or that were closed as unused; a search that finds is recorded.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``too_many`` (retry_after_s).
    """
    require(actor, Act.KEEP_UNUSED)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        rate_limits.take(connection, f"pages:{actor.account_id}", guard_pages.PAGES, now)
        wanted = true() if name is None else guard_pages.found_by(connection, name, claims=None)
        found = account_uses.page(
            connection, actor.district_id, closed=closed, wanted=wanted, after=cursor, most=limit + 1
        )
        page = found[:limit]
        if name is not None:
            guard_pages.record_search(connection, actor, name, [one.id for one in page], now)
    return {"items": [_view(one) for one in page], "next": page[-1].id if len(found) > limit else None}


def reopen(
    store: Store, *, actor: Actor, request_id: str, account_id: int, limits: Limits, now: datetime
) -> UnusedAccountView:
    """Open an account of the district that was closed as unused; it is what it was.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found`` outside the district, or where it was not
    closed so, was suspended since, or is being erased; ``holds_another_role`` where somebody of that name has got
    another of the three separate roles meanwhile.
    """
    require(actor, Act.KEEP_UNUSED)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(
            actor.account_id, request_id, "reopening", account_id, shape=UnusedAccountView
        )
        if first is not None:
            return first
        others = console_accounts.open_ones(connection, actor.district_id, lock=True)
        use = account_uses.of(connection, account_id, lock=True)
        row = accounts.by_id(connection, account_id)
        if row is None or row.district_id != actor.district_id or use is None or use.status_before is None:
            raise Refused("not_found")
        if use.closed_at is None or row.suspended_at is not None or erasures.is_asked(connection, account_id):
            raise Refused("not_found")
        names = [(one.name, one.role) for one in others]
        check_one_of_three(Role(row.role), row.name, names, limits[SeparateRoles])
        unused.reopen(transaction, row, AccountStatus(use.status_before), limits, actor_id=actor.account_id)
        again = account_uses.one(connection, account_id)
        return transaction.answer(actor.account_id, request_id, _view(again))


def keep(store: Store, *, actor: Actor, request_id: str, now: datetime) -> Kept:
    """Note that the actor needs his account: its notice falls. Raises ``Refused("suspended")``."""
    if actor.status == AccountStatus.SUSPENDED:
        raise Refused("suspended")
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, "keep", None, shape=Kept)
        if first is not None:
            return first
        account_uses.note(transaction.connection, actor.account_id, now)
        return transaction.answer(actor.account_id, request_id, Kept(kept=True))


def _view(one: UnusedAccount) -> UnusedAccountView:
    return {
        "id": one.id,
        "name": one.name,
        "role": one.role,
        "category": one.category,
        "school_name": one.school_name,
        "station_name": one.station_name,
        "used_at": moment(one.used_at),
        "closes_at": moment_or_none(one.closes_at),
        "unused_at": moment_or_none(one.unused_at),
    }
