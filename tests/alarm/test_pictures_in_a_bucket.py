"""Pictures of an alarm whose files lie in a bucket, and a service that fails."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from server.alarm.tables.pictures import alarm_picture
from server.config import Settings, read_settings
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.files.store import s3
from server.core.jobs import sweeping
from tests.tools.buckets import Service, bucket_service
from tests.tools.client import Caller, code
from tests.tools.clips import mp4, send_clip
from tests.tools.clock import WoundClock
from tests.tools.duty import count
from tests.tools.keys import TEST_KEYS
from tests.tools.pictures import jpeg, send

SignIn = Callable[[int | None], Caller]


@pytest.fixture(scope="module")
def one_service() -> Iterator[Service]:
    """Serve a bucket."""
    with bucket_service() as service:
        yield service


@pytest.fixture
def service(one_service: Service) -> Iterator[Service]:
    """Give the service; afterwards it works again."""
    yield one_service
    one_service.how = ""
    one_service.go_on()


@pytest.fixture
def settings(service: Service, sqlite_url: str, tmp_path: Path) -> Settings:
    """Give demo settings whose files lie in a bucket."""
    return read_settings(
        {
            "HUXUE_MODE": "demo",
            "HUXUE_KEYS": TEST_KEYS,
            "HUXUE_DATABASE_URL": sqlite_url,
            "HUXUE_ENGINE": "threads",
            **service.settings(tmp_path.name),
        }
    )


def test_a_picture_goes_into_the_bucket_and_comes_through_the_server(
    app: Flask, caller: SignIn, team: list[list[int]], service: Service
) -> None:
    guard = caller(team[0][1])
    alarm = caller(team[0][0]).post("/api/alarms").json["id"]
    name = send(guard, alarm, jpeg()).json["name"]
    kept = {one.name for one in app.extensions["huxue"].files.names()}
    assert len(kept) == 2 and name not in kept
    answer = guard.get(f"/api/alarms/{alarm}/pictures/{name}")
    assert (answer.status_code, answer.data[:3]) == (200, b"\xff\xd8\xff")
    assert service.url not in str(answer.headers)


def test_a_clip_goes_into_the_bucket_and_its_parts_come_through_the_server(
    app: Flask, caller: SignIn, team: list[list[int]], service: Service
) -> None:
    guard = caller(team[0][1])
    alarm = caller(team[0][0]).post("/api/alarms").json["id"]
    sent = mp4(size=9 * 2**20)
    name = send_clip(guard, alarm, sent).json["name"]
    path = f"/api/alarms/{alarm}/clips/{name}"
    whole = guard.get(path).data
    assert len(whole) == len(sent)
    part = guard.client.get(path, headers={"Range": "bytes=5000000-5099999"})
    assert (part.status_code, part.data) == (206, whole[5_000_000:5_100_000])
    rest = guard.client.get(path, headers={"Range": "bytes=9000000-"})
    assert (rest.status_code, rest.data) == (206, whole[9_000_000:])
    for _again in range(40):
        # Who leaves in the middle gives his place back.
        guard.client.get(path, headers={"Range": "bytes=0-"}, buffered=False).close()
    assert guard.get(path).status_code == 200


@pytest.mark.parametrize("how", ["slow_down", "skewed", "broken", "hang"])
def test_a_service_that_fails_refuses_the_picture_and_nothing_else(
    app: Flask,
    caller: SignIn,
    team: list[list[int]],
    service: Service,
    app_store: Store,
    clock: WoundClock,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    monkeypatch.setattr(s3, "CALL_S", 2.0)
    guard = caller(team[0][1])
    alarm = caller(team[0][0]).post("/api/alarms").json["id"]
    name = send(guard, alarm, jpeg()).json["name"]
    service.how = how
    assert code(send(guard, alarm, jpeg(50, 50))) == (503, "files_away")
    assert code(guard.get(f"/api/alarms/{alarm}/pictures/{name}/preview")) == (503, "files_away")
    assert guard.post(f"/api/alarms/{alarm}/notes", {"text": "门口有人"}).status_code == 200
    assert count(app_store, alarm_picture) == 1
    service.how = ""
    service.go_on()
    clock.wind(seconds=3_601)
    assert sweeping.sweep(app_store, app.extensions["huxue"].files, clock.now(), RowRetry("files")) == 2
    assert len({one.name for one in app.extensions["huxue"].files.names()}) == 2
    assert guard.get(f"/api/alarms/{alarm}/pictures/{name}").status_code == 200
