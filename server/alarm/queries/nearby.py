"""Who is on duty near an alarm: no more of a district is read than a choice needs."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property
from itertools import accumulate
from math import inf

from sqlalchemy import Connection

from server.alarm.queries import responses
from server.alarm.queries.standing import duty_of
from server.alarm.rules.dispatch import Choice, with_strangers
from server.alarm.rules.engagement import Binding, Bound, Engaged, kept_away
from server.alarm.rules.nearest import Field
from server.alarm.rules.needs import DispatchLimits
from server.alarm.rules.search import Call
from server.alarm.rules.standing import AlarmPerson, Doubt, doubt_about
from server.core.access.roles import AccountStatus, Category, Group, Role
from server.core.geo import box_around, distance_m
from server.duty.queries import crowds
from server.duty.queries.crowds import HeadsOfPost, OnDuty

# The reach takes in the nearest posts with so many people on duty; where a choice needs a wider search, the next
# number is read, and at last the whole district. Heads, not metres: posts are close in the town and far apart around.
HEADS_READ = (60, 240, 960)
# Who belongs to the farthest of those posts stands around it.
AROUND_A_POST_M = 100.0
# No more pending accounts are looked at, however many somebody has made.
STRANGERS_READ = 500
# The columns that make a field.
_OF_FIELD = 9


class Nearby:
    """The people on duty around an alarm, read as far as choices have needed them."""

    def __init__(
        self,
        connection: Connection,
        call: Call,
        limits: DispatchLimits,
        *,
        district_id: int,
        drill: bool,
        raisers: Collection[int] = (),
        on_the_spot: bool = False,
    ) -> None:
        """Read the nearest; ``raisers`` are those of the other open alarms of full standing.

        Where only those ``on_the_spot`` are chosen, nobody farther off is read, whoever is on duty in the district.
        """
        # Whoever is on the spot is always among them.
        self._margin_m = max(AROUND_A_POST_M, limits.on_spot_m)
        self._connection, self._call, self._limits = connection, call, limits
        self._district_id, self._drill = district_id, drill
        self._raisers = [Binding(number, drill=False, how=Bound.RAISER) for number in raisers]
        self._on_the_spot = on_the_spot
        self._reaches = iter((self._margin_m, inf)) if on_the_spot else self._growing()
        self._strangers: dict[bool, list[OnDuty]] = {}
        self._rows: list[OnDuty] = []
        self._posts_read: set[int] = set()
        self._taken: set[int] = set()
        self.people = self._farther()

    def choose(self, rule: Callable[[Field], Choice]) -> Choice:
        """Let a rule choose as if everybody known on duty had been read."""
        choice = rule(self.people)
        while choice.needs_wider_search and not self.people.whole:
            if not self._are_elsewhere(choice.needs_wider_search):
                return rule(self.people.as_whole())
            self.people = self._farther()
            choice = rule(self.people)
        return choice

    def _are_elsewhere(self, groups: Collection[Group]) -> bool:
        """Tell whether anybody of some groups is on duty at a post that was not read."""
        return any(
            post.known.get(group)
            for post in self._heads
            if post.post_id not in self._posts_read
            for group in groups
        )

    def besides(self, choice: Choice, *, asked: Collection[int], room: Mapping[int, int]) -> Choice:
        """Add strangers where a choice has a use for them: those near first, then of the whole district."""
        for near in (True, False):
            if choice.wants:
                rows = self._strangers_read(near=near)
                first = [row.account_id for row in rows if row.first_confirmed_at is not None]
                choice = with_strangers(
                    choice,
                    self.people,
                    field_of(rows, {}),
                    self._call,
                    asked=asked,
                    room=room,
                    first=first,
                    limits=self._limits,
                )
        return choice

    def took(self, account_ids: Collection[int]) -> None:
        """Note whom the alarm has asked meanwhile."""
        self._taken.update(account_ids)
        self.people.bound[self.people.having(account_ids)] = Bound.ASKED

    def _strangers_read(self, *, near: bool) -> list[OnDuty]:
        if not self._on_the_spot and not any(post.strangers for post in self._heads):
            return []
        if near not in self._strangers:
            reach_m = max(self._margin_m, self._limits.near_m)
            rows = crowds.strangers(
                self._connection,
                self._district_id,
                post_id=self._call.post_id,
                box=box_around(self._call.point, reach_m) if near else None,
                most=STRANGERS_READ,
            )
            self._strangers[near] = [row for row in rows if row.account_id not in self._at_alarms]
        return self._strangers[near]

    def _growing(self) -> Iterator[float]:
        by_distance = sorted(
            (distance_m(post.place, self._call.point), sum(post.known.values())) for post in self._heads
        )
        so_far = list(accumulate(heads for _away_m, heads in by_distance))
        for heads in HEADS_READ:
            if heads < so_far[-1]:
                yield by_distance[bisect_left(so_far, heads)][0] + self._margin_m
        yield inf

    def _farther(self) -> Field:
        """Read those who are farther off than all who were read before, and give the field of them all."""
        reach_m = next(self._reaches)
        if reach_m == inf:
            new = crowds.known_elsewhere(self._connection, self._district_id, self._posts_read)
        else:
            new = crowds.known_around(
                self._connection,
                self._district_id,
                post_id=self._call.post_id,
                box=box_around(self._call.point, reach_m),
                besides=self._posts_read,
            )
        # Of a post all people are read, and one without anybody need not be known.
        self._posts_read.update(row.post_id for row in new)
        self._rows = sorted((*self._rows, *new), key=lambda row: row.account_id)
        field = _engaged_field(self._rows, self._engaged, reach_m=reach_m)
        field.bound[field.having(self._taken)] = Bound.ASKED
        return field

    @cached_property
    def _heads(self) -> list[HeadsOfPost]:
        """Count who is on duty at each post of the district."""
        return crowds.heads_of_posts(self._connection, self._district_id)

    @cached_property
    def _engaged(self) -> Engaged:
        """Read whom other alarms have taken hold of; who is asked meanwhile is left out as asked."""
        bindings = [*responses.engaged(self._connection), *self._raisers]
        return kept_away(bindings, drill=self._drill, at_alarms=self._at_alarms)

    @cached_property
    def _at_alarms(self) -> frozenset[int]:
        """Read who takes part in an alarm that is no drill: a drill asks none of them."""
        return responses.at_alarms(self._connection) if self._drill else frozenset()


def people_on_duty(
    connection: Connection, district_id: int, *, drill: bool, station_id: int | None = None
) -> Field:
    """Read who could be sent: everybody on duty in a district, or at a station's posts, who is not suspended."""
    at_alarms = responses.at_alarms(connection) if drill else ()
    engaged = kept_away(responses.engaged(connection), drill=drill, at_alarms=at_alarms)
    return _engaged_field(crowds.crowd(connection, district_id, station_id), engaged)


def _engaged_field(rows: list[OnDuty], engaged: Engaged, *, reach_m: float = inf) -> Field:
    here = [row for row in rows if row.account_id not in engaged.left_out] if engaged.left_out else rows
    return field_of(here, engaged.bound, reach_m)


def field_of(rows: list[OnDuty], bound: Mapping[int, Bound], reach_m: float = inf) -> Field:
    """Make a field of what was read of people on duty."""
    doubts = [_doubt(row) for row in rows]
    return Field.of_rows([row[:_OF_FIELD] for row in rows], bound, doubts, reach_m)


def _doubt(row: OnDuty) -> Doubt | None:
    if row.verified and row.status == AccountStatus.APPROVED:
        return None
    duty = duty_of(verified=row.verified, confirmed_at=row.confirmed_at, flags=row.flags or [])
    return doubt_about(AlarmPerson(Role.GUARD, AccountStatus(row.status), Category(row.category), duty))
