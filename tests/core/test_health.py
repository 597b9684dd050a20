"""Alive, able to write, and figures that only this machine may read."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from server.app import create_app
from server.config import read_settings
from server.core.database.schema_state import write_probe
from server.core.database.transaction import Store
from server.core.http import health
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.faults import failing_commits

SignIn = Callable[[int | None], Caller]


def get(app: Flask, path: str, address: str = "127.0.0.1", **headers: str) -> TestResponse:
    return app.test_client().get(path, environ_base={"REMOTE_ADDR": address}, headers=headers)


def test_alive_and_ready_tell_anybody_nothing_else(app: Flask) -> None:
    for address in ("127.0.0.1", "203.0.113.9"):
        assert get(app, "/healthz", address).json == {"alive": True}
        assert get(app, "/readyz", address).json == {"ready": True}


def test_not_ready_while_nothing_can_be_written_but_still_alive(app: Flask, app_store: Store) -> None:
    with failing_commits(app_store):
        answer = get(app, "/readyz")
        assert (answer.status_code, answer.json["code"]) == (503, "cannot_write_now")
        assert answer.headers["Retry-After"] == "2"
        assert get(app, "/healthz").status_code == 200
        assert get(app, "/metrics").status_code == 200, "monitors see why"
    assert get(app, "/readyz").status_code == 200


def test_each_question_writes_a_value_that_differs(
    app: Flask, app_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "READY_FOR_S", 0.0)

    def number() -> int:
        with app_store.read() as connection:
            found: int = connection.execute(select(write_probe.c.number)).scalar_one()
        return found

    get(app, "/readyz")
    first = number()
    get(app, "/readyz")
    assert number() == first + 1


def test_not_ready_while_the_clock_stands_still(app: Flask) -> None:
    app.extensions["huxue.clockwork"].beat_at = time.monotonic() - 31
    answer = get(app, "/readyz")
    assert (answer.status_code, answer.json["code"]) == (503, "clock_stopped")
    app.extensions["huxue.clockwork"].tick(time.monotonic())
    assert get(app, "/readyz").status_code == 200


def test_many_questions_are_few_writes(app: Flask, app_store: Store) -> None:
    commits: list[object] = []
    event.listen(app_store.engine, "commit", commits.append)
    for _time in range(50):
        assert get(app, "/readyz", "203.0.113.9").status_code == 200
    assert 1 <= len(commits) < 10


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_not_ready_on_a_disk_that_is_read_only(app: Flask, app_store: Store) -> None:
    connection = app_store.engine.raw_connection()
    connection.cursor().execute("PRAGMA query_only=ON")
    assert get(app, "/readyz").status_code == 503
    connection.cursor().execute("PRAGMA query_only=OFF")
    assert get(app, "/readyz").status_code == 200


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of its own, of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1600k", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a disk of its own needs root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_said_to_be_full(
    small_disk: Path, sqlite_template: Path, clock: WoundClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "READY_FOR_S", 0.0)
    path = small_disk / "huxue.db"
    shutil.copy(sqlite_template, path)
    app = create_app(
        read_settings({"HUXUE_MODE": "demo", "HUXUE_DATABASE_URL": f"sqlite:///{path}"}), now=clock.now
    )
    assert get(app, "/readyz").status_code == 200
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as full, suppress(OSError):
        while full.write(bytes(1024)):
            pass
    answers = [get(app, "/readyz") for _time in range(400)]
    answer = next(one for one in answers if one.status_code != 200)
    assert (answer.status_code, answer.json["code"]) == (503, "disk_full")
    filler.unlink()
    assert get(app, "/readyz").status_code == 200
    app.extensions["huxue"].store.close()


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1"])
def test_figures_for_this_machine(app: Flask, district: SmallDistrict, address: str) -> None:
    answer = get(app, "/metrics", address)
    assert answer.status_code == 200
    figures = dict(line.split(" ") for line in answer.text.splitlines() if not line.startswith("#"))
    names = {one.partition("{")[0] for one in figures}
    assert names == {
        "huxue_last_event_id",
        "huxue_log_read_to",
        "huxue_sockets",
        "huxue_calendar_known_days",
        "huxue_check_ins_waiting",
        "huxue_duty_failures",
        "huxue_alarm_messages_waiting_seconds",
        "huxue_messages_waiting_seconds",
        "huxue_jobs_waiting_seconds",
        "huxue_auditor_silent_seconds",
        "huxue_failed_sign_ins_day",
        "huxue_disk_free_share",
        "huxue_certificate_days",
    }


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("203.0.113.9", {}),
        ("10.0.0.7", {}),
        ("::ffff:203.0.113.9", {}),
        ("", {}),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}),
        ("127.0.0.1", {"X-Real-IP": "127.0.0.1"}),
    ],
)
def test_figures_for_nobody_else_nor_through_a_proxy(
    app: Flask, address: str, headers: dict[str, str]
) -> None:
    answer = get(app, "/metrics", address, **headers)
    assert (answer.status_code, answer.json["code"]) == (403, "loopback_only")
    assert "huxue_" not in answer.text
