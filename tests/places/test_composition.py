"""Heads by group."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.access.roles import Category, Group, group_of
from server.places.rules.composition import STANDARD, Composition
from tests.alarm.strategies import compositions


@given(required=compositions, present=compositions)
def test_what_is_filled_and_what_is_missing_make_the_whole(
    required: Composition, present: Composition
) -> None:
    missing, filled = required.missing(present), required.filled(present)
    for group in Group:
        assert missing.of(group) + filled.of(group) == required.of(group)
        assert filled.of(group) <= present.of(group)


@given(required=compositions, present=compositions, more=st.integers(1, 9))
def test_more_of_one_group_stands_in_for_no_other(
    required: Composition, present: Composition, more: int
) -> None:
    for group in Group:
        heads = present.as_dict() | {group.value: present.of(group) + more}
        missing = required.missing(Composition.from_dict(heads))
        assert all(missing.of(other) == required.missing(present).of(other) for other in set(Group) - {group})


@given(heads=compositions)
def test_writing_and_reading_is_the_same(heads: Composition) -> None:
    assert Composition.from_dict(heads.as_dict()) == heads
    assert sum(heads.as_dict().values()) == heads.total


@given(categories=st.lists(st.sampled_from(Category)))
def test_counting_loses_nobody(categories: list[Category]) -> None:
    assert Composition.count(group_of(category) for category in categories).total == len(categories)


def test_leaders_and_teachers_are_staff_and_the_standard_is_seven() -> None:
    assert group_of("duty_leader") == group_of("teacher") == Group.STAFF
    assert STANDARD.total == 7
    with pytest.raises(ValueError, match="janitor"):
        group_of("janitor")


@pytest.mark.parametrize("heads", [{"staff": -1}, {"staff": True}, {"staff": 1.5}, {"cook": 1}])
def test_heads_are_whole_numbers_of_known_groups(heads: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"group|whole"):
        Composition.from_dict(heads)
