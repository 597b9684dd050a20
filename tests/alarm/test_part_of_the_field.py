"""A choice among those near the alarm is the choice among all, or says that it is wanting."""

from collections.abc import Callable
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from server.alarm.rules.dispatch import (
    Choice,
    choose,
    complete_for_kind,
    more_responders,
    next_responder,
    within_room,
)
from server.alarm.rules.engagement import Pool, pool_of
from server.alarm.rules.nearest import Candidate, Field
from server.alarm.rules.needs import DispatchLimits
from server.alarm.rules.search import Call
from server.core.access.roles import Category, Group
from server.core.geo import Point, box_around, distance_m
from tests.alarm.strategies import NOW, POSTS, anywhere, fields_of_people, kinds

LIMITS = DispatchLimits()
Rule = Callable[[Field, Call, set[int]], Choice]

calls = st.builds(
    lambda post_id, kind: Call(POSTS[post_id], post_id, kind, NOW), st.sampled_from(sorted(POSTS)), kinds
)
places = st.sampled_from([(tier, group) for tier in (1, 2, 3) for group in Group])


def _one_more(tier: int, group: Group) -> Rule:
    return lambda people, call, asked: next_responder(
        people, call, tier=tier, group=group, asked=asked, limits=LIMITS
    )


def _wider(tier: int, heads: int) -> Rule:
    return lambda people, call, asked: more_responders(
        people, call, tier=tier, groups=set(Group), heads=heads, asked=asked, limits=LIMITS
    )


rules: st.SearchStrategy[Rule] = st.one_of(
    st.just(lambda people, call, asked: choose(people, call, asked=asked, limits=LIMITS)),
    st.just(
        lambda people, call, asked: complete_for_kind(people, call, asked=asked, standing={}, limits=LIMITS)
    ),
    places.map(lambda place: _one_more(*place)),
    st.builds(_wider, st.sampled_from([1, 2, 3]), st.integers(1, 3)),
)


def near(people: list[Candidate], call: Call, reach_m: float) -> Field:
    """Give everybody within a reach, by fix or post, and all others of their posts and of the alarm's."""
    posts = {call.post_id} | {
        one.post_id
        for one in people
        if any(distance_m(place, call.point) <= reach_m for place in (one.post_point, one.fix_point) if place)
    }
    return Field([one for one in people if one.post_id in posts], reach_m)


@given(
    people=fields_of_people,
    call=calls,
    reach_m=st.floats(100, 700),
    asked=st.sets(st.integers(1, 40), max_size=10),
    rule=rules,
)
def test_a_part_chooses_as_the_whole_or_says_that_it_needs_a_wider_search(
    people: list[Candidate], call: Call, reach_m: float, asked: set[int], rule: Rule
) -> None:
    part = rule(near(people, call, reach_m), call, asked)
    whole = rule(Field(people), call, asked)
    assert part.needs_wider_search or part == whole


@given(
    people=fields_of_people,
    call=calls,
    reach_m=st.floats(100, 700),
    asked=st.sets(st.integers(1, 40), max_size=10),
    rule=rules,
)
def test_a_part_that_has_all_of_the_groups_which_are_wanting_chooses_as_the_whole(
    people: list[Candidate], call: Call, reach_m: float, asked: set[int], rule: Rule
) -> None:
    part = near(people, call, reach_m)
    wanting = rule(part, call, asked).needs_wider_search
    read = {int(number) for number in part.numbers_of_posts}
    here = [one for one in people if one.post_id in read or one.group not in wanting]
    if wanting:
        part = near(here, call, reach_m)
        assert rule(part.as_whole(), call, asked) == rule(Field(here), call, asked)


def test_whoever_of_a_near_post_is_far_off_himself_waits_for_a_wider_field() -> None:
    """He was read with his post; somebody nearer, whose post is not near, was not."""
    call = Call(POSTS[1], 1, None, NOW)

    def officer(number: int, post_id: int, east_m: float) -> Candidate:
        place = Point(call.point.latitude, call.point.longitude + east_m / 94_500)
        return Candidate(number, Category.POLICE, post_id, POSTS[post_id], place, NOW, verified=True)

    people = [officer(1, 2, 200), officer(2, 2, 900), officer(3, 6, 700)]
    rule = _one_more(3, Group.POLICE)
    part = near(people, call, 300)
    assert len(part) == 2
    assert [one.account_id for one in rule(part, call, set()).responders] == [1]
    assert rule(part, call, {1}).needs_wider_search
    assert [one.account_id for one in rule(Field(people), call, {1}).responders] == [3]


@given(people=fields_of_people, call=calls, rule=rules)
def test_the_widest_field_is_the_whole(people: list[Candidate], call: Call, rule: Rule) -> None:
    assert near(people, call, inf).whole
    assert rule(near(people, call, inf), call, set()) == rule(Field(people), call, set())


@given(people=fields_of_people, call=calls, heads=st.integers(0, 10))
def test_a_choice_is_cut_to_the_nearest(people: list[Candidate], call: Call, heads: int) -> None:
    choice = choose(Field(people), call, limits=LIMITS)
    cut = within_room(choice, {Pool.COUNTING: heads, Pool.APPROVED: 1})
    for pool, room in ((Pool.COUNTING, heads), (Pool.APPROVED, 1), (Pool.PENDING, 0)):
        before, after = (
            [one for one in some.responders if pool_of(one.doubt) is pool] for some in (choice, cut)
        )
        assert len(after) == min(room, len(before))
        farthest = max((one.distance_m for one in after), default=0)
        assert all(one.distance_m >= farthest for one in before if one not in after)


@given(
    point=anywhere,
    reach_m=st.floats(1, 50_000),
    north=st.floats(-0.5, 0.5),
    east=st.floats(-0.5, 0.5),
)
def test_a_box_holds_every_place_within_its_reach(
    point: Point, reach_m: float, north: float, east: float
) -> None:
    place = Point(
        max(-90.0, min(90.0, point.latitude + north)), max(-180.0, min(180.0, point.longitude + east))
    )
    box = box_around(point, reach_m)
    if distance_m(place, point) <= reach_m:
        assert box.south <= place.latitude <= box.north
        assert box.west <= place.longitude <= box.east
