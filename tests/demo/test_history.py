"""Invented past days: figures and months are those that the log gives, and what was lived stays as it is."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from server.attendance.queries import outcomes
from server.attendance.service import closing
from server.attendance.tables import no_show, peak_outcome, service_month
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.demo.history import PEAKS, write_history
from server.duty.tables import check_in
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import SECURITY_1, put_on_duty

DAYS = 40


def lets_them_live(store: Store, clock: WoundClock, days: int = DAYS) -> int:
    return write_history(store, days=days, limits=Limits(), now=clock.now(), say=lambda _text: None)


def rows_of(store: Store) -> list[object]:
    with store.read() as connection:
        found = []
        for table in (peak_outcome, service_month):
            rows = connection.execute(select(table).order_by(*table.primary_key)).mappings()
            found += [
                {name: value for name, value in row.items() if name not in {"written_at", "again"}}
                for row in rows
            ]
        return found


@pytest.fixture
def lived(app_store: Store, district: SmallDistrict, clock: WoundClock) -> int:
    assert len(district.posts) == 3
    return lets_them_live(app_store, clock)


def test_working_it_out_of_the_log_again_changes_nothing(
    lived: int, app_store: Store, clock: WoundClock
) -> None:
    with app_store.read() as connection:
        heads = select(func.count()).select_from(check_in)
        assert connection.execute(heads).scalar_one() == lived > 1_000
        assert connection.execute(select(func.count()).select_from(no_show)).scalar_one() > 10
        verdicts = select(check_in.c.verdict, check_in.c.verified).distinct()
        assert len(connection.execute(verdicts).all()) == 3, "in time, late, in time and unverified"
        weekdays = {on.weekday() for on in connection.execute(select(peak_outcome.c.date)).scalars()}
    assert weekdays == {0, 1, 2, 3, 4}
    before = rows_of(app_store)
    with app_store.transaction(clock.now()) as transaction:
        connection = transaction.connection
        connection.execute(update(peak_outcome).values(again=True, covered_minutes=-1, served_minutes=-1))
        connection.execute(update(service_month).values(again=True, minutes=-1, no_shows=-1))
        while peaks := outcomes.due_again(connection, 100):
            closing.work_out_again(transaction, peaks, clock.now())
        while closing.add_up_months(transaction, 100):
            pass
    assert rows_of(app_store) == before


def test_what_was_lived_stays_and_a_run_that_was_broken_off_goes_on(
    app_store: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    yesterday = clock.now() - timedelta(days=3)
    put_on_duty(app_store, district, post=0, seats=[SECURITY_1], now=yesterday)
    with app_store.transaction(clock.now()) as transaction:
        over = update(check_in).values(checked_out_at=yesterday, checked_out_how="check_out")
        transaction.connection.execute(over)
        own = select(check_in.c.date)
        [on] = transaction.connection.execute(own).scalars()
    some = lets_them_live(app_store, clock, days=10)
    assert lets_them_live(app_store, clock, days=10) == 0
    more = lets_them_live(app_store, clock, days=17)
    with app_store.read() as connection:
        per_day = select(check_in.c.date, func.count()).group_by(check_in.c.date)
        by_day: dict[date, int] = {row[0]: row[1] for row in connection.execute(per_day)}
    assert by_day.pop(on) == 1
    assert sum(by_day.values()) == some + more
    assert all(count > 3 * len(PEAKS) * 5 for count in by_day.values())
