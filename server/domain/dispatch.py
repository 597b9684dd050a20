"""Choosing responders: who is told of an alarm, in three tiers, and what falls short and why.

Tier 1 is everybody checked in at the alarm's post or within 50 m, verified or not: they are warned, so
neither being busy nor the floor of a post matters. Tier 2 are the nearest of other posts, in the numbers that
the alarm's kind asks for; tier 3 the nearest police.

Two rules hold back tiers 2 and 3. The *floor*: nobody of staff or security is taken from a post that would be
left with fewer than one verified head of staff or security; several taken from one post count together. And
*doubles*: a person busy with an open alarm is taken only when no free one of the group is left.

The people given may be those near the alarm alone (``Field.reach_m``). A choice that is *wanting* then says
nothing: a wider field decides. One that is not is the same as among everybody on duty.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import numpy as np

from server.domain.alarm import AlarmKind
from server.domain.geo import Point, bearing_deg
from server.domain.nearest import Field, Floats, Mask, Whole, nearest
from server.domain.needs import DispatchLimits, Shortage, ShortageReason
from server.domain.roles import Category, Group


class Why(StrEnum):
    """Why somebody was chosen."""

    ON_POST = "on_post"
    WITHIN_50_M = "within_50_m"
    NEAREST = "nearest"
    NEAREST_POLICE = "nearest_police"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Call:
    """An alarm as the choice sees it: where it is, at which post, of what kind, and now."""

    point: Point
    post_id: int
    kind: AlarmKind | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Responder:
    """Somebody chosen. The bearing is the way to go, towards the alarm; ``None`` where he already is."""

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


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is told, tier by tier with the nearest first, and what falls short."""

    responders: tuple[Responder, ...] = ()
    shortages: tuple[Shortage, ...] = ()
    # Fewer free people were found within the field's reach than asked for.
    wanting: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """Somebody whom the console could add, and what speaks against it."""

    account_id: int
    category: Category
    group: Group
    post_id: int
    distance_m: float
    below_floor: bool
    busy: bool


class _Search:
    """One search of the field for one alarm; keeps count of whom it already took from where."""

    def __init__(self, people: Field, call: Call, asked: Collection[int], limits: DispatchLimits) -> None:
        self.people, self.call, self.limits = people, call, limits
        self.distances: Floats = people.distances_m(call.point, call.now, limits.fix_max_age_s)
        self.at_post: Mask = people.post_ids == call.post_id
        self.on_spot: Mask = self.at_post | (self.distances <= limits.on_spot_m)
        self.open: Mask = ~people.having(asked)
        self.within: Mask = self.distances <= people.reach_m
        stays = people.holds_post & people.verified & ~people.busy & ~self.on_spot
        self.heads: Whole = people.count_by_post(stays)

    def on_the_spot(self) -> Iterator[Responder]:
        """Give tier 1, the nearest first."""
        for index in nearest(self.distances, self.on_spot & self.open):
            yield self.responder(index, 1, Why.ON_POST if self.at_post[index] else Why.WITHIN_50_M)

    def pick(self, tier: int, group: Group, wanted: int) -> Choice:
        """Take the nearest of a group up to a number, free ones first, and say what falls short."""
        if wanted <= 0:
            return Choice()
        among = self.people.of_group(group) & ~self.on_spot & self.open & self.within
        taken: list[int] = []
        barred = False
        for index in nearest(self.distances, among & ~self.people.busy):
            if len(taken) == wanted:
                break
            if self.below_floor(index):
                barred = True
                continue
            if self.people.holds_post[index] and self.people.verified[index]:
                self.heads[self.people.post_index[index]] -= 1
            taken.append(index)
        found = len(taken)
        some_busy = bool((among & self.people.busy).any())
        if found < wanted and not barred:
            busy = nearest(self.distances, among & self.people.busy)
            taken.extend(index for index, _ in zip(busy, range(wanted - found), strict=False))
        why = Why.NEAREST_POLICE if tier == 3 else Why.NEAREST
        responders = tuple(self.responder(index, tier, why) for index in taken)
        if found == wanted:
            return Choice(responders)
        reason = ShortageReason.BUSY if some_busy else ShortageReason.NOBODY_ON_DUTY
        reason = ShortageReason.FLOOR if barred else reason
        return Choice(responders, (Shortage(tier, group, wanted, found, reason),), wanting=True)

    def below_floor(self, index: int) -> bool:
        """Tell whether the post of somebody would be left below its floor."""
        if not self.people.holds_post[index] or self.people.busy[index]:
            return False
        left = int(self.heads[self.people.post_index[index]]) - int(self.people.verified[index])
        return left < self.limits.floor_heads

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
        )


