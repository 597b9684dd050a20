"""Three separate roles (三员分立): who gives a right never gives it alone, and nobody holds two of the three.

The system administrator (``district_admin``, and whoever gives commands at the server) makes and changes console
accounts; the security administrator lets them in; the auditor reads what both did. Without the setting none of this
applies.
"""

from collections.abc import Collection
from dataclasses import dataclass

from server.core.access.roles import AccountStatus, Role
from server.core.refused import Refused

THREE = frozenset({Role.DISTRICT_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})
# Whom a command at the server would silence: those who watch whoever gives it.
WATCHERS = frozenset({Role.SECURITY_ADMIN, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class SeparateRoles:
    """The setting."""

    on: bool = False


def status_by_command(role: Role, rules: SeparateRoles, *, others_confirm: bool) -> AccountStatus:
    """Give the status of an account that a command makes, opens again or gives a password: it waits to be let in.

    ``others_confirm``: the district has another open security administrator. Only the first of them, or the last one
    who forgot his password, is let in by the command itself, which stands in the audit log.
    """
    if not rules.on or (role == Role.SECURITY_ADMIN and not others_confirm):
        return AccountStatus.APPROVED
    return AccountStatus.PENDING


def check_closing_by_command(role: Role, rules: SeparateRoles) -> None:
    """Let a command close an account. Raises ``Refused("security_admin_closes")`` for those who watch it."""
    if rules.on and role in WATCHERS:
        raise Refused("security_admin_closes")


def check_one_of_three(
    role: Role, name: str, others: Collection[tuple[str, str]], rules: SeparateRoles
) -> None:
    """Let somebody have one of the three roles. Raises ``Refused("holds_another_role")``.

    ``others`` are names and roles of the district's open accounts; a person is known by the name alone.
    """
    if not rules.on or role not in THREE:
        return
    for other_name, other_role in others:
        if other_name == name and other_role != role and other_role in THREE:
            raise Refused("holds_another_role")


def check_letting_in(
    actor_id: int, account_id: int, role: Role, *, let_in: bool, open_of_role: Collection[int]
) -> None:
    """Let the security administrator let an account in or lock it.

    Raises ``Refused``: ``own_account``, and ``last_of_role`` where nobody of one of the three roles would be left.
    """
    if actor_id == account_id:
        raise Refused("own_account")
    if not let_in and role in THREE and set(open_of_role) <= {account_id}:
        raise Refused("last_of_role")


def waits_after_switch(role: Role, *, let_in: bool) -> bool:
    """Tell whether an open account waits once the roles are separate again, where they were before.

    An account of the three that was made in between was let in by nobody. Who works at a desk goes on, and is listed.
    """
    return role in THREE and not let_in
