"""When an account gets its notice and when it closes: rules."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.people.rules.unused import (
    LONGEST_GAP,
    NOTICED_BEFORE,
    SETTLED,
    Standing,
    UnusedLimits,
    Verdict,
    closing_at,
    judge,
    months_after,
    notice_falls,
    runs_on,
)

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
spans = st.timedeltas(timedelta(), timedelta(days=2000))


@given(
    used=spans,
    notice=st.none() | st.timedeltas(timedelta(days=-5), timedelta(days=400)),
    since=spans,
    months=st.integers(0, 36),
    closes=st.timedeltas(timedelta(days=-90), timedelta(days=90)),
)
def test_nothing_closes_without_a_notice_that_held_all_the_time(
    used: timedelta, notice: timedelta | None, since: timedelta, months: int, closes: timedelta
) -> None:
    notice_at = None if notice is None else NOW - notice
    one = Standing(NOW - used, notice_at, None if notice is None else NOW + closes)
    limits, began = UnusedLimits(months=months), NOW - since
    verdict = judge(one, limits, since=began, now=NOW)
    if verdict == Verdict.CLOSE:
        assert months > 0
        assert notice_at is not None
        assert began <= notice_at <= NOW
        assert months_after(one.used_at, months) <= NOW
        assert one.closes_at is not None
        assert one.closes_at <= NOW
        assert not notice_falls(one, limits, since=began, now=NOW)
    if verdict == Verdict.NOTICE:
        assert since >= SETTLED
        assert months > 0
        assert closing_at(one, limits, NOW) - NOW >= NOTICED_BEFORE
    if not months:
        assert verdict == Verdict.NOTHING


@given(gap=st.timedeltas(timedelta(days=-3000), timedelta(days=3000)))
def test_a_server_runs_on_that_looked_within_two_days(gap: timedelta) -> None:
    assert runs_on(NOW - gap, NOW) == (timedelta() <= gap <= LONGEST_GAP)


@given(after=st.timedeltas(timedelta(), timedelta(days=5000)), months=st.integers(0, 120))
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(after: timedelta, months: int) -> None:
    time = NOW + after
    later = months_after(time, months)
    assert (later.year * 12 + later.month) - (time.year * 12 + time.month) == months
    assert later.day == time.day or (later + timedelta(days=1)).day == 1
    assert later.timetz() == time.timetz()
