"""Whom a console could add to an alarm, and what speaks against each: who counts comes first, then the nearest."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from server.alarm.rules.nearest import Field, nearest
from server.alarm.rules.needs import DispatchLimits
from server.alarm.rules.search import Call, Responder, Search, Why
from server.alarm.rules.standing import Doubt
from server.core.access.roles import Category, Group


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
    doubt: Doubt | None = None


def added_by_console(
    people: Field, call: Call, *, account_id: int, limits: DispatchLimits
) -> tuple[Responder, Option] | None:
    """Describe somebody whom the console adds, and what speaks against it; ``None``: not on duty."""
    search = Search(people, call, (), limits)
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
    search = Search(people, call, asked, limits)
    listed = search.open & search.within
    # Whoever counts comes first: a crowd of others must not push him off the list.
    ranked = [
        *nearest(search.distances, listed & people.counts),
        *nearest(search.distances, listed & ~people.counts),
    ]
    return tuple(_option(search, index) for index in ranked[:most])


def _option(search: Search, index: int) -> Option:
    one = search.people.person(index)
    return Option(
        account_id=one.account_id,
        category=one.category,
        group=one.group,
        post_id=one.post_id,
        distance_m=round(float(search.distances[index]), 1),
        below_floor=not search.on_spot[index] and search.below_floor(index),
        busy=one.busy,
        doubt=one.doubt,
    )
