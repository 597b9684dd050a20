"""What has a district, a station and a school of its own, and whether it lies within an actor's scope."""

from typing import Protocol

from server.core.access.roles import Actor, sees_post


class InScope(Protocol):
    """What has a district, a station and a school of its own: an alarm, a post, a further place."""

    @property
    def district_id(self) -> int:
        """Give its district."""

    @property
    def station_id(self) -> int:
        """Give its station."""

    @property
    def school_id(self) -> int:
        """Give its school."""


def sees(actor: Actor, one: InScope) -> bool:
    """Tell whether what has a district, a station and a school of its own lies within an actor's scope."""
    return sees_post(actor, district_id=one.district_id, station_id=one.station_id, school_id=one.school_id)
