"""Alarms beside a file store that hangs: real servers on each engine."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from server.core.files.store import s3
from tests.tools.buckets import Service, bucket_service
from tests.tools.jobs import wait_for_job
from tests.tools.world import World, living


@pytest.fixture
def service() -> Iterator[Service]:
    """Serve a bucket."""
    with bucket_service() as service:
        yield service


@pytest.mark.parametrize("engine", ["eventlet", "gevent", "threads"])
def test_alarms_are_raised_and_ended_while_the_service_hangs_and_many_wait_for_their_files(
    sqlite_template: Path, tmp_path: Path, service: Service, engine: str
) -> None:
    database = tmp_path / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    log = tmp_path / "server.log"
    with living(
        f"sqlite:///{database}", log, HUXUE_ENGINE=engine, **service.settings(tmp_path.name)
    ) as world:
        guard = world.district.guards[2][0]
        number = world.write(guard, "/api/me/own-data", language="zh-CN")["id"]
        assert wait_for_job(world, guard, "done", "failed")["state"] == "done"
        assert world.get(guard, f"/api/jobs/{number}/file").content[:2] == b"PK"
        service.how, service.calls[:] = "hang", []
        answers: list[int] = []

        def fetch() -> None:
            answers.append(world.get(guard, f"/api/jobs/{number}/file").status_code)

        waiting = [threading.Thread(target=fetch) for _ in range(s3.READS_AT_ONCE + 4)]
        for one in waiting:
            one.start()
        until_they_hang(service)
        took = [raise_and_end(world, one % 2) for one in range(6)]
        assert service.how == "hang"
        # Those beyond the bound were answered at once; of the others nobody is yet.
        assert len(answers) <= 4
        assert max(took) < 5
        service.how = ""
        service.go_on()
        for one in waiting:
            one.join(60)
        assert set(answers) <= {200, 503}
    assert service.secret not in log.read_text()


def until_they_hang(service: Service) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if len(service.calls) >= s3.READS_AT_ONCE:
            return
        service.stopping.wait(0.05)
    raise AssertionError(f"{len(service.calls)} calls hang")


def raise_and_end(world: World, post: int) -> float:
    """Raise an alarm and end it; gives the seconds until it was answered."""
    began = time.monotonic()
    raised = world.write(world.district.guards[post][2], "/api/alarms", fix=None)
    took = time.monotonic() - began
    dispatcher = world.district.consoles["dispatcher"]
    answer: requests.Response = world.post(
        dispatcher,
        f"/api/alarms/{raised['id']}/resolution",
        {"request_id": str(uuid4()), "outcome": "test", "finding": "Ended."},
    )
    answer.raise_for_status()
    return took
