"""While a post was archived nobody was missing there, however long that was."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from server.attendance.service.closing import close_peaks
from server.attendance.tables import no_show, peak_outcome
from server.core.database.transaction import Store
from server.core.limits import Limits
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.places_desk import archive, seen

SignIn = Callable[[int | None], Caller]


class Attendance:
    """The first post, whose peaks the clock closes."""

    def __init__(self, store: Store, district: SmallDistrict, clock: WoundClock) -> None:
        self.store, self.post, self.clock = store, district.posts[0], clock

    def close(self) -> None:
        """Close what is to be closed by now."""
        now = self.clock.now()
        for _at_most in range(4):
            with self.store.transaction(now) as transaction:
                close_peaks(transaction, [self.post], Limits(), now)

    def closed(self) -> list[tuple[str, str]]:
        """Give the peaks that were closed, and for whom nobody came."""
        with self.store.read() as connection:
            rows = connection.execute(select(peak_outcome.c.date, peak_outcome.c.peak)).all()
            missed = connection.execute(select(no_show.c.date, no_show.c.peak).distinct()).all()
        assert {tuple(one) for one in missed} <= {tuple(one) for one in rows}
        return sorted((on.isoformat(), peak) for on, peak in rows)


@pytest.fixture
def kept(app_store: Store, district: SmallDistrict, clock: WoundClock) -> Attendance:
    return Attendance(app_store, district, clock)


# The test's Monday begins at 07:15, five minutes before the first peak.
@pytest.mark.parametrize(
    ("minutes", "counts"),
    [
        (20, ("2026-11-23", "afternoon_dismissal")),
        (5 * 60, ("2026-11-23", "afternoon_dismissal")),
        (30 * 60, ("2026-11-24", "afternoon_dismissal")),
    ],
    ids=["within the peak", "after it", "after a day"],
)
def test_peaks_that_began_while_a_post_was_archived_count_for_nobody(
    caller: SignIn, district: SmallDistrict, kept: Attendance, minutes: int, counts: tuple[str, str]
) -> None:
    desk = caller(district.consoles["district_admin"])
    kept.close()
    archived = archive(desk, seen(desk, kept.post)).json
    kept.clock.wind(minutes=minutes)
    kept.close()
    assert archive(desk, archived, archived=False).status_code == 200  # type: ignore[arg-type]
    kept.close()
    assert kept.closed() == []
    kept.clock.wind(minutes=11 * 60)
    kept.close()
    assert kept.closed() == [counts]


def test_a_peak_before_the_archiving_counts_though_nobody_wrote_it_yet(
    caller: SignIn, district: SmallDistrict, kept: Attendance
) -> None:
    desk = caller(district.consoles["district_admin"])
    kept.close()
    kept.clock.wind(minutes=40)
    archived = archive(desk, seen(desk, kept.post)).json
    kept.clock.wind(minutes=24 * 60)
    assert archive(desk, archived, archived=False).status_code == 200  # type: ignore[arg-type]
    kept.close()
    assert kept.closed() == [("2026-11-23", "morning_arrival")]
