"""What a district of 33,000 people costs where all of them are looked at: counts of consents, and the unused accounts.

Times are of one process by itself, in the middle and at the worst. A piece of the sweep holds the writer of SQLite,
so that an alarm may wait behind one.

Run: .venv/bin/python -m bench.people_of_a_district [sqlite | postgresql]
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from bench.bench_district import load
from deploy.programs import postgres
from server.config import read_settings
from server.core.access.roles import AccountStatus, Actor, Role
from server.core.clock.row_retry import RowRetry
from server.core.database.migrate import upgrade
from server.demo.district import DISTRICT_ID
from server.demo.seed import seed
from server.people.actions import consent_texts
from server.people.jobs.unused import UnusedAccounts
from tests.tools.keys import open_store

PAGE_MS, PIECE_MS = 300, 50
ROUNDS, MOST_PIECES = 15, 2_000


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    now = datetime.now(UTC)
    limits = read_settings({"HUXUE_MODE": "demo"}).limits()
    with tempfile.TemporaryDirectory() as folder, _database(kind, Path(folder)) as url:
        store = open_store(url)
        seed(store, now=now)
        print(f"{kind}; {load()}")
        admin = Actor(
            account_id=1,
            role=Role.DISTRICT_ADMIN,
            category=None,
            status=AccountStatus.APPROVED,
            district_id=DISTRICT_ID,
            station_id=None,
            school_id=None,
            session_id=1,
            name="",
        )
        _say(
            "the page of consents",
            PAGE_MS,
            [_ms(lambda: consent_texts.desk(store, actor=admin, days=7)) for _ in range(ROUNDS)],
        )
        # A year and a half later nobody has come: the sweep finds everybody, and gives notices.
        sweep, rows, later = UnusedAccounts(store, limits), RowRetry("unused"), now + timedelta(days=540)
        pieces: list[float] = []
        goes_on = [True]
        while goes_on[-1] and len(pieces) < MOST_PIECES:
            pieces.append(_ms(lambda: goes_on.append(sweep.work(later, rows))))
        _say(f"{len(pieces)} pieces of the sweep", PIECE_MS, pieces)
        store.close()


def _say(what: str, wanted: int, taken: list[float]) -> None:
    print(f"{what}: {median(taken):.1f} ms, worst {max(taken):.1f} (wanted under {wanted})")


def _ms(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


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


if __name__ == "__main__":
    sys.exit(main())
