"""Console accounts that a district keeps itself: what they are called, who confirms them, until when they last.

Who may give a right to the police's or the district's pages never gives it alone (两人确认): another administrator of
the district confirms it, or the security administrator where the three roles are separate. A school's own desk sees no
more than its school, and is given by one.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from server.core.access.roles import AccountStatus, Role
from server.core.refused import Refused
from server.core.typed_text import visible
from server.people.rules.separate import WATCHERS, SeparateRoles

LONGEST_NAME = 60
USERNAME = re.compile(r"[a-z0-9._-]{2,40}")
LINK_LASTS = timedelta(days=7)
# Those whose scope is a school or a station; all others see the whole district.
PLACE_OF = {Role.SCHOOL_ADMIN: "school_id", Role.STATION_OFFICER: "station_id"}


@dataclass(frozen=True, slots=True)
class Scope:
    """A role and where it holds."""

    role: Role
    school_id: int | None = None
    station_id: int | None = None

    def columns(self) -> dict[str, int | str | None]:
        """Give the columns of an account."""
        return {"role": self.role.value, "school_id": self.school_id, "station_id": self.station_id}


def checked_username(typed: str) -> str:
    """Give a user name in small letters. Raises ``Refused("bad_username")``."""
    username = typed.strip().lower()
    if not USERNAME.fullmatch(username):
        raise Refused("bad_username")
    return username


def checked_name(typed: str) -> str:
    """Give a name without what nobody sees. Raises ``Refused("bad_name")``."""
    name = visible(typed)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Refused("bad_name")
    return name


def check_scope(wanted: Scope, rules: SeparateRoles) -> None:
    """Let a role hold where it is said to. Raises ``Refused``: ``role_not_given`` (role), ``scope_missing``.

    A guard registers himself; a security administrator has nothing to do where the roles are one.
    """
    if wanted.role == Role.GUARD or (wanted.role == Role.SECURITY_ADMIN and not rules.on):
        raise Refused("role_not_given", role=wanted.role.value)
    given = {name for name in ("school_id", "station_id") if getattr(wanted, name) is not None}
    if given != ({PLACE_OF[wanted.role]} if wanted.role in PLACE_OF else set()):
        raise Refused("scope_missing")


def check_end(ends_on: date | None, today: date) -> None:
    """Let an account last until the end of a day. Raises ``Refused("end_is_past")``."""
    if ends_on is not None and ends_on < today:
        raise Refused("end_is_past")


def needs_two(role: Role, given_by: int, administrators: Collection[int], rules: SeparateRoles) -> bool:
    """Tell whether a right that somebody gives waits for somebody else.

    ``administrators`` are all of the district, closed and waiting ones too: whoever closes the other one, or lets him
    wait by a new link, does not become the only one thereby. Where there is only one, nobody else could confirm.
    """
    if rules.on:
        return True
    return role != Role.SCHOOL_ADMIN and any(one != given_by for one in administrators)


def status_given(
    role: Role, given_by: int, administrators: Collection[int], rules: SeparateRoles
) -> AccountStatus:
    """Give the status of an account whose rights, or the link to whose password, somebody has just given."""
    waits = needs_two(role, given_by, administrators, rules)
    return AccountStatus.PENDING if waits else AccountStatus.APPROVED


def check_confirming(actor_id: int, account_id: int, given_by: int | None, rules: SeparateRoles) -> None:
    """Let an administrator confirm what another one gave.

    Raises ``Refused``: ``own_account``, ``given_by_yourself``, and ``security_admin_confirms`` where the roles are
    separate.
    """
    if rules.on:
        raise Refused("security_admin_confirms")
    if actor_id == account_id:
        raise Refused("own_account")
    if actor_id == given_by:
        raise Refused("given_by_yourself")


def check_not_own(actor_id: int, account_id: int) -> None:
    """Let an administrator act on an account. Raises ``Refused("own_account")``."""
    if actor_id == account_id:
        raise Refused("own_account")


def check_closing(role: Role, rules: SeparateRoles) -> None:
    """Let an administrator close an account. Raises ``Refused("security_admin_closes")`` for those who watch him."""
    if rules.on and role in WATCHERS:
        raise Refused("security_admin_closes")


def check_moving(before: Scope, after: Scope) -> None:
    """Let an account get another role or scope. Raises ``Refused("role_stays")`` for an administrator's.

    Else one administrator would demote the other, and be the only one.
    """
    if before != after and before.role == Role.DISTRICT_ADMIN:
        raise Refused("role_stays")
