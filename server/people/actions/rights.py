"""The security administrator: console accounts wait until he lets them in, and he locks them."""

from datetime import datetime

from server.core import audit
from server.core.access.roles import AccountStatus, Act, Actor, Role, require
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.moments import moment, moment_or_none
from server.core.refused import Refused
from server.people.queries import account_uses, accounts, console_accounts, sessions
from server.people.queries.accounts import AccountAndPlaces
from server.people.rules import separate
from server.people.rules.separate import SeparateRoles
from server.people.rules.shapes import ConsoleAccountList, ConsoleAccountView


def listed(store: Store, *, actor: Actor) -> ConsoleAccountList:
    """List the district's console accounts, those who wait first.

    Raises ``Refused``: ``not_your_role``, ``suspended``.
    """
    require(actor, Act.LET_IN)
    with store.read() as connection:
        found = console_accounts.of_district(connection, actor.district_id)
    return {"items": [_view(one) for one in found]}


def decide(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    account_id: int,
    let_in: bool,
    limits: Limits,
    now: datetime,
) -> ConsoleAccountView:
    """Let a console account of the district in, or lock it: its sessions end. Deciding the same twice changes nothing.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found`` outside the district, ``own_account``,
    ``last_of_role``, ``holds_another_role``.
    """
    require(actor, Act.LET_IN)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(
            actor.account_id, request_id, "let_in", [account_id, let_in], shape=ConsoleAccountView
        )
        if first is not None:
            return first
        others = console_accounts.open_ones(connection, actor.district_id, lock=True)
        row = _account(accounts.by_id(connection, account_id), actor)
        role = Role(row.role)
        of_role = [one.id for one in others if one.role == role]
        separate.check_letting_in(actor.account_id, account_id, role, let_in=let_in, open_of_role=of_role)
        if let_in:
            names = [(one.name, one.role) for one in others if one.id != account_id]
            separate.check_one_of_three(role, row.name, names, limits[SeparateRoles])
        status = AccountStatus.APPROVED if let_in else AccountStatus.SUSPENDED
        if row.status != status or (let_in and row.approved_by is None):
            console_accounts.set_status(connection, account_id, status, by=actor.account_id, now=now)
            if let_in:
                account_uses.note(connection, account_id, now)
            else:
                sessions.end_all(transaction, account_id)
            audit.record(
                connection,
                now=now,
                actor_id=actor.account_id,
                act="user.let_in" if let_in else "user.locked",
                subject_id=account_id,
                facts={"role": role.value},
            )
        again = _account(accounts.by_id(connection, account_id), actor)
        return transaction.answer(actor.account_id, request_id, _view(again))


def _account(row: AccountAndPlaces | None, actor: Actor) -> AccountAndPlaces:
    if row is None or row.role == Role.GUARD or row.district_id != actor.district_id:
        raise Refused("not_found")
    return row


def _view(one: AccountAndPlaces) -> ConsoleAccountView:
    return {
        "id": one.id,
        "name": one.name,
        "username": one.username,
        "role": one.role,
        "school_name": one.school_name,
        "station_name": one.station_name,
        "status": one.status,
        "registered_at": moment(one.registered_at),
        "let_in_at": moment_or_none(one.approved_at),
        "unused_at": moment_or_none(one.unused_at),
    }
