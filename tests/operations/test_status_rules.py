"""How what was measured is judged: the worst that is true is said, and more of it is never judged better."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.operations.rules import status
from server.operations.rules.status import Health, Space, StatusItem, Waiting

NOW = datetime(2026, 9, 7, 7, 30, tzinfo=UTC)
ORDER = [Health.FINE.value, Health.SOON.value, Health.WRONG.value]
GB = 1024**3


def how(item: StatusItem) -> int:
    return ORDER.index(item["health"])


@pytest.mark.parametrize(
    ("item", "health"),
    [
        (status.disk([Space(40 * GB, 100 * GB), Space(GB, 1000 * GB)]), Health.WRONG),
        (status.disk([Space(10 * GB, 100 * GB)]), Health.SOON),
        (status.disk([Space(0, 0)]), Health.WRONG),
        (status.clock(beat_s=None, failures={"openings": 0}), Health.FINE),
        (status.clock(beat_s=0.4, failures={"openings": 2}), Health.SOON),
        (status.clock(beat_s=31, failures={}), Health.WRONG),
        (status.auditor(None, NOW), Health.OFF),
        (status.auditor(NOW - timedelta(seconds=10), NOW), Health.FINE),
        (status.auditor(NOW - timedelta(minutes=3), NOW), Health.WRONG),
        # The machine's clock was set back.
        (status.auditor(NOW + timedelta(minutes=3), NOW), Health.FINE),
        (status.messages(Waiting(3, 31), Waiting(0, 0)), Health.WRONG),
        (status.messages(Waiting(3, 5), Waiting(1, 301)), Health.SOON),
        (status.channels(["socket"], [], ["push", "sms"]), Health.OFF),
        (status.channels(["socket", "push"], ["push", "sms"], ["push", "sms"]), Health.WRONG),
        (status.channels(["socket", "push"], ["sms"], ["push", "sms"]), Health.FINE),
        (status.jobs(Waiting(1, 601), failed=0), Health.WRONG),
        (status.jobs(Waiting(0, 0), failed=1), Health.SOON),
        (status.certificate(None, NOW, wanted=False), Health.OFF),
        (status.certificate(None, NOW, wanted=True, why="unreachable"), Health.SOON),
        (status.certificate(NOW + timedelta(days=90), NOW, wanted=True), Health.FINE),
        (status.certificate(NOW + timedelta(days=20), NOW, wanted=True), Health.SOON),
        (status.certificate(NOW - timedelta(hours=1), NOW, wanted=True), Health.WRONG),
        (status.sign_ins(failed=50, locked=0), Health.FINE),
        (status.sign_ins(failed=3, locked=1), Health.SOON),
        (status.second_steps(having=1, accounts=2), Health.SOON),
        (status.calendar(31), Health.WRONG),
        (status.calendar(61), Health.SOON),
    ],
)
def test_each_part_is_judged_by_the_worst_of_it(item: StatusItem, health: Health) -> None:
    assert item["health"] == health.value


def test_a_certificate_that_is_over_has_less_than_no_days() -> None:
    assert status.certificate(NOW - timedelta(hours=1), NOW, wanted=True)["facts"]["days"] == -1


@given(seconds=st.integers(0, 10_000), more=st.integers(0, 10_000), number=st.integers(0, 50))
def test_whoever_waits_longer_is_never_judged_better(seconds: int, more: int, number: int) -> None:
    sooner, later = Waiting(number, seconds), Waiting(number, seconds + more)
    nobody = Waiting(0, 0)
    assert how(status.messages(sooner, nobody)) <= how(status.messages(later, nobody))
    assert how(status.messages(nobody, sooner)) <= how(status.messages(nobody, later))
    assert how(status.messages(nobody, sooner)) <= how(status.messages(sooner, nobody)), (
        "an alarm's goes first"
    )
    assert how(status.jobs(sooner, failed=0)) <= how(status.jobs(later, failed=0))


@given(free=st.integers(0, 10**12), other=st.integers(0, 10**12))
def test_the_fullest_disk_is_said(free: int, other: int) -> None:
    total = 10**12
    found = status.disk([Space(free, total), Space(other, total)])
    assert found["facts"]["free_bytes"] == min(free, other)
