"""The clock writes what became of each closed peak once, and again what a late entry changes."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from server.attendance.jobs import Closing
from server.attendance.queries import outcomes
from server.attendance.rules.outcomes import PeakOutcome
from server.attendance.service import closing
from server.attendance.tables import no_show, peak_outcome, service_month
from server.calendar.tables import roster
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.duty.jobs import close_overdue
from server.duty.tables import check_in
from server.places.rules.composition import STANDARD, Composition
from tests.duty.test_check_ins import body
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SEATS, SmallDistrict
from tests.tools.duty import POLICE

SignIn = Callable[[int | None], Caller]
MONDAY = date(2026, 11, 23)
NOVEMBER = date(2026, 11, 1)


class Attendance:
    """A district whose clock is wound, with the duty that closes its peaks."""

    def __init__(self, store: Store, district: SmallDistrict, clock: WoundClock) -> None:
        self.store, self.district, self.clock, self.limits = store, district, clock, Limits()
        self.midnight = clock.now() - timedelta(hours=7, minutes=15)
        self.duty = Closing(store, self.limits)

    def at(self, hour: int, minute: int, *, days: int = 0) -> datetime:
        """Give a time of that Monday, or of a day after it."""
        return self.midnight + timedelta(days=days, hours=hour, minutes=minute)

    def look(self, hour: int, minute: int, *, days: int = 0) -> int:
        """Wind the clock and let the duties work; gives in how many transactions."""
        self.clock.set(self.at(hour, minute, days=days))
        close_overdue(self.store, self.limits, self.clock.now())
        return sum(1 for _step in self.duty.work(self.clock.now()))

    def came(self, seat: int, at: datetime, *, post: int = 0, verified: bool = True, **more: Any) -> None:
        """Write the check-in of one of a post's guards for that Monday's morning, as duty would have."""
        late = at > self.at(7, 25)
        shift = {"starts_at": self.at(7, 20), "ends_at": self.at(8, 0)}
        view = {
            "peak": "morning_arrival",
            "date": MONDAY.isoformat(),
            **{
                name: self.at(*time).isoformat()
                for name, time in {
                    "opens_at": (6, 50),
                    "starts_at": (7, 20),
                    "late_after": (7, 25),
                    "ends_at": (8, 0),
                    "check_out_opens_at": (7, 50),
                    "closes_at": (8, 30),
                }.items()
            },
        }
        row = {
            "account_id": self.district.guards[post][seat],
            "post_id": self.district.posts[post],
            "category": SEATS[seat],
            "peak": "morning_arrival",
            "date": MONDAY,
            **shift,
            "shift": view,
            "at": at,
            "claimed_at": at,
            "verdict": "late" if late else "on_time",
            "minutes_late": (at - shift["starts_at"]) // timedelta(minutes=1) if late else 0,
            "flags": [] if verified else ["no_fix"],
            "verified": verified,
            **more,
        }
        with self.store.transaction(at) as transaction:
            transaction.connection.execute(insert(check_in).values(row))

    def rows(self, post: int = 0) -> list[PeakOutcome]:
        """Read what is written of a post, the oldest first."""
        post_id = self.district.posts[post]
        with self.store.read() as connection:
            keys = connection.execute(
                select(peak_outcome.c.post_id, peak_outcome.c.date, peak_outcome.c.peak).where(
                    peak_outcome.c.post_id == post_id
                )
            ).all()
            found = outcomes.read(connection, [(row.post_id, row.date, row.peak) for row in keys])
        return sorted(found, key=lambda one: one.starts_at)

    def month(self, seat: int, post: int = 0) -> tuple[int, ...]:
        """Read somebody's November: on time, late, minutes, unverified, no-shows."""
        figures = ("on_time", "late", "minutes", "unverified", "no_shows")
        with self.store.read() as connection:
            row = connection.execute(
                select(*(service_month.c[name] for name in figures)).where(
                    service_month.c.account_id == self.district.guards[post][seat],
                    service_month.c.month == NOVEMBER,
                )
            ).one()
        return tuple(row)


@pytest.fixture
def kept(app_store: Store, district: SmallDistrict, clock: WoundClock) -> Attendance:
    """Give the district with its clock, which has begun to look at its posts."""
    made = Attendance(app_store, district, clock)
    made.look(7, 15)
    return made


def whole_crew(kept: Attendance) -> None:
    """Let all seven of the first post come in time."""
    for seat in range(len(SEATS)):
        kept.came(seat, kept.at(7, 15))


def test_a_peak_is_written_once_it_is_closed_and_not_before(kept: Attendance) -> None:
    whole_crew(kept)
    kept.look(8, 29)
    assert kept.rows() == []
    kept.look(8, 30)
    [row] = kept.rows()
    assert (row.date, row.peak) == (MONDAY, "morning_arrival")
    found = row.outcome
    assert (found.required, found.present, found.planned) == (STANDARD, STANDARD, STANDARD)
    assert (found.absent, found.replaced, found.waiting, found.late) == (Composition(),) * 4
    assert (found.covered_minutes, found.required_minutes, found.served_minutes) == (40, 40, 7 * 45)


def test_a_peak_that_nobody_came_for_is_written_with_its_no_shows(kept: Attendance) -> None:
    kept.look(8, 30)
    [row] = kept.rows(post=2)
    assert row.outcome.absent == STANDARD
    assert (row.outcome.covered_minutes, row.outcome.required_minutes) == (0, 40)
    assert kept.month(POLICE, post=2) == (0, 0, 0, 0, 1)


