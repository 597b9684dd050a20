"""Console users, made by whoever runs the server: nobody makes such an account for himself."""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from server.domain.errors import Refused
from server.domain.roles import AccountStatus, Role
from server.store import accounts, audit, passwords
from server.store.districts import district, school, station
from server.store.transaction import Store

SHORTEST_PASSWORD = 10
LONGEST_NAME = 60
USERNAME = re.compile(r"[a-z0-9._-]{2,40}")

SCOPE_OF: dict[Role, Table] = {
    Role.SCHOOL_ADMIN: school,
    Role.STATION_OFFICER: station,
    Role.DISPATCHER: district,
    Role.DISTRICT_ADMIN: district,
    Role.AUDITOR: district,
}


def create_user(
    store: Store, *, role: Role, scope: str, username: str, name: str, password: str, now: datetime
) -> dict[str, Any]:
    """Make a console account; its scope is a school, station or district by number or exact name.

    Raises ``Refused``: ``bad_username``, ``bad_name``, ``password_too_short`` (shortest),
    ``unknown_scope`` (kind), ``ambiguous_scope`` (kind, numbers), ``username_taken``; ``KeyError`` for guards.
    """
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        raise Refused("bad_username")
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Refused("bad_name")
    if len(password) < SHORTEST_PASSWORD:
        raise Refused("password_too_short", shortest=SHORTEST_PASSWORD)
    password_hash = passwords.hash_password(password)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        where = _scope(connection, role, scope)
        account_id = accounts.add(
            connection,
            username=username,
            password_hash=password_hash,
            name=name,
            role=role.value,
            status=AccountStatus.APPROVED.value,
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
    return {"account_id": account_id, **where}


def _scope(connection: Connection, role: Role, scope: str) -> dict[str, int]:
    table = SCOPE_OF[role]
    number = scope.isascii() and scope.isdecimal() and len(scope) <= 18
    which = table.c.id == int(scope) if number else table.c.name == scope
    rows = connection.execute(select(table).where(which)).mappings().all()
    if not rows:
        raise Refused("unknown_scope", kind=table.name)
    if len(rows) > 1:
        raise Refused("ambiguous_scope", kind=table.name, numbers=[row["id"] for row in rows])
    if table is district:
        return {"district_id": rows[0]["id"]}
    return {"district_id": rows[0]["district_id"], f"{table.name}_id": rows[0]["id"]}
