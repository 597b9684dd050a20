"""The strictest of all rules wins, group by group, and is named; a post's own rule may ask for less than before."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.access.roles import Group
from server.core.refused import Refused
from server.places.rules.composition import STANDARD, Composition
from server.places.rules.staffing import PostStaffing, SecuritySteps, StaffingRule, check_rule

ON = date(2026, 11, 23)
POST, STEPS = 7, SecuritySteps()
heads = st.builds(Composition, *(st.integers(0, 9) for _group in Group))
rules = st.builds(
    StaffingRule,
    id=st.integers(1, 1000),
    heads=heads,
    starts_on=st.dates(ON - timedelta(days=9), ON + timedelta(days=9)),
    ends_on=st.none() | st.dates(ON - timedelta(days=9), ON + timedelta(days=9)),
    school_kind=st.sampled_from([None, "primary", "senior"]),
    peak=st.sampled_from([None, "morning_arrival", "afternoon_dismissal"]),
)


@given(own=heads, some=st.lists(rules, max_size=5, unique_by=lambda one: one.id))
def test_each_group_gets_the_most_that_any_rule_in_force_asks_for_and_names_it(
    own: Composition, some: list[StaffingRule]
) -> None:
    needs = PostStaffing(POST, own, school_kind="primary", rules=tuple(some)).required(
        "morning_arrival", ON, STEPS
    )
    holding = {
        rule.id: rule.heads
        for rule in some
        if rule.starts_on <= ON
        and (rule.ends_on is None or rule.ends_on > ON)
        and rule.school_kind != "senior"
        and rule.peak != "afternoon_dismissal"
    }
    for group in Group:
        asked = [own.of(group), *(one.of(group) for one in holding.values())]
        assert needs.heads.of(group) == max(asked)
        by = needs.by[group.value]
        assert (own if by is None else holding[by]).of(group) == needs.heads.of(group)


def test_without_rules_a_post_needs_what_it_asked_for_from_the_beginning() -> None:
    needs = PostStaffing(POST, STANDARD).required("morning_arrival", ON, STEPS)
    assert needs.heads == STANDARD
    assert set(needs.by.values()) == {None}


def test_a_rule_of_the_post_takes_the_place_of_what_it_asked_for_and_the_district_may_ask_for_more() -> None:
    less = StaffingRule(1, Composition(staff=1, security=1), ON, post_id=POST)
    more = StaffingRule(2, Composition(security=2), ON)
    staffing = PostStaffing(POST, STANDARD, rules=(less, more))
    needs = staffing.required("morning_arrival", ON, STEPS)
    assert needs.heads == Composition(staff=1, security=2)
    assert needs.by == {"staff": 1, "security": 2, "volunteer": 1, "police": 1}
    assert staffing.required("morning_arrival", ON - timedelta(days=1), STEPS).heads == STANDARD


@pytest.mark.parametrize(
    ("pupils", "guards"),
    [(0, 1), (99, 1), (100, 2), (999, 2), (1000, 3), (1499, 3), (1500, 4), (3000, 7)],
)
def test_security_by_pupils_goes_up_in_steps(pupils: int, guards: int) -> None:
    assert STEPS.heads(pupils) == guards


@given(pupils=st.integers(0, 20_000))
def test_more_pupils_never_ask_for_fewer_guards(pupils: int) -> None:
    assert STEPS.heads(pupils) <= STEPS.heads(pupils + 1)


@pytest.mark.parametrize(("posts", "share"), [(1, 7), (2, 4), (3, 3), (7, 1)])
def test_a_schools_guards_are_shared_among_its_posts(posts: int, share: int) -> None:
    rule = StaffingRule(3, Composition(), ON, by_pupils=True)
    staffing = PostStaffing(POST, Composition(), pupils=3000, posts_of_school=posts, rules=(rule,))
    assert staffing.required("morning_arrival", ON, STEPS).heads == Composition(security=share)


def test_a_rule_asks_for_somebody() -> None:
    check_rule(Composition(police=1), by_pupils=False)
    check_rule(Composition(), by_pupils=True)
    with pytest.raises(Refused) as refused:
        check_rule(Composition(), by_pupils=False)
    assert refused.value.code == "nobody_asked"
