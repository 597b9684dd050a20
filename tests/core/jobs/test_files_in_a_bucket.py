"""Long work whose files lie in a bucket: fetched by whoever asked, swept away; what a bad service does to that."""

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from server.config import Settings, read_settings
from server.core import audit
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.files.store import FileStore, random_name, s3
from server.core.jobs import sweeping
from server.core.jobs.tables import stored_file
from tests.tools.buckets import BUCKET, Service, bucket_service
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.jobs import work_off
from tests.tools.keys import TEST_KEYS
from tests.tools.server import ROOT, _without_settings

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
def settings(service: Service, database_url: str, tmp_path: Path) -> Settings:
    """Give demo settings whose files lie in a bucket."""
    return read_settings(
        {
            "HUXUE_MODE": "demo",
            "HUXUE_KEYS": TEST_KEYS,
            "HUXUE_DATABASE_URL": database_url,
            "HUXUE_ENGINE": "threads",
            **service.settings(tmp_path.name),
        }
    )


@pytest.fixture
def files(app: Flask) -> FileStore:
    """Give the store of the application."""
    kept: FileStore = app.extensions["huxue"].files
    return kept


@pytest.fixture
def mine(caller: SignIn, district: SmallDistrict) -> Caller:
    """Give a guard who has asked for his data."""
    guard = caller(district.guards[0][0])
    answer = guard.post("/api/me/own-data", {"language": "zh-CN"})
    assert answer.status_code == 202
    return guard


def newest(mine: Caller) -> dict[str, object]:
    found: dict[str, object] = mine.get("/api/jobs").json["items"][0]
    return found


def test_a_file_comes_through_the_server_and_tells_nobody_where_it_lies(
    app: Flask, mine: Caller, files: FileStore, caller: SignIn, district: SmallDistrict
) -> None:
    work_off(app)
    job = newest(mine)
    answer = mine.get(f"/api/jobs/{job['id']}/file")
    assert (answer.status_code, answer.data[:2]) == (200, b"PK")
    assert len(answer.data) == answer.content_length
    (kept,) = {one.name for one in files.names()}
    assert kept not in str(answer.headers) + str(job)
    assert BUCKET not in str(answer.headers)
    for other in (district.guards[0][1], *district.consoles.values()):
        assert code(caller(other).get(f"/api/jobs/{job['id']}/file")) == (404, "not_found")


def test_an_object_that_somebody_deleted_is_not_found(app: Flask, mine: Caller, files: FileStore) -> None:
    work_off(app)
    for one in list(files.names()):
        files.delete(one.name)
    assert code(mine.get(f"/api/jobs/{newest(mine)['id']}/file")) == (404, "not_found")


