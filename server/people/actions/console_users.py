"""An administrator keeps his district's console accounts: made, moved, closed, confirmed, and led to a password."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from server.core import audit
from server.core.access.roles import AccountStatus, Act, Actor, Role, require
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.people.queries import (
    account_uses,
    accounts,
    console_accounts,
    console_users,
    second_factors,
    sessions,
)
from server.people.queries.console_users import KeptUser
from server.people.rules import console_users as rules
from server.people.rules import separate
from server.people.rules.console_users import Scope
from server.people.rules.separate import SeparateRoles
from server.people.rules.user_shapes import ConsoleUserList, ConsoleUserView
from server.people.service.kept_users import (
    check_places,
    give_anew,
    in_force,
    kept_user,
    scope_of,
    status_given,
    today_of,
    view,
)
from server.places.queries import districts


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a console account is to be."""

    name: str
    scope: Scope
    ends_on: date | None


def listed(store: Store, *, actor: Actor, limits: Limits, now: datetime) -> ConsoleUserList:
    """List the district's console accounts, those who wait first, with the places that an account may be of.

    Raises ``Refused``: ``not_your_role``, ``suspended``.
    """
    require(actor, Act.MANAGE_USERS)
    with store.read() as connection:
        found = console_users.of_district(connection, actor.district_id)
        schools = districts.schools(connection, actor.district_id)
        stations = districts.stations(connection, actor.district_id)
        separated = in_force(connection, limits)
    return {
        "items": [view(one, actor, separated, now) for one in found],
        "schools": [{"id": one.id, "name": one.name} for one in schools if one.archived_at is None],
        "stations": [{"id": one.id, "name": one.name} for one in stations if one.archived_at is None],
    }


def make(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    username: str,
    wanted: Wanted,
    limits: Limits,
    now: datetime,
) -> ConsoleUserView:
    """Make an account without a password, which its owner sets by a link; a retry gives the first answer.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``bad_username``, ``bad_name``, ``username_taken``,
    ``role_not_given``, ``scope_missing``, ``not_found`` (a school or station of elsewhere), ``school_closed``,
    ``station_closed``, ``end_is_past``, ``holds_another_role``.
    """
    require(actor, Act.MANAGE_USERS)
    username, name = rules.checked_username(username), rules.checked_name(wanted.name)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        asked = [username, name, *wanted.scope.columns().values(), str(wanted.ends_on)]
        first = transaction.remember(actor.account_id, request_id, "make_user", asked, shape=ConsoleUserView)
        if first is not None:
            return first
        separated = in_force(connection, limits)
        _check_wanted(transaction, actor, wanted, separated)
        _check_one_of_three(connection, actor, wanted.scope.role, name, separated)
        account_id = accounts.add(
            connection,
            username=username,
            name=name,
            status=status_given(transaction, actor, wanted.scope.role, separated).value,
            registered_at=now,
            district_id=actor.district_id,
            **wanted.scope.columns(),
        )
        if account_id is None:
            raise Refused("username_taken")
        console_users.give(connection, account_id, by=actor.account_id, now=now)
        console_users.change(connection, account_id, ends_on=wanted.ends_on)
        _audit(transaction, actor, "user.created", account_id, wanted.scope)
        return _answer(transaction, actor, request_id, account_id, separated)


def change(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    account_id: int,
    wanted: Wanted,
    limits: Limits,
    now: datetime,
) -> ConsoleUserView:
    """Give an account another name, last day, role or scope; with the last two its sessions end.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``, ``own_account``, ``bad_name``,
    ``role_not_given``, ``scope_missing``, ``school_closed``, ``station_closed``, ``end_is_past``, ``role_stays``,
    ``holds_another_role``.
    """
    require(actor, Act.MANAGE_USERS)
    name = rules.checked_name(wanted.name)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        asked = [account_id, name, *wanted.scope.columns().values(), str(wanted.ends_on)]
        first = transaction.remember(
            actor.account_id, request_id, "change_user", asked, shape=ConsoleUserView
        )
        if first is not None:
            return first
        separated = in_force(connection, limits)
        found = kept_user(connection, actor, account_id)
        before = scope_of(found)
        _check_wanted(transaction, actor, wanted, separated, before)
        rules.check_moving(before, wanted.scope)
        _check_one_of_three(connection, actor, wanted.scope.role, name, separated, besides=account_id)
        if found.user is None:
            console_users.give(connection, account_id, by=actor.account_id, now=now)
        console_users.change(connection, account_id, ends_on=wanted.ends_on)
        accounts.change(connection, account_id, name=name)
        if before != wanted.scope:
            _move(transaction, actor, found, wanted.scope, separated)
        _audit(transaction, actor, "user.changed", account_id, wanted.scope)
        return _answer(transaction, actor, request_id, account_id, separated)


