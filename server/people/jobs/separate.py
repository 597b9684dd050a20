"""That the three separate roles were switched on or off stands in the audit log, whoever changed the setting."""

from datetime import datetime

from server.core import audit
from server.core.access.roles import AccountStatus, Role
from server.core.database.transaction import Store, Transaction
from server.people.queries import console_accounts, sessions
from server.people.rules.separate import SeparateRoles, waits_after_switch

EVERY_S = 600.0


def note_switch(store: Store, rules: SeparateRoles, now: datetime) -> None:
    """Record the setting, where it is another than the one that was recorded last.

    Switched on again, those of the three roles wait whom nobody let in while it was off.
    """
    with store.transaction(now) as transaction:
        connection = transaction.connection
        if console_accounts.last_switch(connection) == rules.on:
            return
        first = not console_accounts.was_switched(connection)
        audit.record(connection, now=now, actor_id=None, act="separate_roles", facts={"on": rules.on})
        if rules.on:
            for district_id in console_accounts.districts(connection):
                _let_wait(transaction, district_id, first=first)


def _let_wait(transaction: Transaction, district_id: int, *, first: bool) -> None:
    connection, now = transaction.connection, transaction.now
    found = console_accounts.open_ones(connection, district_id, lock=True)
    security = [one for one in found if one.role == Role.SECURITY_ADMIN]
    watched = any(one.let_in_at is not None for one in security)
    if not watched:
        # Those who are to let the others in are let in by the switch; the first time the others go on, too.
        for one in security:
            console_accounts.set_status(connection, one.id, AccountStatus.APPROVED, by=None, now=now)
        if first:
            return
        found = [one for one in found if one not in security]
    for one in found:
        if waits_after_switch(Role(one.role), let_in=one.let_in_at is not None):
            console_accounts.set_status(connection, one.id, AccountStatus.PENDING, by=None, now=now)
            sessions.end_all(transaction, one.id)
            audit.record(connection, now=now, actor_id=None, act="user.locked", subject_id=one.id)
