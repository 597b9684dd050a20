"""Who is nearest: the people on duty as arrays, so that 33,000 are searched in a few milliseconds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from server.domain.geo import EARTH_RADIUS_M, Point
from server.domain.roles import Category, Group, group_of

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]

GROUPS = tuple(Group)
_GROUP_INDEX = {category: GROUPS.index(group_of(category)) for category in Category}
# How many of the nearest are put in order at first; the rest is sorted only when these did not suffice.
FIRST_LOOK = 64


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person on duty, as dispatch sees him.

    ``busy``: asked and not yet out of it (notified, responding, on scene) at any open alarm.
    """

    account_id: int
    category: Category
    post_id: int
    post_point: Point
    fix_point: Point | None
    fix_at: datetime | None
    verified: bool
    busy: bool = False

    @property
    def group(self) -> Group:
        """Give the group of the person's category."""
        return group_of(self.category)

    def place(self, now: datetime, fix_max_age_s: float) -> Point:
        """Give where the person is taken to be: the fix if it is fresh, else the post."""
        if self.fix_point is None or self.fix_at is None:
            return self.post_point
        return self.fix_point if (now - self.fix_at).total_seconds() <= fix_max_age_s else self.post_point


class Field:
    """Everybody on duty in a district, ordered by account: built once, asked many times."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        """Turn people into arrays of the same order."""
        people = tuple(sorted(candidates, key=lambda one: one.account_id))
        self.people = people
        self.account_ids: Whole = np.array([one.account_id for one in people], dtype=np.int64)
        self.groups: Whole = np.array([_GROUP_INDEX[one.category] for one in people], dtype=np.int64)
        self.post_ids: Whole = np.array([one.post_id for one in people], dtype=np.int64)
        posts, self.post_index = np.unique(self.post_ids, return_inverse=True)
        self._posts = len(posts)
        # Staff and security hold a post; police and volunteers may leave it at any time.
        self.holds_post: Mask = self.of_group(Group.STAFF) | self.of_group(Group.SECURITY)
        self.verified: Mask = np.array([one.verified for one in people], dtype=np.bool_)
        self.busy: Mask = np.array([one.busy for one in people], dtype=np.bool_)
        self._at_post = _unit_vectors([one.post_point for one in people])
        self._at_fix = _unit_vectors([one.fix_point or one.post_point for one in people])
        fix_times = [one.fix_at.timestamp() if one.fix_point and one.fix_at else -np.inf for one in people]
        self._fix_at: Floats = np.array(fix_times, dtype=np.float64)

    def __len__(self) -> int:
        """Count the people on duty."""
        return len(self.people)

    def distances_m(self, point: Point, now: datetime, fix_max_age_s: float) -> Floats:
        """Measure how far everybody is from a point: by a fix not older than allowed, else by the post."""
        if not self.people:
            return np.zeros(0)
        to_point = _unit_vectors([point])[0]
        fresh = now.timestamp() - self._fix_at <= fix_max_age_s
        closeness = np.where(fresh, self._at_fix @ to_point, self._at_post @ to_point)
        # The dot product of unit vectors is one pass over the field. It loses its digits towards 1, which
        # is 0.1 m at the same place and nothing from a few metres on: far below any phone's accuracy.
        chord = np.sqrt(np.maximum(0.0, 2.0 - 2.0 * closeness))
        arc: Floats = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, chord / 2))
        return arc

    def of_group(self, group: Group) -> Mask:
        """Mark the people of a group."""
        found: Mask = self.groups == GROUPS.index(group)
        return found

    def count_by_post(self, among: Mask) -> Whole:
        """Count the people marked at each post, by ``post_index``."""
        heads: Whole = np.bincount(self.post_index[among], minlength=self._posts).astype(np.int64)
        return heads

    def having(self, account_ids: Iterable[int]) -> Mask:
        """Mark the people with one of these numbers."""
        return np.isin(self.account_ids, np.fromiter(account_ids, dtype=np.int64))


def nearest(distances: Floats, among: Mask) -> Iterator[int]:
    """Give the places in the field of those marked, the nearest first, equals by account number."""
    indices = np.flatnonzero(among)
    if indices.size > FIRST_LOOK:
        reach = np.partition(distances[indices], FIRST_LOOK)[FIRST_LOOK]
        close = distances[indices] <= reach
        yield from _ordered(distances, indices[close])
        indices = indices[~close]
    yield from _ordered(distances, indices)


def _ordered(distances: Floats, indices: NDArray[np.intp]) -> Iterator[int]:
    yield from (int(index) for index in indices[np.argsort(distances[indices], kind="stable")])


def _unit_vectors(points: list[Point]) -> Floats:
    latitudes = np.radians(np.array([point.latitude for point in points], dtype=np.float64))
    longitudes = np.radians(np.array([point.longitude for point in points], dtype=np.float64))
    across = np.cos(latitudes)
    return np.stack((across * np.cos(longitudes), across * np.sin(longitudes), np.sin(latitudes)), axis=1)
