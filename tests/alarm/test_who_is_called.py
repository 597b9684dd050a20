"""Nobody calls fewer than before, and no crowd of strangers changes whom an alarm calls."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.alarm.rules.alarm import AlarmKind
from server.alarm.rules.dispatch import Choice, choose, with_strangers
from server.alarm.rules.engagement import Bound
from server.alarm.rules.nearest import Candidate, Field
from server.alarm.rules.needs import DispatchLimits, ShortageReason
from server.alarm.rules.search import Call, Spot
from server.alarm.rules.standing import AlarmPerson, Doubt, Duty, doubt_about
from server.core.access.roles import AccountStatus, Category, Group, Role
from server.core.geo import Point, distance_m
from server.duty.rules.trust import Flag, is_verified
from tests.alarm.choice_before import told_before
from tests.alarm.strategies import NOW, POSTS, kinds

LIMITS = DispatchLimits(near_m=400)
ROOM = dict.fromkeys((1, 2, 3), LIMITS.most_called)


@dataclass(frozen=True)
class Guard:
    """Somebody on duty, as he registered and checked in."""

    account_id: int
    category: Category
    post_id: int
    fix: tuple[float, float, int] | None
    status: AccountStatus
    flags: frozenset[Flag]
    confirmed: bool
    bound: Bound

    def candidate(self) -> Candidate:
        """Give him as the choice sees him."""
        verified = self.confirmed or (self.status is AccountStatus.APPROVED and is_verified(self.flags))
        duty = Duty(verified, self.confirmed, self.flags)
        doubt = doubt_about(AlarmPerson(Role.GUARD, self.status, self.category, duty))
        return Candidate(
            account_id=self.account_id,
            category=self.category,
            post_id=self.post_id,
            post_point=POSTS[self.post_id],
            fix_point=Point(self.fix[0], self.fix[1]) if self.fix else None,
            fix_at=NOW - timedelta(seconds=self.fix[2]) if self.fix else None,
            verified=verified,
            bound=self.bound if doubt is None else Bound.FREE,
            doubt=doubt,
        )


def _guards(
    drawn: list[tuple[Category, int, object, AccountStatus, frozenset[Flag], bool, Bound]],
) -> list[Guard]:
    return [Guard(number, *one) for number, one in enumerate(drawn, start=1)]  # type: ignore[arg-type]


flags = st.frozensets(
    st.sampled_from([Flag.NO_FIX, Flag.POOR_FIX, Flag.LATE_SYNC, Flag.OUTSIDE_FENCE, Flag.SHARED_DEVICE]),
    max_size=2,
)
guards = st.lists(
    st.tuples(
        st.sampled_from(Category),
        st.sampled_from(sorted(POSTS)),
        st.none() | st.tuples(st.floats(31.86, 31.88), st.floats(117.28, 117.30), st.integers(0, 600)),
        st.sampled_from([AccountStatus.APPROVED, AccountStatus.APPROVED, AccountStatus.PENDING]),
        flags,
        st.booleans(),
        st.sampled_from([Bound.FREE] * 5 + [Bound.ASKED, Bound.COMING, Bound.ON_SPOT]),
    ),
    max_size=30,
).map(_guards)

Mood = Callable[[Guard], Guard]
MOODS: dict[str, Mood] = {
    "as it comes": lambda one: one,
    "nobody approved": lambda one: replace(one, status=AccountStatus.PENDING, confirmed=False),
    "all confirmed": lambda one: replace(one, status=AccountStatus.PENDING, confirmed=True),
    "all unverified": lambda one: replace(one, flags=frozenset({Flag.OUTSIDE_FENCE}), confirmed=False),
    "no police approved": lambda one: (
        replace(one, status=AccountStatus.PENDING) if one.category is Category.POLICE else one
    ),
    "one post only": lambda one: replace(one, post_id=2),
    "everybody late": lambda one: replace(one, flags=frozenset({Flag.LATE_SYNC}), confirmed=False),
    "free and verified": lambda one: replace(
        one, status=AccountStatus.APPROVED, flags=frozenset(), bound=Bound.FREE
    ),
}

calls = st.builds(
    lambda post_id, kind, other: Call(POSTS[post_id], post_id, kind, NOW, other),
    st.sampled_from(sorted(POSTS)),
    kinds,
    st.lists(st.sampled_from([Spot(place, number) for number, place in POSTS.items()]), max_size=2).map(
        tuple
    ),
)


def told(people: list[Guard], call: Call) -> Choice:
    """Choose as a server does: among those who are known, and strangers besides."""
    known = [one.candidate() for one in people]
    is_stranger = [one.doubt is Doubt.NOT_APPROVED for one in known]
    field = Field([one for one, stranger in zip(known, is_stranger, strict=True) if not stranger])
    strangers = Field([one for one, stranger in zip(known, is_stranger, strict=True) if stranger])
    choice = choose(field, call, limits=LIMITS)
    return with_strangers(choice, field, strangers, call, asked=(), room=ROOM, limits=LIMITS)


@pytest.mark.parametrize("mood", MOODS.values(), ids=MOODS)
@given(people=guards, call=calls)
def test_no_alarm_calls_fewer_than_before(mood: Mood, people: list[Guard], call: Call) -> None:
    """By tier and group; of strangers on the spot no more than their places.

    Where a post's floor keeps one of two, another one may be told of another group: the tier's number of those who are
    no strangers holds then. A stranger fills no need, and is told besides where one is left open alone.
    """
    people = [mood(one) for one in people]
    earlier = list(told_before(Field([one.candidate() for one in people]), call, LIMITS))
    before = Counter((tier, group) for _number, tier, group in earlier)
    choice = told(people, call)
    after = Counter((one.tier, one.group) for one in choice.responders)
    bounded = sum(one.doubt is Doubt.NOT_APPROVED and one.tier == 1 for one in choice.responders)
    known = {one.account_id for one in people if one.candidate().doubt is not Doubt.NOT_APPROVED}
    known_before = Counter(tier for number, tier, _group in earlier if number in known)
    known_after = Counter(one.tier for one in choice.responders if one.account_id in known)
    kept = {one.tier for one in choice.shortages if one.reason is ShortageReason.FLOOR}
    for place, number in before.items():
        if place[0] in kept:
            assert known_after[place[0]] >= known_before[place[0]]
        else:
            assert after[place] >= number or (place[0] == 1 and bounded >= LIMITS.most_called)


def test_of_two_groups_at_one_post_those_go_who_leave_most_told() -> None:
    """Of post 1 two may go. With both of staff gone, the guard had to stay, and nobody was told in his place."""
    at_post_1 = [
        Guard(1, Category.TEACHER, 1, None, AccountStatus.APPROVED, frozenset(), True, Bound.FREE),
        Guard(2, Category.TEACHER, 1, None, AccountStatus.APPROVED, frozenset(), False, Bound.FREE),
        Guard(
            3,
            Category.TEACHER,
            1,
            None,
            AccountStatus.APPROVED,
            frozenset({Flag.SHARED_DEVICE}),
            False,
            Bound.FREE,
        ),
        Guard(4, Category.SECURITY, 1, None, AccountStatus.APPROVED, frozenset(), False, Bound.FREE),
    ]
    choice = told(at_post_1, Call(POSTS[2], 2, AlarmKind.FIRE, NOW, ()))
    assert {one.account_id: one.doubt for one in choice.responders} == {
        1: None,
        3: Doubt.PLACE_DOUBTED,
        4: None,
    }


def _of_tier(numbers: Counter[tuple[int, Group]], tier: int) -> int:
    return sum(number for place, number in numbers.items() if place[0] == tier)


@given(people=guards, call=calls, crowd=guards)
def test_a_crowd_of_strangers_changes_nothing_for_anybody_else(
    people: list[Guard], call: Call, crowd: list[Guard]
) -> None:
    without = [one for one in people if one.candidate().doubt is not Doubt.NOT_APPROVED]
    strangers = [
        replace(one, account_id=one.account_id + 100, status=AccountStatus.PENDING, confirmed=False)
        for one in crowd
    ]
    choice = told([*without, *strangers], call)
    alone = told(without, call)
    kept = [one for one in choice.responders if one.account_id <= 100]
    assert kept == list(alone.responders)
    assert choice.shortages == alone.shortages
    for tier in (1, 2, 3):
        assert (
            sum(one.tier == tier and one.account_id > 100 for one in choice.responders) <= LIMITS.most_called
        )


@given(people=guards, call=calls)
def test_whoever_does_not_count_is_told_besides_and_fills_no_need(people: list[Guard], call: Call) -> None:
    """The shortage stays open, whoever else is told."""
    choice = told(people, call)
    candidates = {one.account_id: one.candidate() for one in people}
    short = {(one.tier, one.group): one for one in choice.shortages}
    for group, needed in _needs(call).items():
        of_group = [one for one in choice.responders if (one.tier, one.group) == group]
        counting = [one for one in of_group if one.doubt is None]
        assert len(counting) <= needed
        if group in short:
            assert short[group].found == sum(not one.busy for one in counting) < needed
        near = [one for one in counting if one.distance_m <= LIMITS.near_m]
        others = [one for one in of_group if one.doubt is not None]
        assert len(others) <= needed - len(near)
        assert {one.doubt for one in others} == {candidates[one.account_id].doubt for one in others}


@given(people=guards, call=calls)
def test_nobody_is_called_away_from_another_alarm_while_a_near_one_is_free(
    people: list[Guard], call: Call
) -> None:
    choice = told(people, call)
    asked = {one.account_id for one in choice.responders}
    everybody = [one.candidate() for one in people]
    spots = {spot.post_id for spot in call.elsewhere}
    for one in choice.responders:
        if one.tier == 1 or one.doubt is not None:
            continue
        person = next(other for other in everybody if other.account_id == one.account_id)
        nearer = [
            other
            for other in everybody
            if other.group == one.group
            and other.doubt is None
            and other.bound is Bound.FREE
            and other.account_id not in asked
            and other.post_id not in {call.post_id, *spots}
            and _away(other, call) <= LIMITS.near_m - 0.3
            and all(distance_m(other.place(NOW, 300), spot.point) > 51 for spot in call.elsewhere)
            and other.category in {Category.POLICE, Category.VOLUNTEER}
        ]
        if person.bound is not Bound.FREE or one.distance_m > LIMITS.near_m + 0.3:
            assert not nearer, "a near one was free"


def _needs(call: Call) -> dict[tuple[int, Group], int]:
    needs = LIMITS.needs[call.kind]
    return {(3 if group == Group.POLICE else 2, group): needs.of(group) for group in Group}


def _away(one: Candidate, call: Call) -> float:
    return distance_m(one.place(NOW, 300), call.point)


@pytest.mark.parametrize("bound", [Bound.ASKED, Bound.COMING, Bound.ON_SPOT, Bound.RAISER])
def test_of_those_who_do_not_count_whoever_is_free_comes_before_one_whom_another_alarm_needs(
    bound: Bound,
) -> None:
    """Where nobody counts the others are called, too: the nearer one stands at an alarm of full standing."""
    needed, free = (
        Candidate(
            account_id=number,
            category=Category.SECURITY,
            post_id=post_id,
            post_point=POSTS[post_id],
            fix_point=None,
            fix_at=None,
            verified=False,
            bound=how,
            doubt=Doubt.PLACE_DOUBTED,
        )
        for number, post_id, how in ((1, 2, bound), (2, 3, Bound.FREE))
    )
    call = Call(POSTS[1], 1, None, NOW)
    choice = choose(Field([needed, free]), call, limits=replace(LIMITS, floor_heads=0))
    assert [(one.account_id, one.tier) for one in choice.responders] == [(2, 2), (1, 2)]
