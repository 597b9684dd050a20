"""Which span of time a list may be of."""

from datetime import datetime, timedelta

from server.core.refused import Refused

LONGEST = timedelta(days=366)


def check_span(since: datetime | None, until: datetime | None, *, ranged: bool) -> None:
    """Let a span of time pass: both ends where the list has one, in their order, a year at most.

    Raises ``Refused("bad_span")`` (days: the most).
    """
    given = since is not None and until is not None
    wanted = given if ranged else since is None and until is None
    if not wanted or (since is not None and until is not None and not since < until <= since + LONGEST):
        raise Refused("bad_span", days=LONGEST.days)
