"""Whose telephone a console may see outside an alarm, and what for."""

from collections.abc import Set as AbstractSet
from enum import StrEnum

from server.core.access.roles import Act, Actor, Role, may
from server.core.refused import Refused


class Reason(StrEnum):
    """Why somebody's telephone is looked at; it stands in the audit log beside the look, and he is shown it."""

    ABSENT = "absent"
    AT_POST = "at_post"
    OUT_OF_REACH = "out_of_reach"
    IDENTITY = "identity"
    CALL_IN = "call_in"
    ASKED_AFTER = "asked_after"
    OTHER = "other"


def facts_of(reason: Reason, words: str | None) -> dict[str, str]:
    """Give what is written of a look: its reason, and of another one its words.

    Raises ``Refused("words_needed")`` where another reason has none. Words of a reason that has a name are dropped.
    """
    if reason != Reason.OTHER:
        return {"reason": reason.value}
    if words is None:
        raise Refused("words_needed")
    return {"reason": reason.value, "words": words}


def may_ring_up(
    actor: Actor,
    *,
    district_id: int,
    station_id: int | None,
    school_id: int | None,
    at_stations: AbstractSet[int],
) -> bool:
    """Tell whether an actor may see a guard's telephone to ring him up.

    The district's users may ring up all its guards, a station its own police and those who stand at its posts
    or are on their rosters (``at_stations``), a school its own people.
    """
    if not may(actor, Act.SEE_TELEPHONES) or actor.district_id != district_id:
        return False
    if actor.role == Role.STATION_OFFICER:
        return actor.station_id is not None and actor.station_id in at_stations | {station_id}
    if actor.role == Role.SCHOOL_ADMIN:
        return actor.school_id is not None and actor.school_id == school_id
    return True
