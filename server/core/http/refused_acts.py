"""Acts at an alarm that were refused: who tried what is written down, since the refusal itself undid everything."""

from datetime import datetime, timedelta

from server.core import audit
from server.core.access.roles import Actor
from server.core.database import rate_limits
from server.core.database.transaction import Store

# A page that asks again and again, or somebody who tries numbers out, does not fill the log.
RECORDED = rate_limits.Limit(60, timedelta(minutes=10))
# Looking at an alarm that has ended is everyday; trying one that is nobody's business is not.
OF_LOOKS = frozenset({"not_found"})
# Says nothing of who tried: the same call a moment later would do.
PASSING = frozenset({"busy", "too_many", "cannot_write_now", "pictures_busy", "files_away"})


def record(
    store: Store, *, actor: Actor, alarm_id: int, tried: str, looked: bool, code: str, now: datetime
) -> None:
    """Record that an actor was refused at an alarm; ``tried`` names the route. Nothing is recorded past the limit."""
    if code in PASSING or (looked and code not in OF_LOOKS):
        return
    with store.transaction(now) as transaction:
        if rate_limits.fits(transaction.connection, f"refused:{actor.account_id}", RECORDED, now):
            audit.record(
                transaction.connection,
                now=now,
                actor_id=actor.account_id,
                act="alarm_refused",
                facts={"alarm_id": alarm_id, "tried": tried, "code": code},
            )
