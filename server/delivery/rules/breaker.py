"""A circuit breaker: who has failed several times in a row is left alone for a while, then tried once.

::

    closed ──► open ──► half-open ──► closed
                 ▲          │
                 └──────────┘

Closed: every call may go. After ``opens_after`` failures in a row it is open: no call goes until the rest is
over. Then it is half-open: one call goes, the others wait for another rest. Its success closes the breaker, its
failure opens it again; a call whose outcome never comes counts as a failure once the rest is over.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class BreakerLimits:
    """After how many failures in a row it opens, and for how long."""

    opens_after: int = 5
    rest: timedelta = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Breaker:
    """How many calls have failed since the last success, and until when no call goes (``None``: closed)."""

    failures: int = 0
    rests_until: datetime | None = None


def ask(one: Breaker, now: datetime, limits: BreakerLimits) -> tuple[Breaker, bool]:
    """Tell whether a call may go now; the one that may after a rest begins the next rest for the others.

    A rest that ends later than one rest from now was begun by a clock that has been set back since: it is over.
    """
    if one.rests_until is None:
        return one, True
    if now < one.rests_until <= now + limits.rest:
        return one, False
    return replace(one, rests_until=now + limits.rest), True


CLOSED = Breaker()
"""Where every breaker begins, and where a call that was answered for good puts it."""


def failed(one: Breaker, now: datetime, limits: BreakerLimits) -> Breaker:
    """Give the breaker after a call that failed and might do better another time."""
    failures = one.failures + 1
    return Breaker(failures, now + limits.rest if failures >= limits.opens_after else one.rests_until)
