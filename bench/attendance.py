"""How long the figures of a year take, of 2 million check-ins at 201 posts and four peaks a day. Prints one line each.

Run: .venv/bin/python -m bench.attendance [sqlite | postgresql]
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from deploy.programs import postgres
from server.attendance.actions import report
from server.attendance.actions.report import Asked
from server.attendance.queries.peaks import Only
from server.core.access.roles import AccountStatus, Actor, Role
from server.core.database.migrate import upgrade
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.demo.district import DISTRICT_ID
from server.demo.history import write_history
from server.demo.seed import seed
from tests.tools.keys import open_store

FIRST, DAYS = date(2025, 9, 1), 364
ROUNDS, WANTED_MS = 7, 500


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    with tempfile.TemporaryDirectory() as folder, _database(kind, Path(folder)) as url:
        store = open_store(url)
        now = datetime(2026, 8, 31, tzinfo=UTC)
        seed(store, now=now)
        began = time.perf_counter()
        written = write_history(store, days=DAYS, limits=Limits(), now=now, say=print)
        print(f"{written:,} check-ins of a year written in {time.perf_counter() - began:.0f} s")
        for name, ask in _questions(store):
            taken = sorted(_ms(ask) for _round in range(ROUNDS))
            print(
                f"{kind} {name}: {taken[ROUNDS // 2]:.0f} ms (worst {taken[-1]:.0f}, wanted under {WANTED_MS})"
            )
        store.close()


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'huxue.db'}"
        upgrade(url)
        yield url
        return
    with postgres.running(folder) as server:
        upgrade(server.template_url())
        yield server.fresh_url()


def _questions(store: Store) -> Iterator[tuple[str, Callable[[], object]]]:
    def actor(role: Role, **scope: int) -> Actor:
        own = {"station_id": None, "school_id": None, **scope}
        return Actor(
            account_id=1,
            role=role,
            category=None,
            status=AccountStatus.APPROVED,
            district_id=DISTRICT_ID,
            session_id=0,
            name="",
            **own,
        )

    admin = actor(Role.DISTRICT_ADMIN)
    year = Asked(FIRST, FIRST + timedelta(days=365))
    month = Asked(date(2025, 10, 1), date(2025, 10, 31))
    fridays = Asked(year.since, year.until, weekdays=frozenset({4}))
    for name, asked in (("a year", year), ("a month", month), ("a year's Fridays", fridays)):
        yield f"district, {name}", lambda asked=asked: report.figures(store, actor=admin, asked=asked)
    school = actor(Role.SCHOOL_ADMIN, school_id=1)
    station = actor(Role.STATION_OFFICER, station_id=1)
    yield "station, a year", lambda: report.figures(store, actor=station, asked=year)
    yield "school, a year", lambda: report.figures(store, actor=school, asked=year)
    yield "district, a year, by week", lambda: report.weeks(store, actor=admin, asked=year)
    yield "district, a year, by group", lambda: report.groups(store, actor=admin, asked=year)
    yield "district, a year, arrivals", lambda: report.arrivals(store, actor=admin, asked=year)
    for only in (None, Only.LATE, Only.NOT_COVERED, Only.ARRIVED_4):
        name = f"rows of a year, {only or 'all'}"
        yield name, lambda only=only: report.rows(store, actor=admin, asked=year, only=only, after=None)


def _ms(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return 1_000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
