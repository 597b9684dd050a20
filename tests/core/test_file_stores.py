"""What every store of files does, a folder and a bucket alike."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import IO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.core.files.store import FileStore, NotKept, NotThere, random_name, try_out
from server.core.files.store.opening import FileSettings, open_files
from tests.tools.buckets import BUCKET, REGION, Service, bucket_service

LONG = 9 * 2**20 + 1


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """Serve a bucket."""
    with bucket_service() as service:
        yield service


@pytest.fixture(params=["folder", "bucket"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    """Open an empty store of each kind."""
    if request.param == "folder":
        return open_files(FileSettings(folder=str(tmp_path / "files")), "")
    service: Service = request.getfixturevalue("service")
    return open_files(
        FileSettings(
            bucket=f"s3://{BUCKET}/{tmp_path.name}",
            endpoint=service.url,
            region=REGION,
            key=service.key,
            secret=service.secret,
        ),
        "",
    )


def lying(files: FileStore) -> list[str]:
    return sorted({one.name for one in files.names()})


@pytest.mark.parametrize("length", [0, 1, 65_536, 8 * 2**20, LONG])
def test_what_is_kept_comes_back_as_it_was(files: FileStore, length: int) -> None:
    name, content = random_name(), bytes(range(251)) * (length // 251 + 1)
    assert files.put(name, BytesIO(content[:length])) == length
    pieces = list(files.read(name))
    assert b"".join(pieces) == content[:length]
    assert max(map(len, pieces), default=0) <= 65_536
    assert lying(files) == [name]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=200_000))
def test_any_bytes_come_back(files: FileStore, content: bytes) -> None:
    name = random_name()
    files.put(name, BytesIO(content))
    assert b"".join(files.read(name)) == content
    files.delete(name)


def test_what_is_deleted_is_gone_and_may_be_deleted_again(files: FileStore) -> None:
    name = random_name()
    files.put(name, BytesIO(b"x"))
    files.delete(name)
    files.delete(name)
    assert lying(files) == []
    with pytest.raises(NotThere):
        files.read(name)


def test_what_never_was_there_is_said_not_to_be_before_the_first_piece(files: FileStore) -> None:
    with pytest.raises(NotThere):
        files.read(random_name())


@pytest.mark.parametrize("name", ["", "../secret", "a" * 47, "A" * 48, "a" * 48 + "/b"])
def test_a_name_that_we_do_not_give_is_refused(files: FileStore, name: str) -> None:
    for act in (files.read, files.delete, lambda one: files.put(one, BytesIO(b"x"))):
        with pytest.raises(NotKept):
            act(name)
    assert lying(files) == []


class _BreaksOff(BytesIO):
    """A source that fails in its second part."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > LONG // 2:
            raise OSError(5, "Input/output error")
        return super().read(size)


@pytest.mark.parametrize("cut", [b"", b"y" * LONG])
def test_what_was_not_written_whole_is_not_there_and_leaves_nothing(files: FileStore, cut: bytes) -> None:
    name, source = random_name(), _source(cut)
    with pytest.raises((NotKept, OSError)):
        files.put(name, source)
    with pytest.raises(NotThere):
        files.read(name)
    assert lying(files) == []


def _source(cut: bytes) -> IO[bytes]:
    source = _BreaksOff(cut)
    if not cut:
        source.write(b"z" * LONG)
    return source


def test_a_second_writing_takes_the_place_of_the_first(files: FileStore) -> None:
    name = random_name()
    files.put(name, BytesIO(b"first, and longer"))
    files.put(name, BytesIO(b"second"))
    assert b"".join(files.read(name)) == b"second"


def test_since_when_a_file_lies_there_is_known(files: FileStore) -> None:
    files.put(random_name(), BytesIO(b"x"))
    (kept,) = files.names()
    assert abs(datetime.now(UTC) - kept.since) < timedelta(minutes=1)


def test_many_threads_share_one_store(files: FileStore) -> None:
    names = [random_name() for _ in range(24)]

    def go_round(name: str) -> bytes:
        files.put(name, BytesIO(name.encode() * 5000))
        with closing(files.read(name)) as content:  # type: ignore[type-var]
            return b"".join(content)

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(go_round, names)) == [name.encode() * 5000 for name in names]
    assert lying(files) == sorted(names)


def test_a_store_that_works_can_be_tried_out_and_keeps_nothing_of_it(files: FileStore) -> None:
    try_out(files)
    assert lying(files) == []


def test_a_folder_that_is_none_is_said_to_be_unusable(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("no folder")
    files = open_files(FileSettings(folder=str(tmp_path / "files")), "")
    with pytest.raises(NotKept):
        files.put(random_name(), BytesIO(b"x"))
