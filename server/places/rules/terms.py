"""What a term may be: two days in order, not longer than a year, beside its school's others, and not all over."""

from collections.abc import Iterable
from datetime import date, timedelta

from server.core.refused import Refused
from server.places.rules.days import Span

LONGEST = timedelta(days=365)


def check_term(term: Span, others: Iterable[Span], today: date) -> None:
    """Let a term stand beside others of the same district or school.

    Raises ``Refused``: ``bad_term`` (its days are in no order, or too far apart), ``terms_overlap`` (first, last: of
    the other one), ``date_is_past`` (date) for one that is over.
    """
    if not term.first < term.last <= term.first + LONGEST:
        raise Refused("bad_term")
    if term.last < today:
        raise Refused("date_is_past", date=term.last.isoformat())
    for other in others:
        if term.first <= other.last and other.first <= term.last:
            raise Refused("terms_overlap", first=other.first.isoformat(), last=other.last.isoformat())
