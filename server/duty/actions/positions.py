"""Positions of people on duty: taken at once, written in batches, never outside duty."""

import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from server.core import audit
from server.core.access.roles import Act, Actor, columns_of_scope, group_of, require
from server.core.database.transaction import Store
from server.core.geo import Box
from server.core.limits import Limits
from server.core.moments import moment
from server.core.refused import Refused
from server.duty.queries import check_ins, positions
from server.duty.queries.positions import Seen
from server.duty.rules.shapes import PersonOnMap
from server.duty.rules.trust import Fix, TrustLimits, usable_fix
from server.duty.service import better_fixes
from server.duty.tables import Position
from server.people.queries import consents
from server.people.rules.consent_texts import POSITION_CONSENT

EVERY_S = 1.0
MOST_KEPT = 50_000
# Each phone that sends sends once in it at least.
PHONES_COUNTED_OVER_S = 120.0
# A phone's clock may run ahead a little; further ahead, its time says nothing about where it is now.
AHEAD = timedelta(minutes=2)


class PositionBuffer:
    """Positions on their way into the database: a second of them are one write.

    A crash loses a second of positions, which the next ones replace; nothing was promised about them.
    """

    def __init__(self, store: Store, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._store, self._monotonic = store, monotonic
        self._rows: list[Position] = []
        self._lock = threading.Lock()
        self._phones: set[int] = set()
        self._phones_before, self._counted_since = 0, monotonic()

    def put(self, rows: Iterable[Position]) -> None:
        """Take positions; beyond what memory may hold the oldest go first."""
        with self._lock:
            self._rows.extend(rows)
            del self._rows[:-MOST_KEPT]

    def phones(self, account_id: int) -> int:
        """Count somebody who sends positions, and tell how many do."""
        at = self._monotonic()
        with self._lock:
            if at - self._counted_since >= PHONES_COUNTED_OVER_S:
                self._phones_before, self._phones, self._counted_since = len(self._phones), set(), at
            self._phones.add(account_id)
            return max(self._phones_before, len(self._phones))

    def flush(self, now: datetime) -> int:
        """Write what was taken, and tell how many were kept; a failing database is tried again with the next ones."""
        with self._lock:
            rows, self._rows = self._rows, []
        if not rows:
            return 0
        try:
            with self._store.transaction(now) as transaction:
                connection = transaction.connection
                # Who withdrew consent since, or is asked anew, is left out: nothing of theirs may come after that.
                still = consents.agreed(connection, (row.account_id for row in rows), POSITION_CONSENT)
                kept = [row for row in rows if row.account_id in still]
                positions.keep(connection, kept)
        except SQLAlchemyError:
            self.put(rows)
            raise
        return len(kept)

    def run(self, now: Callable[[], datetime]) -> None:
        """Write once a second, for ever."""
        while True:
            time.sleep(EVERY_S)
            self.flush(now())


def take(
    store: Store, buffer: PositionBuffer, *, actor: Actor, fixes: list[Fix], limits: Limits, now: datetime
) -> int:
    """Take the places where a phone was, oldest first, and tell how many were kept.

    A good one soon after a check-in without a good one stands in for it.

    Raises ``Refused``: ``not_on_duty``, since nobody is followed outside duty, and ``no_position_consent``.
    Places from before the check-in are dropped, and so are those that a phone claims for the future, and
    0/0, which is how broken phones say that they know nothing.
    """
    require(actor, Act.SEND_POSITIONS)
    with store.read() as connection:
        duty = check_ins.open_of_account(connection, actor.account_id)
        if duty is None:
            raise Refused("not_on_duty")
        if not consents.agreed(connection, [actor.account_id], POSITION_CONSENT):
            raise Refused("no_position_consent")
    kept = [fix for fix in fixes if duty.at <= fix.at <= now + AHEAD and usable_fix(fix) is not None]
    if better_fixes.waits(duty, limits[TrustLimits], now):
        better_fixes.take(store, duty=duty, fixes=kept, limits=limits, now=now)
    buffer.put(
        Position.of_fix(fix, account_id=actor.account_id, check_in_id=duty.id, now=now) for fix in kept
    )
    return len(kept)


def watch(
    store: Store, *, actor: Actor, box: Box, cursor: int, limit: int, now: datetime
) -> tuple[list[Seen], int | None]:
    """List the people on duty within a part of the map that the actor may see, a page; the look is recorded.

    Gives them and, where there are more, the cursor of the next page. One audit row a viewer and minute: a console
    asks every two seconds. Raises ``Refused``: ``not_your_role``, ``suspended``.
    """
    require(actor, Act.SEE_POSITIONS)
    with store.read() as connection:
        found = positions.within(connection, box, after=cursor, limit=limit + 1, **columns_of_scope(actor))
        seen = audit.seen_since(connection, actor.account_id, "watch_positions", now - timedelta(minutes=1))
    people, more = found[:limit], len(found) > limit
    if people and not seen:
        with store.transaction(now) as transaction:
            audit.record(
                transaction.connection,
                now=now,
                actor_id=actor.account_id,
                act="watch_positions",
                facts={"box": [box.south, box.west, box.north, box.east], "people": len(people)},
            )
    return people, people[-1].account_id if more else None


def on_map(seen: Seen) -> PersonOnMap:
    """Write somebody on the map with all that is known of the place."""
    return {
        "account_id": seen.account_id,
        "post_id": seen.post_id,
        "group": group_of(seen.category).value,
        "latitude": seen.latitude,
        "longitude": seen.longitude,
        "accuracy_m": seen.accuracy_m,
        "at": moment(seen.at),
    }
