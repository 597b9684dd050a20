"""Choosing responders."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.alarm.rules.added_by_console import added_by_console, options
from server.alarm.rules.alarm import AlarmKind
from server.alarm.rules.dispatch import Choice, HeldPlaces, choose, complete_for_kind, next_responder
from server.alarm.rules.engagement import Bound
from server.alarm.rules.nearest import Candidate, Field
from server.alarm.rules.needs import DEFAULT_NEEDS, DispatchLimits, ShortageReason
from server.alarm.rules.search import Call, Why
from server.core.access.roles import Category, Group
from server.core.geo import distance_m
from tests.alarm.strategies import NOW, POSTS, fields_of_people, kinds

LIMITS = DispatchLimits()
HOLDS_POST = {Group.STAFF, Group.SECURITY}
calls = st.builds(
    lambda post_id, kind: Call(POSTS[post_id], post_id, kind, NOW), st.sampled_from(sorted(POSTS)), kinds
)


def is_on_spot(one: Candidate, call: Call) -> bool:
    return one.post_id == call.post_id or away(one, call) <= 50


def away(one: Candidate, call: Call) -> float:
    return distance_m(one.place(NOW, 300), call.point)


def wanted(call: Call) -> dict[tuple[int, Group], int]:
    needs = DEFAULT_NEEDS[call.kind]
    return {(3 if group == Group.POLICE else 2, group): needs.of(group) for group in Group}


def chosen_by(choice: Choice, people: list[Candidate], tier: int | None = None) -> list[Candidate]:
    known = {one.account_id: one for one in people}
    return [known[one.account_id] for one in choice.responders if tier in {None, one.tier}]


@given(people=fields_of_people, call=calls, asked=st.sets(st.integers(1, 40)))
def test_everybody_on_the_spot_is_warned_verified_busy_or_not(
    people: list[Candidate], call: Call, asked: set[int]
) -> None:
    choice = choose(Field(people), call, asked=asked, limits=LIMITS)
    first = chosen_by(choice, people, tier=1)
    expected = {one.account_id for one in people if is_on_spot(one, call)} - asked
    assert {one.account_id for one in first} == expected
    for one in choice.responders:
        if one.tier == 1:
            assert (one.why == Why.ON_POST) == (one.from_post_id == call.post_id)


@given(people=fields_of_people, call=calls, asked=st.sets(st.integers(1, 40)))
def test_nobody_is_told_twice_or_again(people: list[Candidate], call: Call, asked: set[int]) -> None:
    choice = choose(Field(people), call, asked=asked, limits=LIMITS)
    numbers = [one.account_id for one in choice.responders]
    assert len(numbers) == len(set(numbers))
    assert not asked & set(numbers)


@given(people=fields_of_people, call=calls)
def test_what_a_kind_asks_for_is_found_or_said_to_be_short(people: list[Candidate], call: Call) -> None:
    choice = choose(Field(people), call, limits=LIMITS)
    short = {(one.tier, one.group): one for one in choice.shortages}
    free = Counter((one.tier, one.group) for one in choice.responders if not one.busy and one.doubt is None)
    told = Counter((one.tier, one.group) for one in choice.responders if one.doubt is None)
    for place, number in wanted(call).items():
        assert told[place] <= number
        if place in short:
            assert short[place].wanted == number > short[place].found == free[place]
        else:
            assert free[place] == number


@given(people=fields_of_people, call=calls)
def test_no_post_that_gave_somebody_falls_below_its_floor(people: list[Candidate], call: Call) -> None:
    choice = choose(Field(people), call, limits=LIMITS)
    gone = {one.account_id for one in choice.responders}
    for one in chosen_by(choice, people, tier=2):
        if one.group in HOLDS_POST and not one.busy:
            left = [
                other
                for other in people
                if other.post_id == one.post_id
                and other.group in HOLDS_POST
                and (other.doubt is None or one.doubt is not None)
                and other.bound in {Bound.FREE, Bound.RAISER}
                and other.account_id not in gone
            ]
            assert left, "a post was left without staff and security"


@given(people=fields_of_people, call=calls)
def test_a_bound_one_is_asked_only_when_no_near_free_one_is_left(people: list[Candidate], call: Call) -> None:
    choice = choose(Field(people), call, limits=LIMITS)
    told = {one.account_id for one in choice.responders}
    for one in chosen_by(choice, people, tier=2) + chosen_by(choice, people, tier=3):
        if one.busy and one.doubt is None and one.bound is not Bound.RAISER:
            idle = [
                other
                for other in people
                if other.group == one.group
                and other.doubt is None
                and not other.busy
                and other.account_id not in told
                and away(other, call) < LIMITS.near_m - 0.3
            ]
            assert not idle


@given(people=fields_of_people, call=calls)
def test_nobody_free_to_go_is_passed_over_for_one_farther_off(people: list[Candidate], call: Call) -> None:
    choice = choose(Field(people), call, limits=LIMITS)
    told = {one.account_id for one in choice.responders}
    for one in chosen_by(choice, people, tier=2) + chosen_by(choice, people, tier=3):
        nearer = [
            other
            for other in people
            if other.group == one.group
            and one.doubt is other.doubt is None
            and not other.busy
            and other.account_id not in told
            and away(other, call) < away(one, call) - 0.3
        ]
        # Only the floor lets somebody stay, and only staff and security are under it.
        assert all(other.group in HOLDS_POST for other in nearer)


@given(people=fields_of_people, call=calls)
def test_a_shortage_says_why(people: list[Candidate], call: Call) -> None:
    choice = choose(Field(people), call, limits=LIMITS)
    told = {one.account_id for one in choice.responders}
    for shortage in choice.shortages:
        others = [
            one
            for one in people
            if one.group == shortage.group and one.doubt is None and not is_on_spot(one, call)
        ]
        idle = [one for one in others if not one.busy and one.account_id not in told]
        if shortage.reason == ShortageReason.FLOOR:
            # Whoever raised another alarm still holds the post where he stands.
            assert idle or any(one.bound is Bound.RAISER for one in others)
            assert shortage.group in HOLDS_POST
        else:
            # A near one whom another alarm has merely asked goes before a free one who is farther off.
            assert all(away(one, call) > LIMITS.near_m - 0.3 for one in idle)
            instead = [one for one in choice.responders if one.busy and one.group == shortage.group]
            assert not idle or any(one.distance_m <= LIMITS.near_m + 0.3 for one in instead)
            assert any(one.busy for one in others) == (shortage.reason == ShortageReason.BUSY)
        assert shortage.as_dict()["reason"] == shortage.reason.value


@given(people=fields_of_people, call=calls, kind=st.sampled_from(AlarmKind))
def test_telling_the_kind_completes_the_choice_and_lets_nobody_go(
    people: list[Candidate], call: Call, kind: AlarmKind
) -> None:
    unknown, told = replace(call, kind=None), replace(call, kind=kind)
    first = choose(Field(people), unknown, limits=LIMITS)
    asked = {one.account_id for one in first.responders}
    standing = Counter((one.tier, one.group) for one in first.responders if one.doubt is None)
    besides = Counter((one.tier, one.group) for one in first.responders if one.doubt is not None)
    before = {
        place: HeldPlaces(standing[place], _near(first, place), besides[place]) for place in wanted(told)
    }
    now_busy = [
        replace(one, bound=Bound.ASKED) if one.account_id in asked and not one.busy else one for one in people
    ]
    more = complete_for_kind(Field(now_busy), told, asked=asked, standing=before, limits=LIMITS)
    assert not asked & {one.account_id for one in more.responders}
    assert all(one.tier in {2, 3} for one in more.responders)
    total = standing + Counter((one.tier, one.group) for one in more.responders if one.doubt is None)
    short = {(one.tier, one.group) for one in more.shortages}
    for place, number in wanted(told).items():
        assert place in short or total[place] >= number
        assert total[place] <= max(number, standing[place])


def _near(choice: Choice, place: tuple[int, Group]) -> int:
    counting = [one for one in choice.responders if (one.tier, one.group) == place and one.doubt is None]
    return sum(one.distance_m <= LIMITS.near_m for one in counting)


@given(
    people=fields_of_people,
    call=calls,
    place=st.sampled_from([(2, Group.STAFF), (2, Group.SECURITY), (2, Group.VOLUNTEER), (3, Group.POLICE)]),
    asked=st.sets(st.integers(1, 40)),
)
def test_one_more_is_of_the_same_tier_and_group_or_is_said_to_be_short(
    people: list[Candidate], call: Call, place: tuple[int, Group], asked: set[int]
) -> None:
    choice = next_responder(Field(people), call, tier=place[0], group=place[1], asked=asked, limits=LIMITS)
    assert all((one.tier, one.group) == place and one.account_id not in asked for one in choice.responders)
    counting = [one for one in choice.responders if one.doubt is None]
    assert len([one for one in counting if not one.busy]) + len(choice.shortages) == 1
    assert len(choice.responders) - len(counting) <= 1


@given(people=fields_of_people, call=calls, asked=st.sets(st.integers(1, 40)))
def test_the_console_may_add_anybody_and_sees_what_speaks_against_it(
    people: list[Candidate], call: Call, asked: set[int]
) -> None:
    field = Field(people)
    listed = options(field, call, asked=asked, limits=LIMITS)
    assert {one.account_id for one in listed} == {one.account_id for one in people} - asked
    assert [(one.doubt is not None, one.distance_m) for one in listed] == sorted(
        (one.doubt is not None, one.distance_m) for one in listed
    )
    for option in listed:
        added = added_by_console(field, call, account_id=option.account_id, limits=LIMITS)
        assert added is not None
        responder, same = added
        assert same == option
        assert responder.why == Why.ADDED
        expected = 3 if option.group == Group.POLICE else 2
        known = next(one for one in people if one.account_id == option.account_id)
        assert responder.tier == (1 if is_on_spot(known, call) else expected)
    assert added_by_console(field, call, account_id=99, limits=LIMITS) is None


def guard(account_id: int, category: str, post_id: int, **more: object) -> Candidate:
    one = Candidate(account_id, Category(category), post_id, POSTS[post_id], None, None, verified=True)
    return replace(one, **more)


CALL = Call(POSTS[1], 1, None, NOW)


def test_two_of_one_post_count_together_against_its_floor() -> None:
    people = [
        guard(1, "teacher", 2),
        guard(2, "security", 2),
        guard(3, "security", 3),
        guard(4, "teacher", 3),
    ]
    choice = choose(Field(people), CALL, limits=LIMITS)
    assert Counter(one.from_post_id for one in choice.responders) == {2: 1, 3: 1}
    assert {one.reason for one in choice.shortages if one.group != Group.POLICE} == {ShortageReason.FLOOR}


def test_the_last_police_officer_of_a_post_goes() -> None:
    choice = choose(Field([guard(1, "police", 2)]), CALL, limits=LIMITS)
    assert [(one.account_id, one.tier, one.why) for one in choice.responders] == [(1, 3, Why.NEAREST_POLICE)]


def test_a_fix_older_than_five_minutes_gives_way_to_the_post() -> None:
    near = guard(1, "police", 6, fix_point=POSTS[1])
    for age_s, tier in ((300, 1), (301, 3)):
        one = replace(near, fix_at=NOW - timedelta(seconds=age_s))
        choice = choose(Field([one]), CALL, limits=LIMITS)
        assert choice.responders[0].tier == tier
    assert choice.responders[0].distance_m == pytest.approx(distance_m(POSTS[6], POSTS[1]), abs=0.2)


def test_the_bearing_is_the_way_to_go_and_there_is_none_at_the_place_itself() -> None:
    choice = choose(Field([guard(1, "police", 1), guard(2, "police", 2)]), CALL, limits=LIMITS)
    here, there = choice.responders
    assert here.bearing_deg is None
    assert there.bearing_deg is not None
    assert 180 < there.bearing_deg < 270  # post 2 lies to the north-east of post 1


def test_who_came_to_the_spot_since_is_asked_in_tier_one() -> None:
    people = Field([guard(1, "teacher", 1), guard(2, "teacher", 1), guard(3, "security", 1)])
    choice = next_responder(people, CALL, tier=1, group=Group.STAFF, asked={1}, limits=LIMITS)
    assert [one.account_id for one in choice.responders] == [2]
    assert (
        next_responder(people, CALL, tier=1, group=Group.STAFF, asked={1, 2}, limits=LIMITS).responders == ()
    )


def test_violence_and_fire_call_no_volunteers() -> None:
    for kind in (None, AlarmKind.INTRUDER, AlarmKind.FIGHT, AlarmKind.FIRE, AlarmKind.SUSPICIOUS):
        assert DEFAULT_NEEDS[kind].volunteer == 0
    assert set(DEFAULT_NEEDS) == {None, *AlarmKind}
    assert all(needs.police >= 1 for needs in DEFAULT_NEEDS.values())
