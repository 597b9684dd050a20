"""Phones that may be woken by a push: one row for each browser that agreed to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, bindparam, delete, select, update

from server.core.database.upsert import Upsert
from server.delivery.tables import PushSubscription, push_subscription
from server.people.tables import account

# A phone and a tablet or two; the oldest makes room.
MOST = 5


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that may be woken, and the role of whoever signed in on it."""

    id: int
    account_id: int
    role: str


_keep = Upsert(
    push_subscription,
    keys=("endpoint_hash",),
    take=("account_id", "endpoint", "p256dh", "auth", "device", "created_at", "failures"),
    give=push_subscription.c.id,
)


def hash_of(endpoint: str) -> str:
    """Hash an endpoint, to find it by."""
    return sha256(endpoint.encode()).hexdigest()


def keep(
    connection: Connection,
    *,
    account_id: int,
    endpoint: str,
    p256dh: str,
    auth: str,
    device: str | None,
    now: datetime,
) -> int:
    """Keep a browser's subscription and give its number; whoever signed in on it before loses it.

    An account keeps its five newest.
    """
    values = {
        "account_id": account_id,
        "endpoint_hash": hash_of(endpoint),
        "endpoint": endpoint,
        "p256dh": p256dh,
        "auth": auth,
        "device": device,
        "created_at": now,
        "failures": 0,
    }
    number: int = _keep.run(connection, values).scalar_one()
    own = select(push_subscription.c.id).where(push_subscription.c.account_id == account_id)
    newest_first = own.order_by(push_subscription.c.created_at.desc(), push_subscription.c.id.desc())
    surplus = list(connection.execute(newest_first).scalars())[MOST:]
    if surplus:
        connection.execute(delete(push_subscription).where(push_subscription.c.id.in_(surplus)))
    return number


def remove_own(connection: Connection, *, account_id: int, endpoint: str) -> bool:
    """Remove an account's subscription; tells whether there was one."""
    result = connection.execute(
        delete(push_subscription).where(
            push_subscription.c.endpoint_hash == hash_of(endpoint),
            push_subscription.c.account_id == account_id,
        )
    )
    return result.rowcount > 0


def remove(connection: Connection, subscription_id: int) -> None:
    """Remove a subscription that its push service does not know any more."""
    connection.execute(delete(push_subscription).where(push_subscription.c.id == subscription_id))


def by_id(connection: Connection, subscription_id: int) -> PushSubscription | None:
    """Read a subscription."""
    query = select(push_subscription).where(push_subscription.c.id == subscription_id)
    row = connection.execute(query).mappings().first()
    return PushSubscription(**row) if row else None


_of_accounts = (
    select(push_subscription.c.id, push_subscription.c.account_id, account.c.role)
    .join(account, push_subscription.c.account_id == account.c.id)
    .where(push_subscription.c.account_id.in_(bindparam("numbers", expanding=True)))
    .order_by(push_subscription.c.id)
)


def of_accounts(connection: Connection, account_ids: Iterable[int]) -> list[Browser]:
    """Read whose browsers may be woken."""
    rows = connection.execute(_of_accounts, {"numbers": list(account_ids)})
    return [Browser(*row) for row in rows]


def note_result(connection: Connection, subscription_id: int, *, worked: bool, now: datetime) -> None:
    """Note how the newest push to a browser went."""
    browser = update(push_subscription).where(push_subscription.c.id == subscription_id)
    failed = browser.values(failures=push_subscription.c.failures + 1)
    connection.execute(browser.values(last_ok_at=now, failures=0) if worked else failed)