def test_a_person_s_month_grows_with_each_peak(kept: Attendance) -> None:
    whole_crew(kept)
    kept.look(8, 30)
    assert kept.month(0) == (1, 0, 45, 0, 0)
    kept.look(17, 40)
    assert kept.month(0) == (1, 0, 45, 0, 0)
    kept.look(8, 30, days=1)
    assert kept.month(0) == (1, 0, 45, 0, 1)


def test_late_and_unverified_people_are_told_apart(kept: Attendance) -> None:
    kept.came(0, kept.at(7, 30))
    kept.came(1, kept.at(7, 15), verified=False)
    kept.look(8, 30)
    [row] = kept.rows()
    assert row.outcome.late == Composition(staff=1)
    assert (row.outcome.present, row.outcome.waiting) == (Composition(staff=1), Composition(staff=1))
    assert kept.month(0) == (0, 1, 30, 0, 0)
    assert kept.month(1) == (0, 0, 0, 1, 0)


def test_a_peak_without_a_plan_has_no_no_shows(kept: Attendance) -> None:
    kept.came(0, kept.at(16, 20))
    kept.look(17, 40)
    row = kept.rows()[-1]
    assert row.peak == "afternoon_dismissal"
    assert (row.outcome.planned, row.outcome.absent, row.outcome.replaced) == (None, None, None)


def test_a_server_that_was_off_writes_what_it_missed_in_pieces(kept: Attendance) -> None:
    transactions = kept.look(8, 30, days=11)
    school_days = [MONDAY + timedelta(days=step) for step in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]
    for post in range(3):
        rows = kept.rows(post)
        assert [row.date for row in rows if row.peak == "morning_arrival"] == school_days
        # That day's second peak is not over.
        assert [row.date for row in rows if row.peak != "morning_arrival"] == school_days[:-1]
    assert transactions > len(kept.rows()) / closing.MOST_PEAKS


def test_a_plan_of_today_says_nothing_of_a_day_long_ago(kept: Attendance) -> None:
    kept.look(9, 0, days=7)
    plans = {row.date: row.outcome.planned for row in kept.rows() if row.peak == "morning_arrival"}
    assert plans[MONDAY] is None
    assert plans[MONDAY + timedelta(days=7)] == STANDARD


def test_a_post_that_was_there_before_begins_with_its_first_check_in(
    app_store: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    made = Attendance(app_store, district, clock)
    made.came(0, made.at(7, 15))
    made.look(9, 0, days=1)
    assert [row.date for row in made.rows() if row.peak == "morning_arrival"] == [
        MONDAY,
        MONDAY + timedelta(days=1),
    ]
    assert made.rows(post=1) == []


def test_two_processes_write_the_same(kept: Attendance) -> None:
    whole_crew(kept)
    kept.look(8, 30)
    before = [kept.rows(post) for post in range(3)]
    kept.duty = Closing(kept.store, kept.limits)
    kept.look(8, 31)
    assert [kept.rows(post) for post in range(3)] == before


def test_what_is_worked_out_of_the_stored_log_is_what_was_written(kept: Attendance) -> None:
    whole_crew(kept)
    kept.came(0, kept.at(7, 40), post=1)
    kept.came(1, kept.at(7, 18), post=1, verified=False)
    kept.look(8, 31)
    before, months = [kept.rows(post) for post in range(3)], [kept.month(seat) for seat in range(7)]
    with kept.store.transaction(kept.clock.now()) as transaction:
        # The plan of another day does not change what was planned then.
        transaction.connection.execute(delete(roster))
        transaction.connection.execute(update(peak_outcome).values(again=True))
        transaction.connection.execute(update(service_month).values(again=True, minutes=0))
    kept.look(8, 32)
    assert [kept.rows(post) for post in range(3)] == before
    assert [kept.month(seat) for seat in range(7)] == months


def test_an_entry_that_waited_in_a_phone_counts_once_it_is_confirmed(
    kept: Attendance, caller: SignIn, district: SmallDistrict
) -> None:
    for seat in range(len(SEATS) - 1):
        kept.came(seat, kept.at(7, 15))
    kept.look(8, 30)
    assert kept.rows()[0].outcome.absent == Composition(police=1)
    assert kept.month(POLICE) == (0, 0, 0, 0, 1)
    kept.look(10, 0)
    claimed = kept.at(7, 30).isoformat()
    answer = caller(district.guards[0][POLICE]).post(
        "/api/check-ins", body(district.codes[0], kept.at(7, 30), queued=True, claimed_at=claimed)
    )
    assert answer.status_code == 201, answer.json
    kept.look(10, 1)
    [row] = kept.rows()
    assert (row.outcome.absent, row.outcome.waiting) == (Composition(), Composition(police=1))
    assert row.outcome.covered_minutes == 0
    assert kept.month(POLICE) == (0, 0, 0, 1, 0)
    number = answer.json["id"]
    officer = caller(district.consoles["station_officer"])
    assert officer.post(f"/api/check-ins/{number}/confirmation", {}).status_code == 200
    kept.look(10, 2)
    [row] = kept.rows()
    assert (row.outcome.late, row.outcome.waiting) == (Composition(police=1), Composition())
    assert (row.outcome.covered_minutes, kept.month(POLICE)) == (30, (0, 1, 30, 0, 0))


def test_figures_stay_when_check_ins_are_purged(kept: Attendance) -> None:
    whole_crew(kept)
    kept.look(8, 30)
    before, month = kept.rows(), kept.month(0)
    with kept.store.transaction(kept.clock.now()) as transaction:
        transaction.connection.execute(delete(check_in))
        transaction.connection.execute(delete(no_show))
    kept.look(9, 0)
    assert (kept.rows(), kept.month(0)) == (before, month)
