"""What an alarm waits for its answer while a worker makes a copy of a very long trail beside the server.

A server on its default engine in a process of its own, with the worker that it has in use: its child on SQLite, ``flask
worker`` on PostgreSQL. Each quarter of a second an alarm is raised and ended, first without, then as long as it lasts.

Run: .venv/bin/python -m bench.long_work [sqlite | postgresql] [POINTS]
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert

from bench.bench_district import load, quantile
from deploy.programs import postgres
from server.core.database.migrate import upgrade
from server.duty.tables import position
from tests.tools.jobs import newest_job
from tests.tools.server import ROOT
from tests.tools.world import World, living

POINTS = 250_000
QUIET_S, EACH_S = 20.0, 0.25
MOST_S = 600.0


def leave_trail(world: World, guard: int, points: int) -> None:
    now = datetime.now(UTC)
    row = {
        "account_id": guard,
        "check_in_id": 1,
        "latitude": 31.5,
        "longitude": 117.5,
        "accuracy_m": 5.0,
        "at": now,
    }
    for start in range(0, points, 10_000):
        with world.store.transaction(now) as transaction:
            transaction.connection.execute(insert(position), [row] * min(10_000, points - start))


def alarms(world: World, goes_on: Callable[[], bool]) -> list[float]:
    """Raise and end alarms as long as something goes on; give how long each waited for its answer, in ms."""
    took, number = [], 0
    dispatcher = world.district.consoles["dispatcher"]
    while goes_on():
        began = time.monotonic()
        raised = world.write(world.district.guards[number % 3][2], "/api/alarms", fix=None)
        took.append((time.monotonic() - began) * 1000)
        world.write(dispatcher, f"/api/alarms/{raised['id']}/resolution", outcome="test", finding="Bench.")
        number += 1
        time.sleep(max(0.0, EACH_S - (time.monotonic() - began)))
    return took


def say(name: str, took: list[float]) -> None:
    print(
        f"{name:28} {len(took):4} alarms  p50 {quantile(took, 0.5):6.0f} ms  p99 {quantile(took, 0.99):6.0f} ms  "
        f"slowest {max(took):6.0f} ms"
    )


@contextmanager
def served(kind: str, folder: Path) -> Iterator[World]:
    """Serve a small district with its worker."""
    files = str(folder / "files")
    if kind == "sqlite":
        url = f"sqlite:///{folder}/huxue.db"
        upgrade(url)
        with living(url, folder / "server.log", HUXUE_FILES_FOLDER=files) as world:
            yield world
        return
    with postgres.running(durable=True) as server:
        url = server.empty_url()
        upgrade(url)
        with living(url, folder / "server.log", HUXUE_FILES_FOLDER=files) as world:
            run = ["nice", "-n", "10", sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
            environment = {**os.environ, **world.server._environment}
            worker = subprocess.Popen(run, cwd=ROOT, env=environment)
            try:
                yield world
            finally:
                worker.terminate()
                worker.wait()


def main() -> None:
    kind = "postgresql" if "postgresql" in sys.argv else "sqlite"
    points = next((int(one) for one in sys.argv[1:] if one.isdecimal()), POINTS)
    with tempfile.TemporaryDirectory() as place, served(kind, Path(place)) as world:
        guard = world.district.guards[2][0]
        leave_trail(world, guard, points)
        print(f"{kind}, a trail of {points:,} points; {load()}")
        alarms(world, lambda: False)
        until = time.monotonic() + QUIET_S
        say("without long work", alarms(world, lambda: time.monotonic() < until))
        began = time.monotonic()
        world.write(guard, "/api/me/own-data", language="zh-CN")

        def lasts() -> bool:
            return (
                newest_job(world, guard)["state"] in {"waiting", "running"}
                and time.monotonic() - began < MOST_S
            )

        say("while a copy is made", alarms(world, lasts))
        print(f"the copy took {time.monotonic() - began:.0f} s: {newest_job(world, guard)}; {load()}")


if __name__ == "__main__":
    main()