def set_closed(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    account_id: int,
    closed: bool,
    limits: Limits,
    now: datetime,
) -> ConsoleUserView:
    """Close an account (its sessions end, its link is void), or open it again: it waits as a new one does.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``, ``own_account``, ``security_admin_closes``,
    ``school_closed``, ``station_closed``, ``end_is_past``, ``holds_another_role``.
    """
    require(actor, Act.MANAGE_USERS)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        asked = [account_id, closed]
        first = transaction.remember(actor.account_id, request_id, "close_user", asked, shape=ConsoleUserView)
        if first is not None:
            return first
        separated = in_force(connection, limits)
        found = kept_user(connection, actor, account_id)
        role, is_closed = Role(found.account.role), found.account.status == AccountStatus.SUSPENDED
        if closed and not is_closed:
            rules.check_closing(role, separated)
            accounts.change(connection, account_id, status=AccountStatus.SUSPENDED.value)
            console_users.change(connection, account_id, link_hash=None)
            sessions.end_all(transaction, account_id)
            _audit(transaction, actor, "user.closed", account_id)
        if not closed and is_closed:
            rules.check_end(found.user.ends_on if found.user else None, today_of(transaction, actor))
            check_places(connection, actor, scope_of(found))
            _check_one_of_three(connection, actor, role, found.account.name, separated, besides=account_id)
            status = status_given(transaction, actor, role, separated)
            accounts.change(connection, account_id, status=status.value, approved_by=None, approved_at=None)
            console_users.give(connection, account_id, by=actor.account_id, now=now)
            account_uses.note(connection, account_id, now)
            _audit(transaction, actor, "user.reopened", account_id)
        return _answer(transaction, actor, request_id, account_id, separated)


def confirm(
    store: Store, *, actor: Actor, request_id: str, account_id: int, limits: Limits, now: datetime
) -> ConsoleUserView:
    """Let an account in that another administrator gave its rights.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``, ``own_account``, ``given_by_yourself``,
    ``security_admin_confirms``, ``user_closed``.
    """
    require(actor, Act.MANAGE_USERS)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(
            actor.account_id, request_id, "confirm_user", account_id, shape=ConsoleUserView
        )
        if first is not None:
            return first
        separated = in_force(connection, limits)
        found = kept_user(connection, actor, account_id)
        if found.account.status == AccountStatus.SUSPENDED:
            raise Refused("user_closed")
        given_by = found.user.given_by if found.user else None
        rules.check_confirming(actor.account_id, account_id, given_by, separated)
        if found.account.status == AccountStatus.PENDING:
            console_accounts.set_status(
                connection, account_id, AccountStatus.APPROVED, by=actor.account_id, now=now
            )
            account_uses.note(connection, account_id, now)
            _audit(transaction, actor, "user.confirmed", account_id)
        return _answer(transaction, actor, request_id, account_id, separated)


def end_second_step(
    store: Store, *, actor: Actor, request_id: str, account_id: int, limits: Limits, now: datetime
) -> ConsoleUserView:
    """Ask an account for no second step any more, whose owner lost his: it waits as a new one does, its sessions end.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``, ``own_account``.
    """
    require(actor, Act.MANAGE_USERS)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(
            actor.account_id, request_id, "end_second_step", account_id, shape=ConsoleUserView
        )
        if first is not None:
            return first
        separated = in_force(connection, limits)
        found = kept_user(connection, actor, account_id)
        if found.second_step:
            second_factors.end(connection, account_id)
            give_anew(transaction, actor, found, Role(found.account.role), separated)
            _audit(transaction, actor, "user.second_step_off", account_id)
        return _answer(transaction, actor, request_id, account_id, separated)


def _check_wanted(
    transaction: Transaction,
    actor: Actor,
    wanted: Wanted,
    separated: SeparateRoles,
    before: Scope | None = None,
) -> None:
    rules.check_scope(wanted.scope, separated)
    rules.check_end(wanted.ends_on, today_of(transaction, actor))
    if wanted.scope != before:
        check_places(transaction.connection, actor, wanted.scope)


def _check_one_of_three(
    connection: Connection, actor: Actor, role: Role, name: str, separated: SeparateRoles, besides: int = 0
) -> None:
    others = console_accounts.open_ones(connection, actor.district_id, lock=True)
    names = [(one.name, one.role) for one in others if one.id != besides]
    separate.check_one_of_three(role, name, names, separated)


def _move(
    transaction: Transaction, actor: Actor, found: KeptUser, scope: Scope, separated: SeparateRoles
) -> None:
    """Give an account another role or scope."""
    accounts.change(transaction.connection, found.account.id, **scope.columns())
    give_anew(transaction, actor, found, scope.role, separated)


def _audit(
    transaction: Transaction, actor: Actor, act: str, account_id: int, scope: Scope | None = None
) -> None:
    facts = {key: value for key, value in scope.columns().items() if value is not None} if scope else None
    audit.record(
        transaction.connection,
        now=transaction.now,
        actor_id=actor.account_id,
        act=act,
        subject_id=account_id,
        facts=facts,
    )


def _answer(
    transaction: Transaction, actor: Actor, request_id: str, account_id: int, separated: SeparateRoles
) -> ConsoleUserView:
    found = console_users.one_of(transaction.connection, account_id, actor.district_id)
    assert found is not None
    return transaction.answer(actor.account_id, request_id, view(found, actor, separated, transaction.now))
