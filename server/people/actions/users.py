"""Console users, made, changed and closed by whoever runs the server: nobody does it for himself."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select

from server.core import audit
from server.core.access.roles import AccountStatus, Role
from server.core.database.locks import Queue, wait_in
from server.core.database.transaction import Store, Transaction
from server.core.refused import Refused
from server.people.queries import account_uses, accounts, console_accounts, second_factors, sessions
from server.people.queries.console_accounts import OpenAccount
from server.people.rules import separate
from server.people.rules.console_users import checked_name, checked_username
from server.people.rules.separate import SeparateRoles
from server.people.service import passwords
from server.people.tables import Account
from server.places.tables import district, school, station

NOT_SEPARATE = SeparateRoles()

SCOPE_OF: dict[Role, Table] = {
    Role.SCHOOL_ADMIN: school,
    Role.STATION_OFFICER: station,
    Role.DISPATCHER: district,
    Role.DISTRICT_ADMIN: district,
    Role.SECURITY_ADMIN: district,
    Role.AUDITOR: district,
}


def create_user(
    store: Store,
    *,
    role: Role,
    scope: str,
    username: str,
    name: str,
    password: str,
    rules: SeparateRoles = NOT_SEPARATE,
    now: datetime,
) -> int:
    """Make a console account and give its number; its scope is a school, station or district by number or exact name.

    Raises ``Refused``: ``bad_username``, ``bad_name``, ``password_too_short`` (shortest), ``password_too_common``,
    ``unknown_scope`` (kind), ``ambiguous_scope`` (kind, numbers), ``username_taken``, ``holds_another_role``;
    ``KeyError`` for guards. Where the three roles are separate it waits until the security administrator lets it in.
    """
    username, name = checked_username(username), checked_name(name)
    password_hash = passwords.checked_hash(password, username, name, scope)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        # Whoever opens the link of the first start in this moment finds an administrator.
        wait_in(connection, Queue.FIRST_START, 0)
        where = _scope(connection, role, scope)
        rules = console_accounts.in_force(connection, rules)
        others = console_accounts.open_ones(connection, where["district_id"], lock=True)
        separate.check_one_of_three(role, name, [(one.name, one.role) for one in others], rules)
        account_id = accounts.add(
            connection,
            username=username,
            password_hash=password_hash,
            name=name,
            role=role.value,
            status=_status(role, others, rules).value,
            # The first security administrator of separate roles is let in by the command.
            approved_at=now if rules.on and _status(role, others, rules) == AccountStatus.APPROVED else None,
            registered_at=now,
            **where,
        )
        if account_id is None:
            raise Refused("username_taken")
        audit.record(
            connection,
            now=now,
            actor_id=None,
            act="user.created",
            subject_id=account_id,
            facts={"role": role.value, **where},
        )
    return account_id


def set_password(
    store: Store, *, username: str, password: str, rules: SeparateRoles = NOT_SEPARATE, now: datetime
) -> int:
    """Give a console account another password and end its sessions; gives its number.

    Raises ``Refused``: ``password_too_short`` (shortest), ``password_too_common``, ``unknown_user``.
    """
    password_hash = passwords.checked_hash(password, username)
    with store.transaction(now) as transaction:
        found = _found(transaction, username)
        rules = console_accounts.in_force(transaction.connection, rules)
        # Whoever sets a password could sign in with it: an open account waits to be let in again.
        opened = {} if found.status == AccountStatus.SUSPENDED else _opened(transaction, found, rules)
        return _change(transaction, found, "user.password_set", password_hash=password_hash, **opened)


def set_closed(
    store: Store, *, username: str, closed: bool, rules: SeparateRoles = NOT_SEPARATE, now: datetime
) -> int:
    """Close a console account (nobody signs in with it, its sessions end) or open it again; gives its number.

    What it did stays in the audit log under its name. Raises ``Refused``: ``unknown_user``, ``security_admin_closes``.
    """
    with store.transaction(now) as transaction:
        found = _found(transaction, username)
        rules = console_accounts.in_force(transaction.connection, rules)
        if closed:
            separate.check_closing_by_command(Role(found.role), rules)
            return _change(transaction, found, "user.closed", status=AccountStatus.SUSPENDED.value)
        return _change(transaction, found, "user.reopened", **_opened(transaction, found, rules))


def end_second_step(
    store: Store, *, username: str, rules: SeparateRoles = NOT_SEPARATE, now: datetime
) -> int:
    """Ask a console account for no second step any more; its sessions end. Gives its number.

    Raises ``Refused("unknown_user")``.
    """
    with store.transaction(now) as transaction:
        found = _found(transaction, username)
        rules = console_accounts.in_force(transaction.connection, rules)
        second_factors.end(transaction.connection, found.id)
        opened = {} if found.status == AccountStatus.SUSPENDED else _opened(transaction, found, rules)
        return _change(transaction, found, "user.second_step_off", **opened)


def _status(role: Role, others: Iterable[OpenAccount], rules: SeparateRoles) -> AccountStatus:
    """Give the status that a command leaves an account with, beside the ``others`` that are open."""
    confirm = any(one.role == Role.SECURITY_ADMIN for one in others)
    return separate.status_by_command(role, rules, others_confirm=confirm)


def _opened(transaction: Transaction, found: Account, rules: SeparateRoles) -> dict[str, object]:
    """Give what changes in an account that a command opens: it is open, or waits; nobody let it in as it is now.

    That holds while the roles are one, too: else whoever sets a password then kept the account afterwards.
    """
    others = console_accounts.open_ones(transaction.connection, found.district_id, lock=True)
    status = _status(Role(found.role), [one for one in others if one.id != found.id], rules)
    by_command = rules.on and status == AccountStatus.APPROVED
    return {
        "status": status.value,
        "approved_by": None,
        "approved_at": transaction.now if by_command else None,
    }


def _found(transaction: Transaction, username: str) -> Account:
    found = accounts.by_username(transaction.connection, username.strip().lower())
    if found is None:
        raise Refused("unknown_user")
    return found


def waits(store: Store, account_id: int) -> bool:
    """Tell whether a console account waits for the security administrator."""
    with store.read() as connection:
        row = accounts.by_id(connection, account_id)
    return row is not None and row.status == AccountStatus.PENDING


def _change(transaction: Transaction, found: Account, act: str, **values: Any) -> int:
    connection, now = transaction.connection, transaction.now
    accounts.change(connection, found.id, **values)
    account_uses.note(connection, found.id, now)
    sessions.end_all(transaction, found.id)
    audit.record(connection, now=now, actor_id=None, act=act, subject_id=found.id)
    return found.id


def _scope(connection: Connection, role: Role, scope: str) -> dict[str, int]:
    table = SCOPE_OF[role]
    number = scope.isascii() and scope.isdecimal() and len(scope) <= 18
    which = table.c.id == int(scope) if number else table.c.name == scope
    rows = connection.execute(select(table).where(which)).mappings().all()
    if not rows:
        raise Refused("unknown_scope", kind=table.name)
    if len(rows) > 1:
        raise Refused("ambiguous_scope", kind=table.name, numbers=_told_apart(connection, table, rows))
    if table is district:
        return {"district_id": rows[0]["id"]}
    return {"district_id": rows[0]["district_id"], f"{table.name}_id": rows[0]["id"]}


def _told_apart(connection: Connection, table: Table, rows: Sequence[RowMapping]) -> list[str]:
    """Give the numbers of things of one name, of a school with its station."""
    if table is not school:
        return [str(row["id"]) for row in rows]
    query = select(station.c.id, station.c.name).where(station.c.id.in_([row["station_id"] for row in rows]))
    names = {row.id: row.name for row in connection.execute(query)}
    return [f"{row['id']} ({names[row['station_id']]})" for row in rows]
