"""What happens to duties, for the areas above to react to in the same transaction."""

from dataclasses import dataclass
from datetime import date

from server.core.database.reactions import Question
from server.core.limits import Limits
from server.places.queries.districts import Place


@dataclass(frozen=True, slots=True)
class DutyBegun:
    """Somebody began a duty at a post: he came himself, or was checked in by another."""

    place: Place
    limits: Limits


@dataclass(frozen=True, slots=True)
class ClosedPeakChanged:
    """The duties of a post's peak that was closed already are other ones: an entry came late, or was confirmed."""

    post_id: int
    date: date
    peak: str


@dataclass(frozen=True, slots=True)
class AtAlarms(Question[frozenset[int]]):
    """Asks who takes part in an open alarm, and is not at his post therefore; answered with accounts."""
