"""Searching the field for one alarm: how far everybody is, who is on the spot, and who of a group goes first.

People who count are taken in this order, each time the nearest first: near and free; near and merely asked to
another alarm; free and farther off; bound otherwise; on the spot of another open alarm; the raiser of one. The
*floor* holds for whoever is free: nobody of staff or security is taken from a post that would be left with fewer
than one head of staff or security who counts; several taken from one post count together. Where a near one is
free and kept by the floor alone, nobody is called away from another alarm in his stead.

Where those who count near do not fill the need, the *others* are taken besides: approved ones first.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np

from server.alarm.rules.alarm import AlarmKind
from server.alarm.rules.engagement import Bound
from server.alarm.rules.nearest import Field, Floats, Mask, Whole, nearest
from server.alarm.rules.needs import DispatchLimits
from server.alarm.rules.standing import Doubt
from server.core.access.roles import Category, Group
from server.core.geo import Point, bearing_deg


class Why(StrEnum):
    """Why somebody was chosen."""

    ON_POST = "on_post"
    WITHIN_50_M = "within_50_m"
    NEAREST = "nearest"
    NEAREST_POLICE = "nearest_police"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an alarm is, and at which post."""

    point: Point
    post_id: int


@dataclass(frozen=True, slots=True)
class Call:
    """An alarm as the choice sees it: where it is, at which post, of what kind, and now.

    ``elsewhere`` are the spots of the other open alarms of full standing.
    """

    point: Point
    post_id: int
    kind: AlarmKind | None
    now: datetime
    elsewhere: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True)
class Responder:
    """Somebody chosen. The bearing is the way to go, towards the alarm; ``None`` where he already is.

    ``doubt`` is why he does not count: he is told in addition, and marked.
    """

    account_id: int
    tier: int
    category: Category
    group: Group
    why: Why
    distance_m: float
    bearing_deg: float | None
    from_post_id: int
    verified: bool
    busy: bool
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """Who of a group was taken: how many are near, near and free, and free; and what kept others back."""

    indices: tuple[int, ...]
    near: int
    near_free: int
    free: int
    barred: bool
    some_busy: bool


