"""A console account that an administrator keeps: found, given its rights, and as he sees it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from server.core.access.roles import AccountStatus, Actor, Role
from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.core.moments import moment, moment_or_none
from server.core.refused import Refused
from server.people.queries import accounts, console_accounts, console_users, sessions
from server.people.queries.console_users import KeptUser
from server.people.rules import console_users as rules
from server.people.rules.console_users import Scope
from server.people.rules.separate import SeparateRoles
from server.people.rules.user_shapes import ConsoleUserView
from server.places.queries import districts


def kept_user(connection: Connection, actor: Actor, account_id: int) -> KeptUser:
    """Read another's account of the district. Raises ``Refused``: ``not_found``, ``own_account``."""
    found = console_users.one_of(connection, account_id, actor.district_id)
    if found is None:
        raise Refused("not_found")
    rules.check_not_own(actor.account_id, account_id)
    return found


def in_force(connection: Connection, limits: Limits) -> SeparateRoles:
    """Give the setting of separate roles, as it is recorded too."""
    return console_accounts.in_force(connection, limits[SeparateRoles])


def scope_of(found: KeptUser) -> Scope:
    """Give the role of an account and where it holds."""
    return Scope(Role(found.account.role), found.account.school_id, found.account.station_id)


def today_of(transaction: Transaction, actor: Actor) -> date:
    """Give the local date of an actor's district."""
    zone = districts.the_district(transaction.connection, actor.district_id).time_zone
    return transaction.now.astimezone(ZoneInfo(zone)).date()


def check_places(connection: Connection, actor: Actor, scope: Scope) -> None:
    """Let an account be of a school or station of the actor's district that is open.

    Raises ``Refused``: ``not_found``, ``school_closed``, ``station_closed``.
    """
    for number, places, closed in (
        (scope.school_id, districts.schools, "school_closed"),
        (scope.station_id, districts.stations, "station_closed"),
    ):
        if number is None:
            continue
        archived = {one.id: one.archived_at for one in places(connection, actor.district_id)}
        if number not in archived:
            raise Refused("not_found")
        if archived[number] is not None:
            raise Refused(closed)


def status_given(
    transaction: Transaction, actor: Actor, role: Role, separated: SeparateRoles
) -> AccountStatus:
    """Give the status of an account whose rights the actor gives now."""
    others = console_users.administrators(transaction.connection, actor.district_id, lock=True)
    return rules.status_given(role, actor.account_id, others, separated)


def give_anew(
    transaction: Transaction, actor: Actor, found: KeptUser, role: Role, separated: SeparateRoles
) -> None:
    """Let an account wait as a new one does, and begin with a new session."""
    connection, number = transaction.connection, found.account.id
    if found.account.status != AccountStatus.SUSPENDED:
        status = status_given(transaction, actor, role, separated)
        accounts.change(connection, number, status=status.value, approved_by=None, approved_at=None)
    console_users.give(connection, number, by=actor.account_id, now=transaction.now)
    sessions.end_all(transaction, number)


def view(one: KeptUser, actor: Actor, separated: SeparateRoles, now: datetime) -> ConsoleUserView:
    """Write it for an actor: whether he may confirm it, and by which link a password is still to be set."""
    kept, user = one.account, one.user
    waits = kept.status == AccountStatus.PENDING
    link_until = user.link_until if user and user.link_hash and not user.link_used_at else None
    is_others = user is None or user.given_by != actor.account_id
    return {
        "id": kept.id,
        "name": kept.name,
        "username": kept.username or "",
        "role": kept.role,
        "school_id": kept.school_id,
        "school_name": kept.school_name,
        "station_id": kept.station_id,
        "station_name": kept.station_name,
        "status": kept.status,
        "unused_at": moment_or_none(kept.unused_at),
        "made_at": moment(kept.registered_at),
        "given_by": one.given_by_name,
        "ends_on": user.ends_on.isoformat() if user and user.ends_on else None,
        "has_password": kept.password_hash is not None,
        "second_step": one.second_step,
        "link_until": moment_or_none(link_until if link_until is not None and link_until > now else None),
        "may_confirm": waits
        and kept.password_hash is not None
        and not separated.on
        and is_others
        and kept.id != actor.account_id,
        "mine": kept.id == actor.account_id,
    }
