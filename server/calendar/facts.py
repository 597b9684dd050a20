"""What happens to the calendar, for the areas above to react to in the same transaction."""

from dataclasses import dataclass

from server.core.limits import Limits
from server.places.queries.districts import Place


@dataclass(frozen=True, slots=True)
class ShiftsChanged:
    """A post's shifts are other ones now: a date became a school day or a day off."""

    place: Place
    limits: Limits
