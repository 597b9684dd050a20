"""What an alarm waits for its answer while the file store hangs and sixteen people wait for their files.

A server on its default engine, SQLite, in a process of its own, with its files in a bucket. Each quarter of a second an
alarm is raised and ended: with a store that works, then with one that never answers while files are fetched anew
whenever the server has given one up, a copy of own data waits to be written, and the sweeping waits too.

Run: .venv/bin/python -m bench.files_away [ENGINE]
"""

import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from bench.bench_district import load
from bench.long_work import alarms, say
from server.core.database.migrate import upgrade
from server.core.files.store.s3 import READS_AT_ONCE
from server.core.jobs.tables import stored_file
from tests.tools.buckets import bucket_service
from tests.tools.jobs import wait_for_job
from tests.tools.world import World, living

EACH_S = 40.0


def made_file(world: World, guard: int) -> int:
    number: int = world.write(guard, "/api/me/own-data", language="zh-CN")["id"]
    assert wait_for_job(world, guard, "done", "failed")["state"] == "done"
    return number


def run(world: World, until: float, guard: int, number: int, gave_up: list[float]) -> None:
    while time.monotonic() < until:
        began = time.monotonic()
        world.get(guard, f"/api/jobs/{number}/file")
        gave_up.append(time.monotonic() - began)


def main() -> None:
    engine = sys.argv[1] if len(sys.argv) > 1 else "eventlet"
    with tempfile.TemporaryDirectory() as place, bucket_service() as service:
        folder = Path(place)
        url = f"sqlite:///{folder}/huxue.db"
        upgrade(url)
        settings = {**service.settings(), "HUXUE_ENGINE": engine}
        with living(url, folder / "server.log", **settings) as world:
            guard, other = world.district.guards[2][0], world.district.guards[2][1]
            number, old = made_file(world, guard), made_file(world, other)
            print(f"{engine}; {load()}")
            until = time.monotonic() + EACH_S
            say("the file store works", alarms(world, lambda: time.monotonic() < until))
            with world.store.transaction(datetime.now(UTC)) as transaction:
                expired = transaction.now - timedelta(days=1)
                over = update(stored_file).where(stored_file.c.job_id == old).values(expires_at=expired)
                transaction.connection.execute(over)
            service.how = "hang"
            world.write(other, "/api/me/own-data", language="zh-CN")
            until, gave_up = time.monotonic() + EACH_S, list[float]()
            asked = (world, until, guard, number, gave_up)
            asking = [threading.Thread(target=run, args=asked) for _ in range(READS_AT_ONCE)]
            for one in asking:
                one.start()
            say("the file store hangs", alarms(world, lambda: time.monotonic() < until))
            for one in asking:
                one.join()
            print(f"{len(gave_up)} files given up, after {max(gave_up, default=0):.0f} s; {load()}")
            print("a copy of own data:", wait_for_job(world, other, "failed", within_s=120)["reason"])


if __name__ == "__main__":
    main()
