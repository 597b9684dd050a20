"""Being erased: by oneself, by the district, or by whoever runs its server."""

from datetime import datetime
from typing import TypedDict

from server.core.access.roles import Act, Actor, Role, require
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.people.queries import accounts, console_accounts
from server.people.queries.accounts import AccountAndPlaces
from server.people.rules.separate import SeparateRoles
from server.people.rules.shapes import GuardView
from server.people.service import erasing


class Erased(TypedDict):
    """The account is closed, and its person will be erased within minutes."""

    erased: bool


def erase_oneself(store: Store, *, actor: Actor, limits: Limits, now: datetime) -> Erased:
    """Close the actor's account for ever and have him erased; its sessions end, so that a retry finds none.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``erasure_hindered``.
    """
    require(actor, Act.ERASE_ONESELF)
    with store.transaction(now) as transaction:
        erasing.ask(transaction, actor.account_id, limits, by=actor.account_id)
    return {"erased": True}


def erase_for_district(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    account_id: int,
    name: str,
    reason: str,
    limits: Limits,
    now: datetime,
) -> GuardView:
    """Close a guard's account and have him erased, as the district decides; gives his item.

    ``name`` is what the one who decides has typed: it must be the guard's.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found`` outside the district, ``not_this_person``,
    ``person_engaged`` on duty or in an open alarm.
    """
    require(actor, Act.ERASE_GUARD)
    with store.transaction(now) as transaction:
        row = _guard(transaction, actor, account_id)
        body = [account_id, name, reason]
        first = transaction.remember(actor.account_id, request_id, "erasure", body, shape=GuardView)
        if first is not None:
            return first
        if name not in (row.name, row.claimed_name):
            raise Refused("not_this_person")
        if erasing.is_hindered(transaction, account_id):
            raise Refused("person_engaged")
        erasing.ask(transaction, account_id, limits, by=actor.account_id, reason=reason)
        answer = accounts.as_item(_guard(transaction, actor, account_id), decides=False)
        return transaction.answer(actor.account_id, request_id, answer)


def erase_guard(store: Store, *, account_id: int, limits: Limits, now: datetime) -> None:
    """Have a guard erased who asked the district for it, by a command at the server.

    Raises ``Refused``: ``unknown_user``, ``erasure_hindered``, ``security_admin_erases`` where the three roles are
    separate.
    """
    with store.transaction(now) as transaction:
        if console_accounts.in_force(transaction.connection, limits[SeparateRoles]).on:
            raise Refused("security_admin_erases")
        found = accounts.by_id(transaction.connection, account_id)
        if found is None or found.role != Role.GUARD:
            raise Refused("unknown_user")
        erasing.ask(transaction, account_id, limits, by=None)


def _guard(transaction: Transaction, actor: Actor, account_id: int) -> AccountAndPlaces:
    row = accounts.by_id(transaction.connection, account_id)
    if row is None or row.role != Role.GUARD or row.district_id != actor.district_id:
        raise Refused("not_found")
    return row
