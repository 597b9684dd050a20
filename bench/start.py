"""How long the demo takes from its second start until it can write, and how long a year's database takes to migrate.

The year is written as the release before has its tables (``migrations/LAST_RELEASE``), on SQLite: 33,000 guards, and
two peaks of each school day with the seven seats of each post. Aims: 2 s and 60 s.
Run: .venv/bin/python -m bench.start [--json FILE]
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import suppress
from datetime import date, datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Connection, MetaData, create_engine, text

from bench.bench_district import load
from bench.large_district import add_a_year
from deploy.programs.children import free_port
from server.core.database.base import microseconds
from server.core.database.migrate import FOLDER, configuration, upgrade
from server.demo.district import make_district
from tests.tools.server import ROOT

A_POST = 7
WITHIN_S = 180.0


def second_start(folder: Path) -> float:
    """Start the demo, end it, and give the seconds that it takes to be ready once more."""
    started(folder)
    return started(folder)


def started(folder: Path) -> float:
    """Start the demo in a folder, end it again, and give the seconds until it was ready."""
    port = free_port()
    settings = {"HUXUE_DATABASE_URL": f"sqlite:///{folder / 'demo.db'}"}
    # As whoever calls make run: what is compiled once is kept.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    demo = subprocess.Popen(
        [sys.executable, "-m", "server.demo.run", "--port", str(port)],
        cwd=ROOT,
        env={**environment, **settings},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not ready(port):
            if time.perf_counter() - began > WITHIN_S or demo.poll() is not None:
                raise RuntimeError("the demo does not start")
            time.sleep(0.02)
        return time.perf_counter() - began
    finally:
        end(demo)


def end(demo: "subprocess.Popen[bytes]") -> None:
    """End the demo as Ctrl-C does; what comes just while it starts a child is lost, so that is tried again."""
    for _try in range(10):
        demo.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            demo.wait(5)
            return
    os.killpg(demo.pid, signal.SIGKILL)


def ready(port: int) -> bool:
    """Ask whether a server can write."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


def migrated(folder: Path) -> tuple[float, int, float]:
    """Bring a year of the release before to today's tables; gives the seconds, the check-ins and megabytes."""
    file = folder / "year.db"
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        settings = configuration()
        settings.attributes["connection"] = connection
        command.upgrade(settings, (FOLDER / "LAST_RELEASE").read_text().strip())
    with engine.begin() as connection:
        fill(connection)
        check_ins = connection.execute(text("SELECT count(*) FROM check_in")).scalar_one()
    engine.dispose()
    began = time.perf_counter()
    upgrade(f"sqlite:///{file}")
    return time.perf_counter() - began, check_ins, file.stat().st_size / 1e6


def fill(connection: Connection) -> None:
    """Write the demo district, and a year of it, into the tables of an older release."""
    paper, known = make_district(), MetaData()
    known.reflect(connection)
    seats: dict[int, list[int]] = {}
    post_of = {row["school_id"]: row["id"] for row in paper.post}
    for name, rows in paper.tables().items():
        columns = [column.name for column in known.tables[name].columns if column.name in rows[0]]
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})"
        written = [tuple(as_sqlite_keeps_it(row[column]) for column in columns) for row in rows]
        connection.exec_driver_sql(statement, written)
    for row in paper.account:
        if row["role"] == "guard" and row["school_id"] in post_of:
            seats.setdefault(post_of[row["school_id"]], []).append(row["id"])
    add_a_year(connection, [(guard, post) for post, guards in seats.items() for guard in guards[:A_POST]])


def as_sqlite_keeps_it(value: Any) -> Any:
    """Give a value of a row as it is kept."""
    if isinstance(value, datetime):
        return microseconds(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time_of_day):
        return f"{value.isoformat()}.000000"
    return json.dumps(value) if isinstance(value, dict | list) else value


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--json", type=Path)
    wanted = asked.parse_args()
    print(load())
    with tempfile.TemporaryDirectory() as name:
        again_s = second_start(Path(name))
        migration_s, check_ins, megabytes = migrated(Path(name))
    print(f"second start of the demo: {again_s:.1f} s until it can write")
    print(
        f"migration of a year ({check_ins:,} check-ins, {megabytes:.0f} MB afterwards): {migration_s:.1f} s"
    )
    if wanted.json:
        found = {
            "load": load(),
            "second_start_s": again_s,
            "migration_s": migration_s,
            "check_ins": check_ins,
        }
        wanted.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
