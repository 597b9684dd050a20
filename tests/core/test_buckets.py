"""A bucket whose service fails in each way that services do: said in words, within a bound, and nothing left behind."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from server.config import BadSetting, read_settings
from server.core.files.store import PIECE_BYTES, NotKept, NotThere, StoreAway, random_name, s3, try_out
from server.core.files.store.opening import FileSettings, files_of, open_files
from tests.tools.buckets import BUCKET, REGION, Service, bucket_service

GOOD = {"HUXUE_MODE": "demo", "HUXUE_FILES_KEY": "key", "HUXUE_FILES_SECRET": "geheim"}
LONG = b"0123456789abcdef" * (9 * 2**16)


@pytest.fixture(scope="module")
def one_service() -> Iterator[Service]:
    """Serve a bucket."""
    with bucket_service() as service:
        yield service


@pytest.fixture
def service(one_service: Service) -> Iterator[Service]:
    """Give the service with nothing asked of it; afterwards it works again."""
    one_service.calls.clear()
    yield one_service
    one_service.how = ""
    one_service.go_on()


@pytest.fixture
def asked(service: Service, tmp_path: Path) -> FileSettings:
    """Give the settings of an empty place in the bucket."""
    return FileSettings(
        bucket=f"s3://{BUCKET}/{tmp_path.name}",
        endpoint=service.url,
        region=REGION,
        key=service.key,
        secret=service.secret,
    )


def said(asked: FileSettings) -> str:
    """Give what somebody hears who tries a store out that cannot be used."""
    with pytest.raises(StoreAway) as heard:
        try_out(open_files(asked, ""))
    return str(heard.value)


def test_wrong_settings_are_named(asked: FileSettings, service: Service) -> None:
    assert "HUXUE_FILES_SECRET" in said(replace(asked, secret="x" * 40))
    assert "HUXUE_FILES_KEY" in said(replace(asked, key="AKIANOBODY"))
    assert "HUXUE_FILES)" in said(replace(asked, bucket="s3://somebody-elses"))
    assert "HUXUE_FILES_ENDPOINT" in said(replace(asked, endpoint="http://127.0.0.1:9"))
    assert "TLS" in said(replace(asked, endpoint=service.url.replace("http", "https")))


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("slow_down", "too much to do"),
        ("skewed", "clocks"),
        ("broken", "InternalError"),
        ("garbage", "InvalidRange"),
    ],
)
def test_what_the_service_refuses_with_is_said_in_words(
    asked: FileSettings, service: Service, how: str, words: str
) -> None:
    files, name = open_files(asked, ""), random_name()
    files.put(name, BytesIO(b"x"))
    service.how = how
    for act in (files.read, files.delete, lambda one: files.put(one, BytesIO(b"y"))):
        with pytest.raises(StoreAway) as heard:
            act(name)
        assert words in str(heard.value)
        assert "geheim" not in str(heard.value)
    service.how = ""
    assert b"".join(files.read(name)) == b"x"


def test_a_passing_overload_is_outlasted(asked: FileSettings, service: Service) -> None:
    files, name = open_files(asked, ""), random_name()
    service.how = "slow_down_once"
    assert files.put(name, BytesIO(b"x")) == 1
    assert [method for method, _path in service.calls] == ["PUT", "PUT"]


def test_a_service_that_hangs_is_left_after_a_bound_also_where_it_never_ends_a_call(
    asked: FileSettings, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "CALL_S", 0.2)
    files = open_files(asked, "")
    service.how = "hang"
    for act in (
        lambda: files.put(random_name(), BytesIO(b"x")),
        lambda: files.read(random_name()),
        lambda: files.delete(random_name()),
        lambda: next(files.names(), None),
    ):
        with pytest.raises(StoreAway, match="does not answer"):
            act()


def test_a_service_that_hangs_is_left_by_the_library_itself(
    asked: FileSettings, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "READ_S", 0.1)
    files = open_files(asked, "")
    service.how = "hang"
    with pytest.raises(StoreAway, match="does not answer"):
        files.read(random_name())
    assert len(service.calls) == s3.TRIES


def test_a_stream_that_breaks_off_is_taken_up_where_it_broke(asked: FileSettings, service: Service) -> None:
    files, name = open_files(asked, ""), random_name()
    files.put(name, BytesIO(LONG))
    service.how = "half_once"
    assert b"".join(files.read(name)) == LONG


def test_a_stream_that_always_breaks_off_is_never_taken_for_the_whole(
    asked: FileSettings, service: Service
) -> None:
    files, name = open_files(asked, ""), random_name()
    files.put(name, BytesIO(LONG))
    service.how = "half"
    with pytest.raises(StoreAway, match="breaks off"):
        list(files.read(name))


def test_a_file_that_was_changed_in_the_middle_of_reading_is_not_mixed(
    asked: FileSettings, service: Service
) -> None:
    files, name = open_files(asked, ""), random_name()
    files.put(name, BytesIO(LONG))
    service.how = "half_once"
    content = files.read(name)
    next(content)
    files.put(name, BytesIO(LONG[::-1]))
    with pytest.raises(StoreAway):
        list(content)


def test_no_more_than_a_part_is_in_a_request_however_long_the_file(
    asked: FileSettings, service: Service
) -> None:
    files, name = open_files(asked, ""), random_name()
    service.largest = 0
    files.put(name, BytesIO(LONG * 3))
    assert service.largest == s3.PART_BYTES
    assert max(map(len, files.read(name))) <= PIECE_BYTES


def test_parts_that_were_left_behind_are_found_and_deleted(asked: FileSettings, service: Service) -> None:
    files, name = open_files(asked, ""), random_name()
    key = f"{asked.bucket.rpartition('/')[2]}/{name}"
    service.client().create_multipart_upload(Bucket=BUCKET, Key=key)
    assert [one.name for one in files.names()] == [name]
    files.delete(name)
    assert list(files.names()) == []
    with pytest.raises(NotThere):
        files.read(name)


def test_what_others_keep_beside_ours_is_left_alone(asked: FileSettings, service: Service) -> None:
    prefix = asked.bucket.rpartition("/")[2]
    for key in (f"{prefix}/notes.txt", f"{prefix}2/{random_name()}"):
        service.client().put_object(Bucket=BUCKET, Key=key, Body=b"theirs")
    assert list(open_files(asked, "").names()) == []


def test_more_than_a_thousand_files_are_all_listed(asked: FileSettings) -> None:
    files = open_files(asked, "")
    names = {random_name() for _ in range(1_005)}
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda name: files.put(name, BytesIO()), names))
    assert {one.name for one in files.names()} == names


def test_readers_are_counted_and_whoever_leaves_makes_room(asked: FileSettings) -> None:
    files, name = open_files(asked, ""), random_name()
    files.put(name, BytesIO(LONG))
    reading: list[Any] = [files.read(name) for _ in range(s3.READS_AT_ONCE)]
    with pytest.raises(StoreAway, match="too many"):
        files.read(name)
    # One left before his first piece, one in the middle, one has read all; one asked for what is not there.
    next(reading[1])
    reading[0].close()
    reading[1].close()
    reading[1].close()
    list(reading[2])
    for _ in range(s3.READS_AT_ONCE):
        with suppress(NotThere):
            files.read(random_name())
    again = [files.read(name) for _ in range(3)]
    with pytest.raises(StoreAway, match="too many"):
        files.read(name)
    assert all(next(one) == LONG[:PIECE_BYTES] for one in again)


def test_the_secret_is_in_no_log_and_no_text(
    asked: FileSettings, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    files = open_files(asked, "")
    service.how = "broken"
    with pytest.raises(NotKept):
        files.put(random_name(), BytesIO(b"x"))
    assert service.secret not in caplog.text + repr(asked) + repr(files)
    assert service.key not in repr(asked) + repr(files)


@pytest.mark.parametrize(
    "value", ["huxue", "s3://", "s3:///x", "https://host/b", "s3://key:geheim@bucket", "s3://B"]
)
def test_an_address_that_names_no_bucket_is_refused(value: str) -> None:
    with pytest.raises(BadSetting, match="HUXUE_FILES="):
        read_settings({**GOOD, "HUXUE_FILES": value})


@pytest.mark.parametrize(
    "value", ["minio:9000", "http://key:geheim@minio", "https://minio/path", "ftp://minio"]
)
def test_an_endpoint_that_is_more_than_a_host_is_refused_and_not_shown(value: str) -> None:
    with pytest.raises(BadSetting, match="HUXUE_FILES_ENDPOINT: must be") as refused:
        read_settings({**GOOD, "HUXUE_FILES": "s3://huxue", "HUXUE_FILES_ENDPOINT": value})
    assert "geheim" not in str(refused.value)


def test_a_bucket_needs_its_key() -> None:
    with pytest.raises(BadSetting, match="HUXUE_FILES needs"):
        read_settings({"HUXUE_MODE": "demo", "HUXUE_FILES": "s3://huxue", "HUXUE_FILES_KEY": "key"})


def test_the_key_may_stand_in_a_file_of_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "key"
    asked = {"HUXUE_MODE": "demo", "HUXUE_FILES": "s3://huxue/made", "HUXUE_FILES_KEY_FILE": str(path)}
    settings = read_settings(asked)
    with pytest.raises(BadSetting, match="cannot be read"):
        files_of(settings)
    path.write_text("key\ngeheim\n")
    path.chmod(0o644)
    with pytest.raises(BadSetting, match="chmod 600") as refused:
        files_of(settings)
    assert "geheim" not in str(refused.value)
    path.chmod(0o600)
    found = files_of(settings)
    assert (found.key, found.secret) == ("key", "geheim")
    path.write_text("key\n")
    with pytest.raises(BadSetting, match="two lines"):
        files_of(settings)
