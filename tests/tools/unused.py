"""Days that go by for accounts that nobody uses, as a server's clock sees them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, true, update

from server.core.audit import audit_row
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.delivery.tables import message
from server.people.jobs.unused import UnusedAccounts
from server.people.tables import account, account_use, session
from tests.tools.clock import WoundClock


def round_of(store: Store, limits: Limits, clock: WoundClock) -> None:
    """Look at all accounts, a piece after the other as the clock does."""
    unused, rows = UnusedAccounts(store, limits), RowRetry("unused")
    while unused.work(clock.now(), rows):
        continue


class Watched:
    """Lets the days go by as a server's clock sees them, one look a day."""

    def __init__(self, store: Store, clock: WoundClock, limits: Limits) -> None:
        self.store, self.clock, self.limits = store, clock, limits

    def look(self) -> None:
        round_of(self.store, self.limits, self.clock)

    def days(self, number: int) -> None:
        for _day in range(number):
            self.clock.wind(minutes=24 * 60)
            self.look()

    def use_of(self, account_id: int) -> Any:
        with self.store.read() as connection:
            return connection.execute(select(account_use).where(account_use.c.account_id == account_id)).one()

    def statuses(self) -> dict[int, str]:
        with self.store.read() as connection:
            rows = connection.execute(select(account.c.id, account.c.status))
            return {row.id: row.status for row in rows}

    def closed(self) -> set[int]:
        with self.store.read() as connection:
            query = select(account_use.c.account_id).where(account_use.c.closed_at.is_not(None))
            return set(connection.execute(query).scalars())

    def messages(self, account_id: int) -> list[str]:
        with self.store.read() as connection:
            query = select(message.c.body).where(
                message.c.purpose == "unused_notice", message.c.account_id == account_id
            )
            return list(connection.execute(query).scalars())

    def acts(self, act: str) -> int:
        with self.store.read() as connection:
            query = select(func.count()).where(audit_row.c.act == act)
            return int(connection.execute(query).scalar_one())


def away(watched: Watched, days: int, *, only: int | None = None) -> None:
    """Let all accounts, or one, have been used for the last time so long ago, on a server that ran all the time."""
    used = watched.clock.now() - timedelta(days=days)
    whose = account_use.c.account_id == only if only else true()
    with watched.store.transaction(watched.clock.now()) as transaction:
        transaction.connection.execute(update(account_use).where(whose).values(used_at=used))
        transaction.connection.execute(session.delete())
