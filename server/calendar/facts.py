"""What happens to the calendar, for the areas above to react to in the same transaction."""

from dataclasses import dataclass

from server.core.limits import Limits
from server.places.queries.districts import Place


@dataclass(frozen=True, slots=True)
class ShiftsChanged:
    """A post's shifts are other ones now: a date became a school day or a day off."""

    place: Place
    limits: Limits


@dataclass(frozen=True, slots=True)
class PostGivenUp:
    """A post is about to be archived, or to go to another school: who is planned there is not to come any more.

    ``place`` is the post as it was until now, ``by`` whose act it is.
    """

    place: Place
    limits: Limits
    by: int


@dataclass(frozen=True, slots=True)
class PostTakenBack:
    """An archived post is about to be in use again; ``place`` is the post as it was until now."""

    place: Place
    limits: Limits
