"""The circuit breaker, whatever happens in whatever order."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.delivery.rules.breaker import CLOSED, Breaker, BreakerLimits, ask, failed

AT = datetime(2026, 11, 23, tzinfo=UTC)
LIMITS = BreakerLimits(opens_after=5, rest=timedelta(seconds=20))
# Seconds until the next thing, and what it is: a call that fails, one that succeeds, or one that never ends.
STEPS = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["fails", "works", "hangs"])), max_size=60)


@given(STEPS)
def test_it_opens_after_so_many_failures_in_a_row_and_lets_one_call_through_a_rest(
    steps: list[tuple[int, str]],
) -> None:
    one, now, in_a_row = CLOSED, AT, 0
    last_let_through: datetime | None = None
    for wait_s, what in steps:
        now += timedelta(seconds=wait_s)
        was_open = one.rests_until is not None
        assert was_open == (in_a_row >= LIMITS.opens_after)
        one, allowed = ask(one, now, LIMITS)
        assert allowed or was_open, "a closed breaker stops nobody"
        if was_open and allowed:
            assert last_let_through is None or now - last_let_through >= LIMITS.rest
        if not allowed:
            continue
        last_let_through = now
        if what == "fails":
            one, in_a_row = failed(one, now, LIMITS), in_a_row + 1
        elif what == "works":
            one, in_a_row = CLOSED, 0


@given(st.integers(-7200, 7200))
def test_a_clock_that_jumps_shuts_no_door_for_longer_than_a_rest(jump_s: int) -> None:
    one: Breaker = CLOSED
    for _ in range(LIMITS.opens_after):
        one = failed(one, AT, LIMITS)
    now = AT + timedelta(seconds=jump_s)
    assert ask(one, now, LIMITS)[1] or ask(one, now + LIMITS.rest, LIMITS)[1]
