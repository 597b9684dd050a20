"""The choice as it was before anybody asked who counts: the measure that no later choice may fall below.

A copy of its time, for tests alone. It knows ``verified`` and ``busy``, and takes everybody for what he says.
"""

from collections.abc import Iterator

from server.alarm.rules.engagement import Bound
from server.alarm.rules.nearest import Field, Floats, Mask, Whole, nearest
from server.alarm.rules.needs import DispatchLimits
from server.alarm.rules.search import Call
from server.core.access.roles import Group

# Account, tier and group.
Told = tuple[int, int, Group]


class _Search:
    def __init__(self, people: Field, call: Call, limits: DispatchLimits) -> None:
        self.people, self.limits = people, limits
        self.busy: Mask = (people.bound > Bound.FREE) & (people.bound < Bound.RAISER)
        self.distances: Floats = people.distances_m(call.point, call.now, limits.fix_max_age_s)
        self.on_spot: Mask = (people.post_ids == call.post_id) | (self.distances <= limits.on_spot_m)
        stays = people.holds_post & people.verified & ~self.busy & ~self.on_spot
        self.heads: Whole = people.count_by_post(stays)

    def on_the_spot(self) -> list[int]:
        return list(nearest(self.distances, self.on_spot))

    def pick(self, group: Group, wanted: int) -> list[int]:
        among = self.people.of_group(group) & ~self.on_spot
        taken: list[int] = []
        barred = False
        for index in nearest(self.distances, among & ~self.busy):
            if len(taken) == wanted:
                break
            if self.below_floor(index):
                barred = True
                continue
            if self.people.holds_post[index] and self.people.verified[index]:
                self.heads[self.people.post_index[index]] -= 1
            taken.append(index)
        if len(taken) < wanted and not barred:
            busy = nearest(self.distances, among & self.busy)
            taken.extend(index for index, _ in zip(busy, range(wanted - len(taken)), strict=False))
        return taken

    def below_floor(self, index: int) -> bool:
        if not self.people.holds_post[index] or self.busy[index]:
            return False
        left = int(self.heads[self.people.post_index[index]]) - int(self.people.verified[index])
        return left < self.limits.floor_heads


def told_before(people: Field, call: Call, limits: DispatchLimits) -> list[Told]:
    """Give whom a new alarm was told to, everybody at once."""
    return list(_told(people, _Search(people, call, limits), call, limits))


def _told(people: Field, search: _Search, call: Call, limits: DispatchLimits) -> Iterator[Told]:
    for index in search.on_the_spot():
        one = people.person(index)
        yield one.account_id, 1, one.group
    needs = limits.needs[call.kind]
    for group in Group:
        for index in search.pick(group, needs.of(group)):
            yield people.person(index).account_id, 3 if group is Group.POLICE else 2, group
