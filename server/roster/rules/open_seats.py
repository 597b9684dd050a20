"""Why a proposal leaves a seat open, or what it says of one that it fills, by stable codes."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from server.roster.rules.conflicts import Conflict


class WhyOpen(StrEnum):
    """What holds for most of the people of a seat's group.

    ``no_people``: there are none; ``not_ready``: suspended, not approved or without consent; ``away``; ``elsewhere``:
    at another place at that time; ``week_full``: as many duties as a week may have; ``emptied``: a person left the seat
    open on purpose; ``only_new``: whoever is free has never served, and nobody who has stands there then.

    ``all_new`` is said of a seat that is filled: nobody of the school's people has served before.
    """

    NO_PEOPLE = "no_people"
    NOT_READY = "not_ready"
    AWAY = "away"
    ELSEWHERE = "elsewhere"
    WEEK_FULL = "week_full"
    EMPTIED = "emptied"
    ONLY_NEW = "only_new"
    ALL_NEW = "all_new"


_OF_CONFLICT = {
    Conflict.PERSON_SUSPENDED: WhyOpen.NOT_READY,
    Conflict.PERSON_PENDING: WhyOpen.NOT_READY,
    Conflict.NO_CONSENT: WhyOpen.NOT_READY,
    Conflict.AWAY: WhyOpen.AWAY,
    Conflict.TWO_PLACES: WhyOpen.ELSEWHERE,
    Conflict.TOO_MANY: WhyOpen.WEEK_FULL,
}


def of_conflict(conflict: Conflict) -> WhyOpen | None:
    """Give what a conflict says of an open seat; ``None`` for whoever is not of its people at all."""
    return _OF_CONFLICT.get(conflict)


def most_of(whys: Iterable[WhyOpen]) -> WhyOpen:
    """Give what holds for most people; without any: nobody is there."""
    counted = Counter(whys)
    if not counted:
        return WhyOpen.NO_PEOPLE
    return max(counted, key=lambda why: (counted[why], why.value))
