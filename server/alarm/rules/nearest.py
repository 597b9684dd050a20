"""Who is nearest: the people on duty as arrays, so that 33,000 are searched in a few milliseconds.

A field may hold a part of those on duty: everybody within its reach, and all people of their posts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from math import inf, isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from server.alarm.rules.engagement import Bound
from server.alarm.rules.standing import Doubt
from server.core.access.roles import Category, Group, group_of
from server.core.geo import EARTH_RADIUS_M, Point

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]

GROUPS = tuple(Group)
_GROUP_INDEX: dict[str, int] = {category: GROUPS.index(group_of(category)) for category in Category}
UNAPPROVED = frozenset({Doubt.NOT_APPROVED, Doubt.CLAIMS_POLICE})
# How many of the nearest are put in order at first; the rest is sorted only when these did not suffice.
FIRST_LOOK = 64
# How many distances are measured in one pass over the field, where there are several points.
MEASURED_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person on duty, as dispatch sees him: ``bound`` to another open alarm, and the ``doubt`` about his standing."""

    account_id: int
    category: Category
    post_id: int
    post_point: Point
    fix_point: Point | None
    fix_at: datetime | None
    verified: bool
    bound: Bound = Bound.FREE
    doubt: Doubt | None = None

    @property
    def busy(self) -> bool:
        """Tell whether another open alarm has asked or needs him."""
        return self.bound > Bound.FREE

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
    """Everybody on duty in a district, or near an alarm, ordered by account: built once, asked many times.

    Beyond ``reach_m`` of the alarm somebody may be missing: who is farther off is chosen by a wider field.
    """

    def __init__(self, candidates: Iterable[Candidate], reach_m: float = inf) -> None:
        """Turn people into arrays of the same order."""
        self.reach_m = reach_m
        people = sorted(candidates, key=lambda one: one.account_id)
        self._fill(
            [one.account_id for one in people],
            [one.category for one in people],
            [one.post_id for one in people],
            [one.post_point.latitude for one in people],
            [one.post_point.longitude for one in people],
            [one.fix_point.latitude if one.fix_point else None for one in people],
            [one.fix_point.longitude if one.fix_point else None for one in people],
            [one.fix_at if one.fix_point else None for one in people],
            [one.verified for one in people],
        )
        self.doubts: Sequence[Doubt | None] = [one.doubt for one in people]
        self.bound: Whole = np.array([one.bound for one in people], dtype=np.int64)

    @classmethod
    def of_rows(
        cls,
        rows: Sequence[Sequence[Any]],
        bound: Mapping[int, Bound],
        doubts: Sequence[Doubt | None],
        reach_m: float = inf,
    ) -> "Field":
        """Make the field of rows ordered by account, without an object for each.

        A row is account, category, post, the post's latitude and longitude, the last fix's latitude,
        longitude and time (``None``: there is none), verified. ``doubts`` go with the rows, ``bound`` by account.
        """
        field = cls((), reach_m)
        if rows:
            field._fill(*zip(*rows, strict=True))
            field.doubts = doubts
            field.bind(bound)
        return field

    def bind(self, bound: Mapping[int, Bound]) -> None:
        """Bind some accounts to other alarms; whoever is not named is free."""
        self.bound = np.zeros(len(self), dtype=np.int64)
        for how in set(bound.values()):
            self.bound[self.having(number for number, one in bound.items() if one is how)] = how

    @property
    def doubts(self) -> Sequence[Doubt | None]:
        """Give for each person why he does not count."""
        return self._doubts

    @doubts.setter
    def doubts(self, doubts: Sequence[Doubt | None]) -> None:
        self._doubts = doubts
        self.counts: Mask = np.array([one is None for one in doubts], dtype=np.bool_)
        self.approved: Mask = np.array([one not in UNAPPROVED for one in doubts], dtype=np.bool_)

    def _fill(
        self,
        account_ids: Sequence[int],
        categories: Sequence[str],
        post_ids: Sequence[int],
        post_latitudes: Sequence[float],
        post_longitudes: Sequence[float],
        fix_latitudes: Sequence[float | None],
        fix_longitudes: Sequence[float | None],
        fix_times: Sequence[datetime | None],
        verified: Sequence[bool],
    ) -> None:
        self.account_ids: Whole = np.array(account_ids, dtype=np.int64)
        self.groups: Whole = np.array([_GROUP_INDEX[one] for one in categories], dtype=np.int64)
        self.post_ids: Whole = np.array(post_ids, dtype=np.int64)
        self.numbers_of_posts, self.post_index = np.unique(self.post_ids, return_inverse=True)
        # Staff and security hold a post; police and volunteers may leave it at any time.
        self.holds_post: Mask = self.of_group(Group.STAFF) | self.of_group(Group.SECURITY)
        self.verified: Mask = np.array(verified, dtype=np.bool_)
        self._categories, self._fix_times = categories, fix_times
        self._post_places: Floats = np.array([post_latitudes, post_longitudes], dtype=np.float64)
        self._fixes: Floats = np.array([fix_latitudes, fix_longitudes], dtype=np.float64)
        self._at_post = _unit_vectors(self._post_places)
        self._at_fix = _unit_vectors(np.where(np.isnan(self._fixes), self._post_places, self._fixes))
        seconds = [-np.inf if at is None else at.timestamp() for at in fix_times]
        self._fix_at: Floats = np.array(seconds, dtype=np.float64)

    def person(self, index: int) -> Candidate:
        """Give one person of the field by his place in it."""
        latitude, longitude = self._fixes[:, index].tolist()
        return Candidate(
            account_id=int(self.account_ids[index]),
            category=Category(self._categories[index]),
            post_id=int(self.post_ids[index]),
            post_point=Point(*self._post_places[:, index].tolist()),
            fix_point=None if isnan(latitude) else Point(latitude, longitude),
            fix_at=self._fix_times[index],
            verified=bool(self.verified[index]),
            bound=Bound(int(self.bound[index])),
            doubt=self._doubts[index],
        )

    @property
    def busy(self) -> Mask:
        """Mark whom another open alarm has asked or needs."""
        found: Mask = self.bound > Bound.FREE
        return found

    @property
    def whole(self) -> bool:
        """Tell whether everybody on duty is here."""
        return self.reach_m == inf

    def as_whole(self) -> "Field":
        """Give the same people as a field of unlimited reach: for groups of which nobody is missing."""
        found = copy(self)
        found.reach_m = inf
        return found

    def __len__(self) -> int:
        """Count the people on duty."""
        return len(self.account_ids)

    def distances_m(self, point: Point, now: datetime, fix_max_age_s: float) -> Floats:
        """Measure how far everybody is from a point: by a fix not older than allowed, else by the post."""
        if not len(self):
            return np.zeros(0)
        found: Floats = self._distances_m([point], now, fix_max_age_s)[0]
        return found

    def is_within_m(
        self, reach_m: float, points: Sequence[Point], now: datetime, fix_max_age_s: float
    ) -> Mask:
        """Mark who is so near to any of some points, measured as ``distances_m`` does."""
        found: Mask = np.zeros(len(self), dtype=np.bool_)
        at_once = max(1, MEASURED_AT_ONCE // max(1, len(self)))
        for start in range(0, len(points), at_once):
            away = self._distances_m(points[start : start + at_once], now, fix_max_age_s)
            found |= (away <= reach_m).any(axis=0)
        return found

    def _distances_m(self, points: Sequence[Point], now: datetime, fix_max_age_s: float) -> Floats:
        """Measure from each of some points, a row for each."""
        places = np.array([[one.latitude for one in points], [one.longitude for one in points]])
        to_points = _unit_vectors(places)[:, :, np.newaxis]
        fresh = now.timestamp() - self._fix_at <= fix_max_age_s
        closeness = _dot(np.where(fresh, self._at_fix, self._at_post), to_points)
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
        heads: Whole = np.bincount(self.post_index[among], minlength=len(self.numbers_of_posts)).astype(
            np.int64
        )
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


def _unit_vectors(places: Floats) -> Floats:
    """Turn latitudes and longitudes (two rows of degrees) into points of the unit sphere, one a column."""
    latitudes, longitudes = np.radians(places)
    across = np.cos(latitudes)
    return np.stack((across * np.cos(longitudes), across * np.sin(longitudes), np.sin(latitudes)))


def _dot(vectors: Floats, other: Floats) -> Floats:
    # Not BLAS: its last digit depends on the place in the array, and so would the order of equals.
    x, y, z = vectors
    product: Floats = x * other[0] + y * other[1] + z * other[2]
    return product
