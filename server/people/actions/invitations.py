"""Links to a console account's password: an administrator makes one, its owner sets the password by it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import Connection

from server.core import audit
from server.core.access.roles import AccountStatus, Act, Actor, Role, require
from server.core.database import rate_limits
from server.core.database.rate_limits import Limit
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.moments import moment
from server.core.refused import Refused
from server.people.queries import account_uses, accounts, console_accounts, console_users, sessions
from server.people.queries.accounts import AccountAndPlaces
from server.people.rules import console_users as rules
from server.people.rules.separate import SeparateRoles
from server.people.rules.user_shapes import InvitationView, LinkToPassword
from server.people.service import passwords
from server.people.service.kept_users import kept_user
from server.people.tables.console_users import ConsoleUser
from server.places.queries import districts

# Unknown links from one network address. A right one is never counted.
WRONG_LINKS = Limit(30, timedelta(minutes=10))


def link(store: Store, *, actor: Actor, account_id: int, now: datetime) -> LinkToPassword:
    """Make the link by which an account's owner sets his password, for seven days; the one before is void.

    It is shown this once, and each call makes a new one: a retry is harmless. Whoever makes it could use it himself,
    so an account whose password was set by it waits as a new one does (``accept``).
    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``, ``own_account``, ``user_closed``.
    """
    require(actor, Act.MANAGE_USERS)
    token = token_urlsafe(32)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        found = kept_user(connection, actor, account_id)
        if found.account.status == AccountStatus.SUSPENDED:
            raise Refused("user_closed")
        until = now + rules.LINK_LASTS
        console_users.give_link(
            connection, account_id, by=actor.account_id, now=now, token=token, until=until
        )
        audit.record(
            connection, now=now, actor_id=actor.account_id, act="user.link_made", subject_id=account_id
        )
    return {"token": token, "expires_at": moment(until)}


def look(store: Store, *, token: str, address: str | None, now: datetime) -> InvitationView:
    """Tell whose account a link belongs to.

    Raises ``Refused``: ``unknown_link`` (used, void and expired ones, too), ``too_many``.
    """
    with store.read() as connection:
        user = console_users.by_link(connection, token)
        found = _account(connection, user, now)
        if user is not None and found is not None and user.link_used_at is None:
            assert user.link_until is not None
            return {
                "name": found.name,
                "username": found.username or "",
                "role": found.role,
                "place_name": found.school_name or found.station_name,
                "district_name": districts.the_district(connection, found.district_id).name,
                "expires_at": moment(user.link_until),
            }
    raise _unknown(store, address, now)


def accept(
    store: Store,
    *,
    token: str,
    password: str,
    address: str | None,
    limits: Limits,
    in_real_thread: Callable[..., Any],
    now: datetime,
) -> None:
    """Set the password of a link's account; all its sessions end. Asked again with the same password, it is done.

    Raises ``Refused``: ``unknown_link``, ``too_many``, ``password_too_short`` (shortest), ``password_too_common``.
    """
    with store.read() as connection:
        user = console_users.by_link(connection, token)
        found = _account(connection, user, now)
    if user is None or found is None:
        raise _unknown(store, address, now)
    if user.link_used_at is not None:
        if in_real_thread(passwords.fits, found.password_hash, password):
            return
        raise _unknown(store, address, now)
    password_hash = in_real_thread(passwords.checked_hash, password, found.username, found.name)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        user = console_users.by_link(connection, token, lock=True)
        found = _account(connection, user, now)
        if user is None or found is None or user.link_used_at is not None:
            raise Refused("unknown_link")
        separated = console_accounts.in_force(connection, limits[SeparateRoles])
        # Who never had a password confirms nobody, himself least: a second administrator would wait for ever.
        others = console_users.administrators(connection, found.district_id, lock=True, invited=False)
        given = rules.status_given(Role(found.role), user.given_by, others, separated)
        # Confirmed or not before: whoever made the link could have waited for that, and used it himself then.
        status = AccountStatus.PENDING if found.status == AccountStatus.PENDING else given
        accounts.change(connection, found.id, password_hash=password_hash, status=status.value)
        console_users.change(connection, found.id, link_used_at=now)
        account_uses.note(connection, found.id, now)
        sessions.end_all(transaction, found.id)
        audit.record(connection, now=now, actor_id=found.id, act="user.password_set", subject_id=found.id)


def _account(connection: Connection, user: ConsoleUser | None, now: datetime) -> AccountAndPlaces | None:
    """Give the account of a link that holds."""
    if user is None or user.link_until is None or user.link_until <= now:
        return None
    found = accounts.by_id(connection, user.account_id)
    return found if found is not None and found.status != AccountStatus.SUSPENDED else None


def _unknown(store: Store, address: str | None, now: datetime) -> Refused:
    try:
        with store.transaction(now) as transaction:
            rate_limits.take(transaction.connection, f"link:{address or 'here'}", WRONG_LINKS, now)
    except Refused as too_many:
        return too_many
    return Refused("unknown_link")
