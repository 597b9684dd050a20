"""10,000 steps of alarms, each exactly once, while the processes that take them die and the database stops.

Four processes turn the clock of one PostgreSQL. Two are killed (SIGKILL), one is added, PostgreSQL is killed and
started again. Then every step must be there once: in the table of steps, on the timeline, and as messages.

Run: .venv/bin/python -m bench.steps
"""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from bench.bench_district import load
from deploy.programs import postgres
from server.alarm.jobs.escalation import take_due
from server.alarm.queries import alarms
from server.alarm.rules.alarm import AlarmLimits, Tier, tiers_at
from server.alarm.rules.escalation import EscalationLimits
from server.alarm.service import escalation
from server.alarm.tables import escalation as alarm_escalation
from server.alarm.tables import timelines as alarm_timelines
from server.core.database.clock import DatabaseClock
from server.core.database.migrate import upgrade
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.delivery import tables as delivery_tables
from tests.tools.district import SmallDistrict, make_district
from tests.tools.duty import put_on_duty
from tests.tools.keys import open_store

WANTED = 10_000
ALARMS = 350
LIMIT_S = 300.0
ROOT = Path(__file__).parents[1]
# As in life, but the last step repeats each second instead of every thirty.
LIMITS = Limits(EscalationLimits(repeat_s=1))
ON_DUTY = (0, 1, 2, 3, 6)


def work(url: str) -> None:
    """Turn the clock for ever, as a server's clock does; a database that is away is asked again."""
    store = open_store(url)
    clock = DatabaseClock(store)
    while True:
        try:
            count = take_due(store, LIMITS, clock.now())
        except OperationalError:
            count = 0
            time.sleep(0.2)
        if not count:
            time.sleep(0.05)


def raise_alarms(store: Store, district: SmallDistrict, now: datetime) -> None:
    """Raise alarms at three posts, one after the other."""
    for number in range(ALARMS):
        with store.transaction(now) as transaction:
            post = number % 3
            row = alarms.add(
                transaction.connection,
                district_id=district.district_id,
                station_id=district.stations[post // 2],
                school_id=district.schools[post],
                post_id=district.posts[post],
                version=0,
                state=alarms.OPEN,
                drill=False,
                source="phone",
                raised_at=now,
                claimed_at=now,
                raised_by=None,
                session_state="active",
                latitude=31.88,
                longitude=117.25,
                place_from="post",
                tiers=[Tier.as_dict(one) for one in tiers_at(now, LIMITS[AlarmLimits])],
                shortages=[],
            )
            escalation.start(transaction, row, LIMITS)


def count_steps(store: Store) -> int:
    """Count the steps taken so far; a database that is away has none to tell."""
    try:
        with store.read() as connection:
            return int(
                connection.execute(
                    select(func.count()).select_from(alarm_escalation.ladder_step)
                ).scalar_one()
            )
    except OperationalError:
        return -1


def check(store: Store) -> list[str]:
    """List what is wrong with the steps: nothing, if each happened once."""
    wrong = []
    step, ladder, line, message = (
        alarm_escalation.ladder_step.c,
        alarm_escalation.ladder.c,
        alarm_timelines.alarm_entry.c,
        delivery_tables.message.c,
    )
    with store.read() as connection:
        numbers: dict[tuple[int, int], list[int]] = {}
        for row in connection.execute(select(step.alarm_id, step.tier, step.number).order_by(step.number)):
            numbers.setdefault((row.alarm_id, row.tier), []).append(row.number)
        climbed = connection.execute(select(ladder.alarm_id, ladder.tier, ladder.happened)).all()
        wrong += [
            f"alarm {row.alarm_id} tier {row.tier}: not 0..{row.happened - 1}, once each"
            for row in climbed
            if numbers[row.alarm_id, row.tier] != list(range(row.happened))
        ]
        told = Counter(
            (row.alarm_id, row.facts["tier"])
            for row in connection.execute(select(line.alarm_id, line.facts).where(line.act == "called"))
        )
        wrong += [
            f"{key}: {told[key]} lines for {len(of)} steps"
            for key, of in numbers.items()
            if told[key] != len(of)
        ]
        calls = select(message.reference, func.count().label("n")).group_by(message.reference)
        wrong += [f"{row.reference} sent {row.n} times" for row in connection.execute(calls) if row.n > 1]
    return wrong


def main() -> int:
    """Run it and print what happened."""
    print(f"{WANTED} steps of {ALARMS} alarms, 4 processes; {load()}")
    with tempfile.TemporaryDirectory() as name, postgres.running(Path(name), durable=True) as server:
        upgrade(server.template_url())
        url = server.fresh_url()
        store = open_store(url)
        now = datetime.now(UTC)
        district = make_district(store, now)
        for post in range(3):
            put_on_duty(store, district, post=post, seats=ON_DUTY, now=now)
        raise_alarms(store, district, now)
        workers = [_worker(url) for _ in range(4)]
        began = time.monotonic()
        try:
            _faults(server, url, store, workers, began)
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
        taken, wrong = count_steps(store), check(store)
        print(f"{taken} steps in {time.monotonic() - began:.0f} s; wrong: {len(wrong)}")
        for line in wrong[:10]:
            print(f"  {line}")
        store.close()
        return int(bool(wrong) or taken < WANTED)


def _faults(
    server: postgres.Server, url: str, store: Store, workers: list[subprocess.Popen[bytes]], began: float
) -> None:
    """Let the faults happen one after the other, each at its number of steps."""

    def kill(which: int) -> None:
        workers[which].kill()
        print(f"  process {which + 1} killed")

    def add() -> None:
        workers.append(_worker(url))
        print("  a process added")

    def stop_database() -> None:
        server.crash()
        print("  PostgreSQL killed")
        time.sleep(3)
        server.restart()
        print("  PostgreSQL started again, after 3 s")

    plan = [
        (2000, lambda: kill(0)),
        (3500, lambda: kill(1)),
        (5000, add),
        (6500, stop_database),
        (WANTED, lambda: None),
    ]
    for at, fault in plan:
        while (taken := count_steps(store)) < at:
            if time.monotonic() - began > LIMIT_S:
                raise SystemExit(f"only {taken} steps in {LIMIT_S:.0f} s")
            time.sleep(0.1)
        print(f"{taken:6} steps, {time.monotonic() - began:4.0f} s")
        fault()


def _worker(url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "bench.steps", url], cwd=ROOT)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        work(sys.argv[1])
    sys.exit(main())
