"""How long a school's week and the forecast take: 201 posts, 33,000 guards, 39,396 seats of a week, all reminded.

Run: .venv/bin/python -m bench.rosters [sqlite | postgresql]
"""

import gc
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import delete, insert, select

from deploy.programs import postgres
from server.app import NEW_OBJECTS
from server.calendar.rules import Window, weekday_bit
from server.calendar.tables import published_duty, roster
from server.core.access.roles import AccountStatus, Actor, Role, group_of
from server.core.database.many_rows import batched
from server.core.database.migrate import upgrade
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.demo.district import DISTRICT_ID
from server.demo.people import peak_kind
from server.demo.seed import seed
from server.places.tables import peak, school
from server.roster.actions import forecast, weeks
from server.roster.tables import duty_reminder, planned_duty
from tests.tools.keys import open_store

# A Sunday, 20:00 in the district: the week to come is planned, published and everybody was reminded.
NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
MONDAY, DAYS = date(2026, 11, 30), 7
PEAKS = tuple(peak_kind(number) for number in (7, 11, 14, 17))
ROUNDS = 5


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    with tempfile.TemporaryDirectory() as folder, database(kind, Path(folder)) as url:
        store = open_store(url)
        seed(store, now=NOW)
        print(f"{_fill(store):,} seats planned, published and reminded of")
        # As a serving process does.
        gc.collect()
        gc.freeze()
        gc.set_threshold(NEW_OBJECTS)
        limits, admin = Limits(Window()), _admin()
        shown = [
            _ms(lambda: forecast.shown(store, actor=admin, limits=limits, now=NOW)) for _ in range(ROUNDS)
        ]
        cpu = time.process_time()
        forecast.shown(store, actor=admin, limits=limits, now=NOW)
        print(f"{kind} forecast, of the processor: {(time.process_time() - cpu) * 1000:.0f} ms")
        print(
            f"{kind} forecast of 201 posts: {median(shown):.0f} ms (worst {max(shown):.0f}, wanted under 500)"
        )
        with store.read() as connection:
            schools = connection.execute(select(school.c.id).order_by(school.c.id)).scalars().all()
        pages = [
            _ms(
                lambda number=number: weeks.shown(
                    store, actor=admin, school_id=number, week=MONDAY, limits=limits, now=NOW
                )
            )
            for number in schools
        ]
        print(
            f"{kind} week of each of {len(pages)} schools: {median(pages):.0f} ms (worst {max(pages):.0f}, aim 1000)"
        )
        store.close()


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """Make an empty database; gives its address."""
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'huxue.db'}"
        upgrade(url)
        yield url
        return
    with postgres.running(folder) as server:
        upgrade(server.template_url())
        yield server.fresh_url()


def _admin() -> Actor:
    return Actor(
        account_id=1,
        role=Role.DISTRICT_ADMIN,
        category=None,
        status=AccountStatus.APPROVED,
        district_id=DISTRICT_ID,
        station_id=None,
        school_id=None,
        session_id=0,
        name="",
    )


def _fill(store: Store) -> int:
    """Write the plan of the week by the imported list, in place of the demo's own; gives how many seats."""
    with store.transaction(NOW) as transaction:
        for table in (planned_duty, published_duty):
            transaction.connection.execute(delete(table))
        transaction.connection.execute(delete(peak).where(peak.c.kind.not_in(PEAKS)))
        listed = transaction.connection.execute(
            select(roster).where(roster.c.peak.in_(PEAKS)).order_by(roster.c.id)
        ).mappings()
        rows = list(_rows(list(listed)))
    for some in batched(rows, 2_000):
        with store.transaction(NOW) as transaction:
            plan = {"source": "hand", "version": 1, "changed_at": NOW}
            transaction.connection.execute(insert(planned_duty), [row | plan for row in some])
            transaction.connection.execute(
                insert(published_duty), [row | {"published_at": NOW} for row in some]
            )
            told = {"kind": "evening", "reminded_at": NOW, "sent": True}
            named = ("account_id", "date", "peak", "post_id")
            said = [{name: row[name] for name in named} | told for row in some]
            transaction.connection.execute(insert(duty_reminder), said)
    return len(rows)


def _rows(listed: list[Any]) -> Iterator[dict[str, Any]]:
    for on in (MONDAY + timedelta(days=step) for step in range(DAYS)):
        seats: dict[tuple[int, str, str], int] = {}
        for row in listed:
            if row["weekdays"] & weekday_bit(on):
                group = group_of(row["category"]).value
                seat = (row["post_id"], row["peak"], group)
                seats[seat] = seats.get(seat, 0) + 1
                yield {
                    "post_id": row["post_id"],
                    "date": on,
                    "peak": row["peak"],
                    "seat_group": group,
                    "seat": seats[seat],
                    "account_id": row["account_id"],
                }


def _ms(ask: Any) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
