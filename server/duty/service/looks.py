"""Recording that somebody looked at a guard's telephone."""

from collections.abc import Mapping
from datetime import timedelta

from server.core import audit
from server.core.access.roles import Actor
from server.core.database import rate_limits
from server.core.database.transaction import Transaction

# Enough to ring up a district's gaps before a peak, far from enough to copy its register.
LOOKS = rate_limits.Limit(120, timedelta(hours=1))
# An answer that was lost on its way is asked for again within this; whoever asks later looks once more.
ONE_LOOK = timedelta(minutes=2)


def record(
    transaction: Transaction, actor: Actor, account_id: int, facts: Mapping[str, str], *, is_retry: bool
) -> None:
    """Record a look with its reason and whom it was about; a retry is no look of its own for ``ONE_LOOK``.

    Raises ``Refused("too_many")`` (retry_after_s).
    """
    connection, now = transaction.connection, transaction.now
    since = now - ONE_LOOK
    if is_retry and not audit.not_seen_since(
        connection, actor.account_id, "see_telephone", [account_id], since
    ):
        return
    rate_limits.take(connection, f"telephones:{actor.account_id}", LOOKS, now)
    audit.record(
        connection,
        now=now,
        actor_id=actor.account_id,
        act="see_telephone",
        subject_id=account_id,
        facts=dict(facts),
        seen=[account_id],
    )
