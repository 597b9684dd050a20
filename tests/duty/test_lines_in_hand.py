"""A line to which those who come are added is the line that would be worked out anew."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from server.calendar.rules import phase_of
from server.core.access.roles import Actor
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.duty.actions import check_ins, check_outs
from server.duty.actions.check_ins import CheckInRequest
from server.duty.actions.check_outs import CheckOutRequest
from server.duty.rules.coverage import PostCoverage, Seat, continued
from server.duty.rules.line_in_hand import Basis, LineInHand, in_hand, with_those_who_came
from server.duty.rules.shapes import LineView
from server.duty.service import coverage as post_coverage
from server.duty.service.lines import IN_HAND
from server.duty.tables import coverage
from server.places.queries import districts
from server.places.rules.composition import Composition
from tests.alarm.strategies import NOW, SHIFT, compositions, crews
from tests.duty.test_coverage import line_of
from tests.duty.test_sets import comes, guard
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.statements import counted

LIMITS = Limits()


class Undone(Exception):
    """Nothing of a transaction is to stay."""


MOMENTS = st.sampled_from([NOW, SHIFT.starts_at, SHIFT.late_after + timedelta(seconds=1)])


def covered(
    seats: Sequence[Seat],
    composition: Composition,
    roster: Sequence[int | None],
    came: list[int],
    now: datetime,
) -> PostCoverage:
    return line_of(seats, composition=composition, roster=roster, came=came, now=now)


@given(
    crew=crews,
    ends=st.sets(st.integers(0, 9)),
    composition=compositions,
    roster=st.lists(st.none() | st.integers(1, 30), max_size=9).map(tuple),
    gone=st.lists(st.integers(1, 30), max_size=3),
    begins=MOMENTS,
)
def test_whoever_comes_after_whom_and_with_whom_the_line_is_the_one_that_is_worked_out_anew(
    crew: list[Seat],
    ends: set[int],
    composition: Composition,
    roster: tuple[int | None, ...],
    gone: list[int],
    begins: datetime,
) -> None:
    basis = Basis(SHIFT, phase_of(SHIFT, begins), composition, roster, late=begins > SHIFT.late_after)
    cuts = sorted({0, len(crew)} | {end for end in ends if end < len(crew)})
    first = covered([], composition, roster, gone, begins)
    line: LineInHand = in_hand(first.as_dict(), basis, ())
    anew: LineView = first.as_dict()
    for number, (start, end) in enumerate(pairwise(cuts), start=1):
        now = begins + timedelta(seconds=number)
        line = with_those_who_came(line, crew[start:end], now)
        fresh = covered(crew[:end], composition, roster, gone, now)
        anew = continued(fresh.as_dict(), anew)
        assert line.line == anew
        assert line == in_hand(anew, basis, fresh.seats)
    assert with_those_who_came(line, [], begins + timedelta(hours=1)) is line


def come(store: Store, district: SmallDistrict, people: Sequence[Actor], now: datetime) -> None:
    with store.transaction(now) as transaction:
        asked = [comes(district, one, 0, now) for one in people]
        assert not [one for one in check_ins.check_in(transaction, asked, LIMITS) if isinstance(one, Refused)]


def kept_line(store: Store, district: SmallDistrict) -> LineView:
    with store.read() as connection:
        of = select(coverage.c.line).where(coverage.c.post_id == district.posts[0])
        line: LineView = connection.execute(of).scalar_one()
    return line


def look_anew(store: Store, district: SmallDistrict, now: datetime) -> None:
    """Let the clock look at the post: it knows nothing of what changed."""
    with store.transaction(now) as transaction:
        places = districts.places_in(transaction, [district.posts[0]])
        post_coverage.publish(transaction, places.values(), LIMITS)


def test_who_stands_there_is_not_read_for_each_who_comes(
    app_store: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    app_store.kept.heard(time.monotonic())
    come(app_store, district, [guard(district, 0, 0)], clock.now())
    with counted(app_store) as seen:
        come(app_store, district, [guard(district, 0, 1), guard(district, 0, 2)], clock.now())
    assert not [one for one in seen.work if "check_in.peak IN" in one and "ORDER BY check_in.id" in one], (
        seen.told()
    )
    told = kept_line(app_store, district)
    look_anew(app_store, district, clock.now())
    assert kept_line(app_store, district) == told
    assert len(told["seats"]) == 3


def test_a_line_that_another_process_changed_meanwhile_is_worked_out_anew(
    app_store: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    people = [guard(district, 0, seat) for seat in range(4)]
    come(app_store, district, people[:2], clock.now())
    in_hand_before = dict(app_store.kept.at_version(IN_HAND))
    clock.wind(minutes=40)
    with app_store.transaction(clock.now()) as transaction:
        check_outs.check_out(transaction, [CheckOutRequest(people[0], "gone")], LIMITS)
    come(app_store, district, people[2:3], clock.now())
    # As a process has it that saw nothing of this.
    app_store.kept.keep_at_version(IN_HAND, in_hand_before)
    come(app_store, district, people[3:], clock.now())
    told = kept_line(app_store, district)
    assert {seat["account_id"] for seat in told["seats"]} == {one.account_id for one in people[1:]}
    look_anew(app_store, district, clock.now())
    assert kept_line(app_store, district) == told


def come_and_undo(transaction: Transaction, asked: CheckInRequest) -> None:
    check_ins.check_in(transaction, [asked], LIMITS)
    transaction.finish()
    raise Undone


def test_what_is_rolled_back_is_not_in_hand(
    app_store: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    first, second, third = (guard(district, 0, seat) for seat in range(3))
    come(app_store, district, [first], clock.now())
    with pytest.raises(Undone), app_store.transaction(clock.now()) as transaction:
        come_and_undo(transaction, comes(district, second, 0, clock.now()))
    come(app_store, district, [third], clock.now())
    told = kept_line(app_store, district)
    assert [seat["account_id"] for seat in told["seats"]] == [first.account_id, third.account_id]


def test_a_savepoint_that_is_undone_brings_nobody(
    app_store: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    first, second, third = (guard(district, 0, seat) for seat in range(3))
    come(app_store, district, [first], clock.now())
    with app_store.transaction(clock.now()) as transaction:
        with pytest.raises(Undone), transaction.savepoint():
            come_and_undo(transaction, comes(district, second, 0, clock.now()))
        assert not transaction.to_keep
        check_ins.check_in(transaction, [comes(district, third, 0, clock.now())], LIMITS)
    told = kept_line(app_store, district)
    assert [seat["account_id"] for seat in told["seats"]] == [first.account_id, third.account_id]
