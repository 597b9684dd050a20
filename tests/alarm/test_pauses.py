"""Channels that cost money leave each receiver a pause that grows with his calls, and never become silent."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.delivery.rules.channels import rests
from tests.alarm.strategies import NOW

pauses = st.lists(st.integers(1, 3600), min_size=1, max_size=6)
calls = st.integers(1, 50)


@given(pauses, calls)
def test_a_receiver_rests_for_his_pause_and_not_a_second_longer(pauses_s: list[int], count: int) -> None:
    pause_s = pauses_s[min(count, len(pauses_s)) - 1]
    almost, over = NOW + timedelta(seconds=pause_s - 0.001), NOW + timedelta(seconds=pause_s)
    assert rests(count, NOW, NOW, pauses_s)
    assert rests(count, NOW, almost, pauses_s)
    assert not rests(count, NOW, over, pauses_s)


@given(pauses)
def test_who_was_never_called_does_not_rest(pauses_s: list[int]) -> None:
    assert not rests(0, None, NOW, pauses_s)


@given(pauses, calls, st.integers(1, 86_400))
def test_after_a_clock_was_set_back_nobody_rests_from_a_call_in_the_future(
    pauses_s: list[int], count: int, seconds: int
) -> None:
    assert not rests(count, NOW + timedelta(seconds=seconds), NOW, pauses_s)
