"""Who must not stand alone: whoever never served, unless nobody has."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Newcomers:
    """``new`` must not stand without somebody who has served; ``all_new``: nobody has, so that they may."""

    new: frozenset[int]
    all_new: bool


def newcomers(people: Collection[int], served: Collection[int]) -> Newcomers:
    """Tell who of some people must not stand without those of them who have served."""
    new = frozenset(people).difference(served)
    all_new = bool(new) and len(new) == len(set(people))
    return Newcomers(frozenset() if all_new else new, all_new)
