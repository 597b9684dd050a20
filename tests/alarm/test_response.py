"""The response of one person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.alarm.rules.response import FINAL, MOVES, STANDING, Mover, ResponseState, move
from server.core.refused import Refused

moves = st.lists(st.tuples(st.sampled_from(ResponseState), st.sampled_from(Mover)), max_size=12)


@given(wanted=moves)
def test_whatever_is_tried_left_and_released_are_final(wanted: list[tuple[ResponseState, Mover]]) -> None:
    state = ResponseState.NOTIFIED
    for to, by in wanted:
        before = state
        try:
            state = move(state, to, by)
        except Refused as refused:
            assert refused.facts == {"state": before.value, "to": to.value}  # noqa: PT017 - one of many steps
            assert refused.code == "response_not_possible"  # noqa: PT017
        if before in FINAL:
            assert state == before
        if state != before:
            assert state in MOVES[by][before]


@given(state=st.sampled_from(ResponseState), by=st.sampled_from(Mover))
def test_repeating_a_state_is_harmless(state: ResponseState, by: Mover) -> None:
    assert move(state, state, by) == state


@given(state=st.sampled_from(ResponseState))
def test_a_late_i_am_going_is_accepted_until_somebody_ended_it(state: ResponseState) -> None:
    if state in FINAL or state == ResponseState.ON_SCENE:
        if state != ResponseState.RESPONDING:
            with pytest.raises(Refused):
                move(state, ResponseState.RESPONDING, Mover.PERSON)
    else:
        assert move(state, ResponseState.RESPONDING, Mover.PERSON) == ResponseState.RESPONDING


@given(state=st.sampled_from(ResponseState))
def test_only_who_was_asked_and_is_silent_times_out(state: ResponseState) -> None:
    if state in {ResponseState.NOTIFIED, ResponseState.TIMED_OUT}:
        assert move(state, ResponseState.TIMED_OUT, Mover.CLOCK) == ResponseState.TIMED_OUT
    else:
        with pytest.raises(Refused):
            move(state, ResponseState.TIMED_OUT, Mover.CLOCK)


@pytest.mark.parametrize("to", [ResponseState.TIMED_OUT, ResponseState.RELEASED])
def test_nobody_times_out_or_releases_himself(to: ResponseState) -> None:
    for state in STANDING:
        with pytest.raises(Refused):
            move(state, to, Mover.PERSON)


def test_the_usual_course() -> None:
    state = ResponseState.NOTIFIED
    for to in (ResponseState.RESPONDING, ResponseState.ON_SCENE, ResponseState.LEFT):
        state = move(state, to, Mover.PERSON)
    assert state == ResponseState.LEFT
    with pytest.raises(Refused):
        move(ResponseState.NOTIFIED, ResponseState.WITHDRAWN, Mover.PERSON)
    with pytest.raises(Refused):
        move(ResponseState.RESPONDING, ResponseState.DECLINED, Mover.PERSON)
