"""The tests' own district has its peak at every hour at which somebody may run them."""

from datetime import UTC, datetime

import pytest

from server.calendar.queries import shifts as shifts_of_post
from server.calendar.rules import Phase, current_shift, phase_of
from server.core.limits import Limits
from server.places.queries import districts
from tests.tools.district import make_district
from tests.tools.keys import open_store
from tests.tools.world import begin_peak


@pytest.mark.parametrize("hour", range(24))
def test_a_peak_runs_at_every_hour(sqlite_url: str, hour: int) -> None:
    now = datetime(2026, 11, 24, hour, 0, 30, tzinfo=UTC)
    store = open_store(sqlite_url)
    made = make_district(store, now)
    begin_peak(store, now)
    with store.read() as connection:
        place = districts.place(connection, made.posts[0])
    store.close()
    assert place is not None
    shifts = [
        shift
        for shift in shifts_of_post.around(place, Limits(), now)
        if shift.starts_at <= now < shift.ends_at
    ]
    assert len(shifts) == 1
    assert phase_of(current_shift(shifts, now), now) == Phase.RUNNING