def choose(people: Field, call: Call, *, asked: Collection[int] = (), limits: DispatchLimits) -> Choice:
    """Choose whom a new alarm is told to.

    ``asked`` are never chosen: the raiser and the further reporters, who know already.
    """
    search = _Search(people, call, asked, limits)
    return _joined([Choice(tuple(search.on_the_spot())), *_by_needs(search, {})])


def complete_for_kind(
    people: Field,
    call: Call,
    *,
    asked: Collection[int],
    standing: Mapping[tuple[int, Group], int],
    limits: DispatchLimits,
) -> Choice:
    """Choose those who are still wanted once the kind is told.

    ``standing`` counts those asked before who still count (``response.STANDING``), ``asked`` are all
    asked before, with the raiser and the reporters. Nobody is let go because a kind asks for fewer.
    """
    return _joined(_by_needs(_Search(people, call, asked, limits), standing))


def next_responder(
    people: Field, call: Call, *, tier: int, group: Group, asked: Collection[int], limits: DispatchLimits
) -> Choice:
    """Choose one more of the same tier and group, for one who did not answer or declined.

    In tier 1 that is somebody who came to the spot since; there is no shortage to tell, all there were asked.
    """
    search = _Search(people, call, asked, limits)
    if tier > 1:
        return search.pick(tier, group, 1)
    return Choice(tuple(one for one in search.on_the_spot() if one.group == group)[:1])


def more_responders(
    people: Field,
    call: Call,
    *,
    tier: int,
    groups: Collection[Group],
    heads: int,
    asked: Collection[int],
    limits: DispatchLimits,
) -> Choice:
    """Choose so many more heads of each of some groups of a tier; in tier 1 all who came to the spot since.

    No shortage is told: these come on top of what the alarm's kind asks for.
    """
    search = _Search(people, call, asked, limits)
    if tier == 1:
        return Choice(tuple(one for one in search.on_the_spot() if one.group in groups))
    of_tier = [group for group in Group if group in groups and (group == Group.POLICE) == (tier == 3)]
    choice = _joined([search.pick(tier, group, heads) for group in of_tier])
    return Choice(choice.responders, wanting=choice.wanting)


def nearest_of(choice: Choice, heads: int) -> Choice:
    """Cut a choice to so many people, the nearest of them."""
    kept = sorted(choice.responders, key=lambda one: (one.distance_m, one.account_id))[: max(0, heads)]
    return replace(choice, responders=tuple(one for one in choice.responders if one in kept))


def added_by_console(
    people: Field, call: Call, *, account_id: int, limits: DispatchLimits
) -> tuple[Responder, Option] | None:
    """Describe somebody whom the console adds, and what speaks against it; ``None``: not on duty."""
    search = _Search(people, call, (), limits)
    found = np.flatnonzero(people.account_ids == account_id)
    if not found.size:
        return None
    index = int(found[0])
    beyond = 3 if people.person(index).group == Group.POLICE else 2
    tier = 1 if search.on_spot[index] else beyond
    return search.responder(index, tier, Why.ADDED), _option(search, index)


def options(
    people: Field, call: Call, *, asked: Collection[int], limits: DispatchLimits, most: int = 50
) -> tuple[Option, ...]:
    """List whom the console could add, the nearest first, with what speaks against each."""
    search = _Search(people, call, asked, limits)
    ranked = nearest(search.distances, search.open & search.within)
    return tuple(_option(search, index) for index, _ in zip(ranked, range(most), strict=False))


def _option(search: _Search, index: int) -> Option:
    one = search.people.person(index)
    return Option(
        account_id=one.account_id,
        category=one.category,
        group=one.group,
        post_id=one.post_id,
        distance_m=round(float(search.distances[index]), 1),
        below_floor=not search.on_spot[index] and search.below_floor(index),
        busy=one.busy,
    )


def _by_needs(search: _Search, standing: Mapping[tuple[int, Group], int]) -> list[Choice]:
    needs = search.limits.needs[search.call.kind]
    wanted = [(2, group) for group in Group if group != Group.POLICE] + [(3, Group.POLICE)]
    return [
        search.pick(tier, group, needs.of(group) - standing.get((tier, group), 0)) for tier, group in wanted
    ]


def _joined(choices: list[Choice]) -> Choice:
    return Choice(
        tuple(one for choice in choices for one in choice.responders),
        tuple(one for choice in choices for one in choice.shortages),
        wanting=any(choice.wanting for choice in choices),
    )
