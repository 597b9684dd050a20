"""Real servers with real workers, each killed: a child on SQLite, ``flask worker`` beside PostgreSQL."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, insert, select

from deploy.programs import postgres
from server.core.jobs.tables import stored_file
from server.duty.tables import position
from tests.tools.duty import STAFF_1, STAFF_2, VOLUNTEER_1
from tests.tools.jobs import newest_job, wait_for_job, worker_child
from tests.tools.server import ROOT, _without_settings
from tests.tools.world import World, living

# A copy of so many points takes some seconds to make.
MANY = 12_000


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district on SQLite, of which two guards have long trails."""
    folder = tmp_path_factory.mktemp("jobs")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        for seat in (STAFF_1, STAFF_2):
            leave_trail(world, world.district.guards[0][seat])
        yield world


def leave_trail(world: World, guard: int) -> None:
    now = datetime.now(UTC)
    point = {
        "account_id": guard,
        "check_in_id": 1,
        "latitude": 31.5,
        "longitude": 117.5,
        "accuracy_m": 5.0,
        "at": now,
    }
    with world.store.transaction(now) as transaction:
        transaction.connection.execute(insert(position), [point] * MANY)


def ask(world: World, guard: int) -> int:
    number: int = world.write(guard, "/api/me/own-data", language="zh-CN")["id"]
    return number


def test_a_worker_that_is_killed_in_the_middle_is_followed_by_another(world: World) -> None:
    guard = world.district.guards[0][STAFF_1]
    number = ask(world, guard)
    wait_for_job(world, guard, "running")
    killed = worker_child(world)
    os.kill(killed, signal.SIGKILL)
    done = wait_for_job(world, guard, "done", "failed")
    assert (done["id"], done["state"]) == (number, "done")
    assert worker_child(world) != killed
    file = world.get(guard, f"/api/jobs/{number}/file")
    assert file.content[:2] == b"PK"
    assert len(file.content) == done["file"]["bytes"]
    # The file of the first try was never whole: it goes, and nobody could fetch it.
    with world.store.read() as connection:
        whole = select(func.count()).where(
            stored_file.c.job_id == number, stored_file.c.whole_at.is_not(None)
        )
        assert connection.execute(whole).scalar_one() == 1


def test_a_server_that_is_killed_in_the_middle_takes_its_worker_along_and_goes_on_when_it_is_back(
    world: World,
) -> None:
    guard = world.district.guards[0][STAFF_2]
    number = ask(world, guard)
    wait_for_job(world, guard, "running")
    child = worker_child(world)
    # The server alone: nobody tells its worker.
    os.kill(world.server.process.pid, signal.SIGKILL)
    world.server.process.wait()
    gone = Path(f"/proc/{child}/stat")
    until_gone(gone)
    world.server.restart()
    done = wait_for_job(world, guard, "done", "failed")
    assert (done["id"], done["state"]) == (number, "done")


def until_gone(stat: Path) -> None:
    """Return when a process has ended, or is a zombie that nobody waited for."""
    deadline = datetime.now(UTC).timestamp() + 20
    while datetime.now(UTC).timestamp() < deadline:
        try:
            if stat.read_text().rpartition(")")[2].split()[0] == "Z":
                return
        except OSError:
            return
    raise AssertionError("the worker outlived its server")


def test_one_that_runs_is_called_off(world: World) -> None:
    guard = world.district.guards[0][STAFF_1]
    number = ask(world, guard)
    wait_for_job(world, guard, "running")
    world.write(guard, f"/api/jobs/{number}/cancellation")
    assert wait_for_job(world, guard, "done", "cancelled")["state"] == "cancelled"
    assert world.get(guard, f"/api/jobs/{number}/file").status_code == 404


def test_beside_postgresql_workers_share_the_jobs_and_one_that_is_told_to_end_gives_its_job_back(
    postgres_server: postgres.Server, tmp_path: Path
) -> None:
    url, files = postgres_server.fresh_url(), str(tmp_path / "files")
    with living(url, tmp_path / "server.log", HUXUE_FILES_FOLDER=files) as world:
        slow, quick = world.district.guards[0][STAFF_1], world.district.guards[0][VOLUNTEER_1]
        leave_trail(world, slow)
        environment = {**_without_settings(), **world.server._environment}
        run = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
        first = subprocess.Popen(run, cwd=ROOT, env=environment)
        second = None
        try:
            number = ask(world, slow)
            wait_for_job(world, slow, "running")
            ask(world, quick)
            second = subprocess.Popen(run, cwd=ROOT, env=environment)
            first.terminate()
            assert first.wait(30) == 0
            assert newest_job(world, slow)["state"] in {"waiting", "running"}
            assert wait_for_job(world, quick, "done", "failed")["state"] == "done"
            done = wait_for_job(world, slow, "done", "failed")
            assert (done["id"], done["state"]) == (number, "done")
            answer: requests.Response = world.get(slow, f"/api/jobs/{number}/file")
            assert answer.content[:2] == b"PK"
        finally:
            for one in (first, second):
                if one is not None and one.poll() is None:
                    one.kill()
                    one.wait()
