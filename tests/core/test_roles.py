"""Permissions and scopes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.access.roles import (
    MAY,
    MAY_SEPARATE,
    AccountStatus,
    Act,
    Actor,
    Category,
    Role,
    may,
    may_approve,
    require,
    sees_post,
)
from server.core.access.rooms import room_of
from server.core.event_names import rooms_for_post
from server.core.refused import Refused
from server.duty.rules.confirming import may_assist, may_confirm, may_confirm_of, require_confirm
from tests.alarm.strategies import actors

posts = st.fixed_dictionaries(
    {"district_id": st.integers(1, 2), "station_id": st.integers(1, 3), "school_id": st.integers(1, 3)}
)
WITH_POSTS = {Role.SCHOOL_ADMIN, Role.STATION_OFFICER, Role.DISPATCHER, Role.DISTRICT_ADMIN}


def test_every_act_stands_in_the_matrix() -> None:
    assert set(MAY) == set(MAY_SEPARATE) == set(Act)
    assert all(MAY_SEPARATE.values())
    # What only the security administrator does, nobody does without one.
    assert {act for act, roles in MAY.items() if not roles} == {Act.SEE_SIGN_INS, Act.LET_IN}


@given(actor=actors(), act=st.sampled_from(Act))
def test_require_refuses_exactly_what_may_denies(actor: Actor, act: Act) -> None:
    if may(actor, act):
        require(actor, act)
    else:
        with pytest.raises(Refused) as refused:
            require(actor, act)
        assert refused.value.code in {"suspended", "not_your_role"}


@given(actor=actors(), act=st.sampled_from(Act))
def test_everybody_may_raise_an_alarm_and_the_suspended_nothing_else(actor: Actor, act: Act) -> None:
    assert may(actor, Act.RAISE_ALARM)
    if actor.status == AccountStatus.SUSPENDED and act != Act.RAISE_ALARM:
        assert not may(actor, act)


@given(actor=actors(), post=posts)
def test_the_room_of_a_console_hears_exactly_the_posts_in_its_scope(
    actor: Actor, post: dict[str, int]
) -> None:
    hears = room_of(actor) in rooms_for_post(**post)
    if (
        actor.role in WITH_POSTS
        and actor.status != AccountStatus.SUSPENDED
        and actor.district_id == 1 == post["district_id"]
    ):
        assert hears == sees_post(actor, **post)
    if actor.role not in WITH_POSTS or actor.status == AccountStatus.SUSPENDED:
        assert not hears


@given(actor=actors(), post=posts)
def test_no_scope_reaches_over_the_district_or_to_a_guard(actor: Actor, post: dict[str, int]) -> None:
    if actor.district_id != post["district_id"] or actor.role not in WITH_POSTS:
        assert not sees_post(actor, **post)


@given(actor=actors(), post=posts, account_id=st.integers(1, 20), there=st.booleans(), claim=st.booleans())
def test_nobody_confirms_himself_and_a_police_claim_is_for_its_station(
    actor: Actor, post: dict[str, int], account_id: int, there: bool, claim: bool
) -> None:
    try:
        require_confirm(
            actor, account_id=account_id, police_claim=claim, on_verified_duty_there=there, **post
        )
    except Refused:
        return
    assert account_id != actor.account_id
    assert may_confirm(actor, on_verified_duty_there=there, **post)
    assert may_confirm_of(actor, account_id=account_id, police_claim=claim)
    assert actor.role == Role.STATION_OFFICER or not claim


@given(actor=actors(role=st.just(Role.GUARD)), post=posts, there=st.booleans())
def test_of_guards_only_an_approved_duty_leader_on_verified_duty_there_confirms(
    actor: Actor, post: dict[str, int], there: bool
) -> None:
    expected = there and actor.category == Category.DUTY_LEADER and actor.status == AccountStatus.APPROVED
    assert may_confirm(actor, on_verified_duty_there=there, **post) == expected


@given(actor=actors(), post=posts, category=st.sampled_from(Category))
def test_police_are_approved_by_their_station_alone(
    actor: Actor, post: dict[str, int], category: Category
) -> None:
    if may_approve(actor, category=category, **post):
        assert actor.role in {Role.STATION_OFFICER, Role.SCHOOL_ADMIN}
        assert sees_post(actor, **post)
        if category == Category.POLICE:
            assert actor.role == Role.STATION_OFFICER


@given(actor=actors())
def test_nobody_assists_without_approval_and_verified_duty(actor: Actor) -> None:
    assert not may_assist(actor, on_verified_duty=False)
    if may_assist(actor, on_verified_duty=True):
        assert actor.status == AccountStatus.APPROVED
        assert actor.category in {Category.DUTY_LEADER, Category.SECURITY}


def test_only_a_dispatcher_crosses_the_floor_and_no_school_resolves() -> None:
    assert MAY[Act.CROSS_FLOOR] == {Role.DISPATCHER}
    assert Role.SCHOOL_ADMIN not in MAY[Act.RESOLVE]
    assert Role.GUARD not in MAY[Act.RESOLVE]


@given(post=posts, account_ids=st.lists(st.none() | st.integers(1, 9)))
def test_each_room_is_named_once(post: dict[str, int], account_ids: list[int | None]) -> None:
    rooms = rooms_for_post(**post, account_ids=account_ids)
    assert len(rooms) == len(set(rooms)) == 3 + len(set(account_ids) - {None})
