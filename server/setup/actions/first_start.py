"""The first administrator of a server that has none, made by whoever has the link that its start printed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from server.core import audit
from server.core.access.roles import AccountStatus, Role
from server.core.database import locks, rate_limits
from server.core.database.rate_limits import Limit
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.moments import moment
from server.core.refused import Refused
from server.people.queries import accounts, console_accounts
from server.people.rules.console_users import checked_name, checked_username
from server.people.rules.separate import SeparateRoles
from server.people.service import passwords
from server.places.queries import districts
from server.setup.queries import first_start as queries
from server.setup.queries import imports as districts_made
from server.setup.rules import first_start as rules
from server.setup.rules.first_start import FirstAdministrator, FirstStartView
from server.setup.service import first_start as service

# Unknown links from one network address. A right one is never counted.
WRONG_LINKS = Limit(30, timedelta(minutes=10))
TIME_ZONE = "Asia/Shanghai"


def link(store: Store, *, limits: Limits, now: datetime) -> str | None:
    """Make the secret of a link to the first administrator; ``None`` where there is one, or a link would take none.

    Whoever starts a server comes here; nothing is written. Raises ``KeyFault`` where the keys cannot be read.
    """
    with store.read() as connection:
        if not _takes(connection, limits):
            return None
    return service.made(store.sealing.ring, now)


def look(store: Store, *, token: str, address: str | None, limits: Limits, now: datetime) -> FirstStartView:
    """Tell whoever has the link what is there already.

    Raises ``Refused``: ``unknown_setup_link`` for wrong and old ones, whatever this server has, ``too_many``
    (retry_after_s), and for a right one ``already_set_up``.
    """
    ends_at = _proved(store, token, address, now)
    with store.read() as connection:
        if not _takes(connection, limits):
            raise Refused("already_set_up")
        there = districts.all_districts(connection)
    return {"district_name": there[0].name if there else None, "ends_at": moment(ends_at)}


def begin(
    store: Store,
    *,
    token: str,
    wanted: FirstAdministrator,
    address: str | None,
    limits: Limits,
    in_real_thread: Callable[..., Any],
    now: datetime,
) -> int:
    """Make the first administrator, and the district where there is none; gives the number of his account.

    Of two at once one is made. Raises ``Refused``: as ``look``, and ``bad_username``, ``username_taken``,
    ``password_too_short`` (shortest), ``password_too_common``.
    """
    _proved(store, token, address, now)
    username, name = checked_username(wanted.username), checked_name(wanted.name)
    with store.read() as connection:
        if not _takes(connection, limits):
            raise Refused("already_set_up")
    about = (username, name, wanted.district_name)
    password_hash = in_real_thread(passwords.checked_hash, wanted.password, *about)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        locks.wait_in(connection, locks.Queue.FIRST_START, 0)
        if not _takes(connection, limits):
            raise Refused("already_set_up")
        there = districts.all_districts(connection)
        district_id = there[0].id if there else _new_district(connection, wanted.district_name)
        account_id = accounts.add(
            connection,
            username=username,
            password_hash=password_hash,
            name=name,
            role=Role.DISTRICT_ADMIN.value,
            status=AccountStatus.APPROVED.value,
            registered_at=now,
            district_id=district_id,
        )
        if account_id is None:
            raise Refused("username_taken")
        facts = {"district_id": district_id, "new_district": not there}
        audit.record(
            connection, now=now, actor_id=account_id, act="first_start", subject_id=account_id, facts=facts
        )
        transaction.publish("directory.changed", {}, ())
    return account_id


def _takes(connection: Connection, limits: Limits) -> bool:
    separate = console_accounts.in_force(connection, limits[SeparateRoles])
    return rules.takes_first(queries.found(connection), separate=separate.on)


def _new_district(connection: Connection, name: str) -> int:
    number = districts_made.add_district(connection, name=name, time_zone=TIME_ZONE)
    # Without peaks no post would ever ask for anybody.
    districts_made.add_default_peaks(connection, number)
    return number


def _proved(store: Store, token: str, address: str | None, now: datetime) -> datetime:
    """Give until when a link lasts. Raises ``Refused``: ``unknown_setup_link``, ``too_many`` (retry_after_s)."""
    found = service.ends_at(store.sealing.ring, token, now)
    if found is not None:
        return found
    with store.transaction(now) as transaction:
        rate_limits.take(transaction.connection, f"first_start:{address or 'here'}", WRONG_LINKS, now)
    raise Refused("unknown_setup_link")