def test_a_service_that_cannot_be_used_fails_the_job_in_words_and_the_next_one_is_done(
    app: Flask, mine: Caller, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    service.how = "skewed"
    work_off(app)
    job = newest(mine)
    assert (job["state"], job["reason"], job["file"]) == ("failed", "files_away", None)
    assert "clocks of this machine and of the file store differ" in caplog.text
    assert "Traceback" not in caplog.text
    assert service.secret not in caplog.text
    service.how = ""
    mine.post("/api/me/own-data", {"language": "zh-CN"})
    work_off(app)
    assert newest(mine)["state"] == "done"


def test_a_file_that_cannot_be_fetched_now_is_said_to_be_there_later(
    app: Flask, mine: Caller, service: Service
) -> None:
    work_off(app)
    place = f"/api/jobs/{newest(mine)['id']}/file"
    service.how = "skewed"
    answer = mine.get(place)
    assert code(answer) == (503, "files_away")
    assert int(answer.headers["Retry-After"]) > 0
    service.how = ""
    assert mine.get(place).status_code == 200


def test_whoever_fetches_makes_room_for_the_next(app: Flask, mine: Caller) -> None:
    work_off(app)
    place = f"/api/jobs/{newest(mine)['id']}/file"
    answers = [mine.client.head(place).status_code for _ in range(s3.READS_AT_ONCE)]
    answers += [mine.get(place).status_code for _ in range(2 * s3.READS_AT_ONCE)]
    assert set(answers) == {200}


def test_files_are_swept_away_with_proof_and_what_no_row_knows_too(
    app: Flask, app_store: Store, mine: Caller, files: FileStore, clock: WoundClock
) -> None:
    work_off(app)
    clock.wind(minutes=24 * 60 + 1)
    assert sweeping.sweep(app_store, files, clock.now(), RowRetry("files")) == 1
    assert list(files.names()) == []
    with app_store.read() as connection:
        assert connection.execute(select(stored_file.c.id)).all() == []
        proof = connection.execute(select(audit.audit_row.c.facts).where(audit.audit_row.c.act == "purge"))
        assert proof.scalars().all() == [{"stored_file": 1}]


def test_what_no_row_has_known_for_days_is_found_and_deleted_whole_or_begun(
    app: Flask, app_store: Store, mine: Caller, files: FileStore, service: Service, tmp_path: Path
) -> None:
    work_off(app)
    (known,) = [one.name for one in files.names()]
    files.put(random_name(), BytesIO(b"made after the backup that was restored"))
    rows = RowRetry("unknown_files")
    # Since when an object lies there is the time of the service.
    assert sweeping.sweep_unknown(app_store, files, datetime.now(UTC), rows) == 0
    begun = f"{tmp_path.name}/{random_name()}"
    service.client().create_multipart_upload(Bucket=BUCKET, Key=begun)
    later = datetime.now(UTC) + sweeping.UNKNOWN_FOR + timedelta(minutes=1)
    service.how = "skewed"
    assert (sweeping.sweep_unknown(app_store, files, later, rows), rows.failures["unknown_files"]) == (0, 1)
    service.how = ""
    assert sweeping.sweep_unknown(app_store, files, later, rows) == 2
    assert [one.name for one in files.names()] == [known]


def test_while_the_service_is_away_the_sweeping_asks_it_once_and_goes_on_later(
    app: Flask,
    app_store: Store,
    mine: Caller,
    files: FileStore,
    clock: WoundClock,
    service: Service,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for _ in range(3):
        work_off(app)
        mine.post("/api/me/own-data", {"language": "zh-CN"})
    clock.wind(minutes=24 * 60 + 1)
    rows = RowRetry("files")
    service.how, service.calls[:] = "skewed", []
    assert sweeping.sweep(app_store, files, clock.now(), rows) == 0
    assert len(service.calls) == 1
    assert (rows.failures["files"], caplog.text.count("files whose time is over stay for now")) == (1, 1)
    service.how = ""
    assert sweeping.sweep(app_store, files, clock.now(), rows) == 3
    assert list(files.names()) == []


def test_a_server_says_once_at_its_start_that_its_files_have_no_place(
    files: FileStore, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    sweeping.say_if_away(files)
    assert caplog.text == ""
    service.how = "skewed"
    sweeping.say_if_away(files)
    (line,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert "clocks" in line.getMessage()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "s3://huxue-files/made: a file could be written, read, listed and deleted."),
        (
            {"HUXUE_FILES_SECRET": "wrong" * 8},
            "Error: s3://huxue-files/made: the file store refuses the secret",
        ),
    ],
)
def test_a_command_says_in_a_sentence_whether_the_settings_are_right(
    service: Service, sqlite_url: str, change: dict[str, str], words: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "files", "check-store"],
        cwd=ROOT,
        env={
            **_without_settings(),
            "HUXUE_MODE": "demo",
            "HUXUE_KEYS": TEST_KEYS,
            "HUXUE_DATABASE_URL": sqlite_url,
            **service.settings(),
            **change,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert words in said
    assert (done.returncode == 0) == (not change)
    assert "Traceback" not in said
    assert service.secret not in said
    assert "wrong" not in said
