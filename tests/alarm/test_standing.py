"""Who counts in an alarm."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.alarm.rules.standing import (
    AlarmPerson,
    Doubt,
    Duty,
    counts,
    doubt_about,
    gives_full_standing,
    of_flags,
)
from server.core.access.roles import CONSOLE, AccountStatus, Category, Role
from server.duty.rules.trust import Flag, is_verified

APPROVED, PENDING, SUSPENDED = AccountStatus.APPROVED, AccountStatus.PENDING, AccountStatus.SUSPENDED
TAKES_NOTHING = {Flag.NO_FIX, Flag.POOR_FIX, Flag.LATE_SYNC, Flag.NOT_ROSTERED, Flag.STALE_CODE}
SPEAKS_AGAINST = {Flag.OUTSIDE_FENCE, Flag.IMPOSSIBLE_SPEED, Flag.SHARED_DEVICE}

flags = st.frozensets(st.sampled_from(Flag))
duties = st.builds(
    lambda found, confirmed: Duty(confirmed or is_verified(found), confirmed, found), flags, st.booleans()
)
people = st.builds(
    AlarmPerson,
    role=st.sampled_from(Role),
    status=st.sampled_from(AccountStatus),
    category=st.none() | st.sampled_from(Category),
    duty=st.none() | duties,
    vouched=st.booleans(),
)
guards = st.builds(
    AlarmPerson,
    role=st.just(Role.GUARD),
    status=st.sampled_from(AccountStatus),
    category=st.sampled_from(Category),
    duty=st.none() | duties,
)


@given(one=people)
def test_a_suspended_account_counts_for_nothing(one: AlarmPerson) -> None:
    gone = replace(one, status=SUSPENDED)
    assert doubt_about(gone) is Doubt.SUSPENDED
    assert not gives_full_standing(gone)


@given(one=people)
def test_consoles_and_whom_a_console_lets_count_always_do(one: AlarmPerson) -> None:
    there = replace(one, status=PENDING if one.status is SUSPENDED else one.status)
    assert counts(replace(there, vouched=True))
    for role in CONSOLE:
        assert counts(replace(there, role=role, vouched=False))


@given(one=guards)
def test_a_pending_account_counts_once_its_presence_was_confirmed_and_never_as_police(
    one: AlarmPerson,
) -> None:
    pending = replace(one, status=PENDING)
    confirmed = one.duty is not None and one.duty.confirmed
    assert counts(pending) == (confirmed and one.category is not Category.POLICE)
    assert gives_full_standing(pending) == counts(pending)


@given(one=guards)
def test_an_approved_person_on_duty_counts_unless_his_place_is_doubted(one: AlarmPerson) -> None:
    approved = replace(one, status=APPROVED)
    if approved.duty is None:
        assert doubt_about(approved) is Doubt.NOT_ON_DUTY
    elif approved.duty.confirmed:
        assert counts(approved)
    else:
        assert counts(approved) == SPEAKS_AGAINST.isdisjoint(approved.duty.flags)
    assert gives_full_standing(approved), "off duty and flagged too"


@given(found=st.frozensets(st.sampled_from(sorted(TAKES_NOTHING))))
def test_a_poor_phone_takes_no_standing_away(found: frozenset[Flag]) -> None:
    duty = Duty(verified=False, confirmed=False, flags=found)
    assert counts(AlarmPerson(Role.GUARD, APPROVED, Category.POLICE, duty))
    assert not counts(AlarmPerson(Role.GUARD, PENDING, Category.TEACHER, duty))


@pytest.mark.parametrize("flag", sorted(SPEAKS_AGAINST))
def test_a_confirmation_overrules_what_speaks_against_the_place(flag: Flag) -> None:
    duty = Duty(verified=False, confirmed=False, flags=frozenset({flag}))
    assert doubt_about(AlarmPerson(Role.GUARD, APPROVED, Category.TEACHER, duty)) is Doubt.PLACE_DOUBTED
    confirmed = replace(duty, verified=True, confirmed=True)
    assert counts(AlarmPerson(Role.GUARD, APPROVED, Category.TEACHER, confirmed))


def test_a_flag_of_a_newer_program_speaks_against_nobody() -> None:
    assert of_flags(["no_fix", "of_tomorrow"]) == {Flag.NO_FIX}