class Search:
    """One search of the field for one alarm; keeps count of whom it already took from where."""

    def __init__(
        self,
        people: Field,
        call: Call,
        asked: Collection[int],
        limits: DispatchLimits,
        *,
        heads: Mapping[int, int] | None = None,
    ) -> None:
        """Measure; ``heads`` of staff and security stand at posts besides those of the field."""
        self.people, self.call, self.limits = people, call, limits
        self.distances: Floats = people.distances_m(call.point, call.now, limits.fix_max_age_s)
        self.at_post: Mask = people.post_ids == call.post_id
        self.on_spot: Mask = self.at_post | (self.distances <= limits.on_spot_m)
        self.open: Mask = ~people.having(asked)
        self.within: Mask = self.distances <= people.reach_m
        self.near: Mask = self.distances <= limits.near_m
        self.rank: Whole = self._ranked()
        # Asked to another alarm, somebody has left his post; its raiser has not.
        self.at_home: Mask = (people.bound == Bound.FREE) | (people.bound == Bound.RAISER)
        stays = people.holds_post & self.at_home & ~self.on_spot
        self.heads: Whole = people.count_by_post(stays & people.verified)
        self.all_heads: Whole = people.count_by_post(stays)
        for index, post_id in enumerate(people.numbers_of_posts):
            self.all_heads[index] += (heads or {}).get(int(post_id), 0)
        self._at_first = self.heads.copy(), self.all_heads.copy()

    def start_over(self) -> None:
        """Put everybody who was taken back to his post."""
        self.heads, self.all_heads = (heads.copy() for heads in self._at_first)

    def _ranked(self) -> Whole:
        """Rank everybody by what other alarms make of him, whoever stands at one without being asked too."""
        people, limits = self.people, self.limits
        rank = people.bound.copy()
        spots = self.call.elsewhere
        if not spots:
            return rank
        there = np.isin(people.post_ids, [spot.post_id for spot in spots])
        points = [spot.point for spot in spots]
        there |= people.is_within_m(limits.on_spot_m, points, self.call.now, limits.fix_max_age_s)
        rank[there] = np.maximum(rank[there], Bound.ON_SPOT)
        return rank

    def on_the_spot(self) -> Iterator[Responder]:
        """Give tier 1, the nearest first."""
        for index in nearest(self.distances, self.on_spot & self.open):
            yield self.responder(index, 1, Why.ON_POST if self.at_post[index] else Why.WITHIN_50_M)

    def take(self, group: Group, wanted: int) -> Taken:
        """Take those of a group who count, up to a number, in the order in which they go."""
        among = self._others_than_asked(group) & self.people.counts
        taken: list[int] = []
        barred_near = self._take_free(among & self.near & (self.rank == Bound.FREE), wanted, taken)
        if not barred_near:
            self._take(among & self.near & (self.rank == Bound.ASKED), wanted, taken)
        barred = self._take_free(among & ~self.near & (self.rank == Bound.FREE), wanted, taken) or barred_near
        if not barred:
            for rank in (Bound.ASKED, Bound.COMING):
                self._take(among & (self.rank == rank), wanted, taken)
        for rank in (Bound.ON_SPOT, Bound.RAISER):
            may_go = among & (self.rank == rank) & (self.at_home | (not barred))
            barred = self._take_free(may_go, wanted, taken) or barred
        near = sum(bool(self.near[index]) for index in taken)
        near_free = sum(bool(self.near[index]) and int(self.rank[index]) == Bound.FREE for index in taken)
        free = sum(int(self.people.bound[index]) == Bound.FREE for index in taken)
        some_busy = bool((among & (self.people.bound > Bound.FREE)).any())
        return Taken(tuple(taken), near, near_free, free, barred, some_busy)

    def take_others(self, group: Group, wanted: int, first: Mask | None = None) -> list[int]:
        """Take those of a group who do not count: those ``first``, or approved ones, before the others."""
        among = self._others_than_asked(group) & ~self.people.counts
        ahead = self.people.approved if first is None else first
        taken: list[int] = []
        for mask in (among & ahead, among & ~ahead):
            for rank in (Bound.FREE, Bound.ASKED, Bound.COMING, Bound.ON_SPOT, Bound.RAISER):
                self._take_free(mask & (self.rank == rank), wanted, taken, all_heads=True)
        return taken

    def _others_than_asked(self, group: Group) -> Mask:
        return self.people.of_group(group) & ~self.on_spot & self.open & self.within

    def _take_free(self, among: Mask, wanted: int, taken: list[int], *, all_heads: bool = False) -> bool:
        """Take the nearest whose post keeps its floor; tell whether the floor kept anybody back."""
        barred = False
        if len(taken) >= wanted or not among.any():
            return False
        for index in nearest(self.distances, among):
            if len(taken) >= wanted:
                break
            if index in taken:
                continue
            if self.below_floor(index, all_heads=all_heads):
                barred = True
                continue
            self._leaves(index)
            taken.append(index)
        return barred

    def _take(self, among: Mask, wanted: int, taken: list[int]) -> None:
        for index in nearest(self.distances, among):
            if len(taken) >= wanted:
                break
            if index not in taken:
                taken.append(index)

    def _leaves(self, index: int) -> None:
        if self._holds(index):
            self.all_heads[self.people.post_index[index]] -= 1
            self.heads[self.people.post_index[index]] -= int(self.people.verified[index])

    def _holds(self, index: int) -> bool:
        return bool(self.people.holds_post[index] and self.at_home[index])

    def below_floor(self, index: int, *, all_heads: bool = False) -> bool:
        """Tell whether the post of somebody would be left below its floor.

        Whoever counts leaves verified heads behind; of the others (``all_heads``) anybody holds a post.
        """
        if not self._holds(index):
            return False
        at = self.people.post_index[index]
        if all_heads:
            return int(self.all_heads[at]) - 1 < self.limits.floor_heads
        return int(self.heads[at]) - int(self.people.verified[index]) < self.limits.floor_heads

    def responders(self, indices: Iterable[int], tier: int) -> tuple[Responder, ...]:
        """Describe those who were taken for a tier."""
        why = Why.NEAREST_POLICE if tier == 3 else Why.NEAREST
        return tuple(self.responder(index, tier, why) for index in indices)

    def responder(self, index: int, tier: int, why: Why) -> Responder:
        """Describe somebody who was chosen."""
        one = self.people.person(index)
        away_m = float(self.distances[index])
        place = one.place(self.call.now, self.limits.fix_max_age_s)
        return Responder(
            account_id=one.account_id,
            tier=tier,
            category=one.category,
            group=one.group,
            why=why,
            distance_m=round(away_m, 1),
            bearing_deg=round(bearing_deg(place, self.call.point), 1) % 360 if away_m >= 1 else None,
            from_post_id=one.post_id,
            verified=one.verified,
            busy=one.busy,
            doubt=one.doubt,
        )

    def heads_at_posts(self) -> dict[int, int]:
        """Give how many of staff and security are left at each post, whoever they are."""
        numbers = self.people.numbers_of_posts.tolist()
        return dict(zip(numbers, self.all_heads.tolist(), strict=True))
