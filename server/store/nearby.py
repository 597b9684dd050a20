"""Who is on duty near an alarm: no more of a district is read than a choice needs."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate
from math import inf
from typing import Any

from sqlalchemy import Connection

from server.domain.dispatch import Call, Choice
from server.domain.engagement import kept_away
from server.domain.geo import box_around, distance_m
from server.domain.nearest import Field
from server.domain.needs import DispatchLimits
from server.store import positions, responses

Row = Mapping[str, Any]

# The reach takes in the nearest posts with so many people on duty; where a choice is wanting, the next number is
# read, and at last the whole district. Heads, not metres: they stand close in the town and far apart around it.
HEADS_READ = (60, 240, 960)
# Who belongs to the farthest of those posts stands around it.
AROUND_A_POST_M = 100.0


class Nearby:
    """The people on duty around an alarm, read as far as choices have needed them."""

    def __init__(self, connection: Connection, alarm: Row, call: Call, limits: DispatchLimits) -> None:
        """Read the nearest."""
        # Whoever is on the spot is always among them.
        self._margin_m = max(AROUND_A_POST_M, limits.on_spot_m)
        self._connection, self._alarm, self._call = connection, alarm, call
        self._reaches = self._growing()
        self.people = self._farther()

    def choose(self, rule: Callable[[Field], Choice]) -> Choice:
        """Let a rule choose as if everybody on duty had been read."""
        choice = rule(self.people)
        while choice.wanting and not self.people.whole:
            self.people = self._farther()
            choice = rule(self.people)
        return choice

    def _growing(self) -> Iterator[float]:
        posts = positions.heads_of_posts(self._connection, self._alarm["district_id"])
        by_distance = sorted((distance_m(place, self._call.point), heads) for place, heads in posts)
        so_far = list(accumulate(heads for _away_m, heads in by_distance))
        for heads in HEADS_READ:
            if heads < so_far[-1]:
                yield by_distance[bisect_left(so_far, heads)][0] + self._margin_m
        yield inf

    def _farther(self) -> Field:
        district_id, drill = self._alarm["district_id"], self._alarm["drill"]
        reach_m = next(self._reaches)
        if reach_m == inf:
            return people_on_duty(self._connection, district_id, drill=drill)
        box = box_around(self._call.point, reach_m)
        rows = positions.crowd_near(self._connection, district_id, post_id=self._call.post_id, box=box)
        return _field(self._connection, rows, drill=drill, reach_m=reach_m)


def people_on_duty(
    connection: Connection, district_id: int, *, drill: bool, station_id: int | None = None
) -> Field:
    """Read who could be sent: everybody on duty in a district, or at a station's posts, who is not suspended."""
    return _field(connection, positions.crowd(connection, district_id, station_id), drill=drill)


def _field(connection: Connection, rows: list[Any], *, drill: bool, reach_m: float = inf) -> Field:
    standing = kept_away(responses.engaged(connection), drill=drill)
    here = [row for row in rows if row[0] not in standing.left_out] if standing.left_out else rows
    return Field.of_rows(here, standing.busy, reach_m)
