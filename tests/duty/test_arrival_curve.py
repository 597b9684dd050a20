"""The curve of arrivals counts seats as the lines of the posts do."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.core.access.roles import Group
from server.duty.rules.arrival_curve import Stay, filled_seats
from server.places.rules.composition import Composition
from tests.alarm.strategies import NOW, compositions

MINUTES = [NOW + timedelta(minutes=step) for step in range(31)]
moments = st.integers(0, 30).map(lambda minute: NOW + timedelta(minutes=minute))
stays = st.builds(Stay, st.sampled_from([1, 2]), st.sampled_from(Group), moments, st.none() | moments)


@given(people=st.lists(stays, max_size=20), one=compositions, other=compositions)
def test_each_minute_counts_as_the_lines_of_that_minute_would(
    people: list[Stay], one: Composition, other: Composition
) -> None:
    required = {1: one, 2: other}

    def counted(minute: int) -> int:
        here = [
            stay
            for stay in people
            if stay.since <= MINUTES[minute] and (stay.until is None or MINUTES[minute] < stay.until)
        ]
        return sum(
            seats.filled(Composition.count(stay.group for stay in here if stay.post_id == post)).total
            for post, seats in required.items()
        )

    assert filled_seats(people, required, MINUTES) == [counted(minute) for minute in range(31)]


def test_too_many_of_one_group_and_who_has_gone_fill_no_seat() -> None:
    seats = {1: Composition(staff=1, security=1)}
    people = [Stay(1, Group.STAFF, NOW, None), Stay(1, Group.STAFF, NOW, None)]
    gone = Stay(1, Group.SECURITY, NOW, MINUTES[2])
    assert filled_seats([*people, gone], seats, MINUTES[:3]) == [2, 2, 1]
