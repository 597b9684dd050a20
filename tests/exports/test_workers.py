"""The list of a whole district on a real server: its worker is killed in the middle, and another one ends the work."""

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from server.core.audit import audit_look, audit_row
from server.core.database.sealing import telephones
from server.people.tables import account
from tests.tools.exports import PURPOSE, read_xlsx
from tests.tools.jobs import wait_for_job, worker_child
from tests.tools.world import World, living

MANY = 33_000
# What the program itself takes is well over half of that.
MOST_MEMORY_KB = 250_000


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district with as many guards as a large one has."""
    folder = tmp_path_factory.mktemp("exports")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        crowd(world)
        yield world


def crowd(world: World) -> None:
    now = datetime.now(UTC)
    same = {
        "district_id": world.district.district_id,
        "school_id": world.district.schools[0],
        "category": "volunteer",
        "role": "guard",
        "status": "approved",
        "registered_at": now,
    }
    with world.store.transaction(now) as transaction:
        connection = transaction.connection
        rows = [
            {
                **same,
                "name": f"测试{number}",
                **telephones.written(connection, account, f"1991{number:07}"),
            }
            for number in range(MANY)
        ]
        connection.execute(insert(account), rows)


def highest_memory_kb(process: int) -> int:
    """Tell how much memory a process had at most."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0])


def test_a_list_whose_worker_is_killed_is_made_by_another_with_each_look_once_and_little_memory(
    world: World,
) -> None:
    desk = world.district.consoles["district_admin"]
    number = world.write(desk, "/api/exports", kind="guards", purpose=PURPOSE, with_telephones=True)["id"]
    wait_for_job(world, desk, "running")
    killed = worker_child(world)
    os.kill(killed, signal.SIGKILL)
    done = wait_for_job(world, desk, "done", "failed", within_s=150)
    assert (done["id"], done["state"], done["done"], done["total"]) == (number, "done", MANY + 21, MANY + 21)
    other = worker_child(world)
    assert other != killed
    assert highest_memory_kb(other) < MOST_MEMORY_KB

    content = world.get(desk, f"/api/jobs/{number}/file").content
    assert len(content) == done["file"]["bytes"]
    numbers = set(read_xlsx(content).column("手机号"))
    assert {f"1991{one:07}" for one in range(MANY)} < numbers
    with world.store.read() as connection:
        rows = connection.execute(select(audit_row.c.id).where(audit_row.c.act == "export.telephones")).all()
        looks = connection.execute(select(func.count()).select_from(audit_look)).scalar_one()
    assert (len(rows), looks) == (1, MANY + 21)
