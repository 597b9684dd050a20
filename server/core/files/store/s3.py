"""Files in a bucket of a service that speaks S3: Amazon's, MinIO, Ceph, OSS, COS, OBS.

Each call is bounded: who asks gets a file or ``NotKept`` within ``CALL_S``, also from a service that says nothing.
"""

import os
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any

import botocore.session  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]

from server.core.files.store import Kept, NotKept, StoreAway, is_name
from server.core.files.store.s3_faults import GAVE_UP, not_kept
from server.core.files.store.s3_reading import Reading

CONNECT_S, READ_S, TRIES = 3.0, 8.0, 3
# A time-out of the socket starts anew with each byte, and a resolver knows none; this one ends what they let go on.
CALL_S = 60.0
# What is longer goes up in parts of this size, one in memory at a time; services take none below 5 MiB.
PART_BYTES = 8 * 2**20
# Each holds a connection to the service as long as its reader takes.
READS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Access:
    """How a service is reached; ``style`` is where the bucket stands in addresses: ``path`` or ``virtual``."""

    endpoint: str
    region: str
    style: str
    key: str = field(repr=False)
    secret: str = field(repr=False)


class S3Store:
    """Keeps each file as an object ``PREFIX/NAME``; several threads may use one."""

    holds_up = False

    def __init__(self, access: Access, bucket: str, prefix: str) -> None:
        self._bucket, self._prefix = bucket, f"{prefix}/" if prefix else ""
        self._client = _client(access)
        self._reads = threading.BoundedSemaphore(READS_AT_ONCE)

    def put(self, name: str, content: IO[bytes]) -> int:
        """Keep the content: one object at once, or in parts that count when the last is there."""
        key, first = self._key(name), content.read(PART_BYTES)
        if len(first) < PART_BYTES:
            self._call("put_object", Key=key, Body=first)
            return len(first)
        upload = str(self._call("create_multipart_upload", Key=key)["UploadId"])
        try:
            return self._put_parts(key, upload, first, content)
        except BaseException:
            # Parts that were left behind are found by ``names``.
            with suppress(NotKept):
                self._call("abort_multipart_upload", Key=key, UploadId=upload)
            raise

    def read(self, name: str, first: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Give the content in pieces, as the service sends them. Raises ``StoreAway`` where too many read."""
        key = self._key(name)

        def wanted(at: int) -> dict[str, str]:
            last = "" if length is None else first + length - 1
            return {"Range": f"bytes={at}-{last}"} if at or length is not None else {}

        if not self._reads.acquire(blocking=False):
            raise StoreAway("too many read at once")
        try:
            answer = self._call("get_object", Key=key, **wanted(first))
        except BaseException:
            self._reads.release()
            raise

        def go_on(at: int, tag: str) -> Mapping[str, Any]:
            return self._call("get_object", Key=key, **wanted(first + at), IfMatch=tag)

        return Reading(answer, go_on, self._reads.release)

    def delete(self, name: str) -> None:
        """Delete a file, and the parts that were begun under its name."""
        key = self._key(name)
        self._call("delete_object", Key=key)
        for _name, upload, _since in self._begun(key):
            self._call("abort_multipart_upload", Key=key, UploadId=upload)

    def names(self) -> Iterator[Kept]:
        """List what lies there, and what was begun."""
        more: dict[str, Any] = {}
        while True:
            page = self._call("list_objects_v2", Prefix=self._prefix, **more)
            for one in page.get("Contents", ()):
                name = str(one["Key"]).removeprefix(self._prefix)
                if is_name(name):
                    yield Kept(name, one["LastModified"])
            if not page.get("IsTruncated"):
                break
            more = {"ContinuationToken": page["NextContinuationToken"]}
        for name, _upload, since in self._begun(self._prefix):
            yield Kept(name, since)

    def _put_parts(self, key: str, upload: str, first: bytes, content: IO[bytes]) -> int:
        parts: list[dict[str, Any]] = []
        length, part = 0, first
        while part:
            number = len(parts) + 1
            sent = self._call("upload_part", Key=key, UploadId=upload, PartNumber=number, Body=part)
            parts.append({"PartNumber": number, "ETag": sent["ETag"]})
            length += len(part)
            part = content.read(PART_BYTES)
        self._call("complete_multipart_upload", Key=key, UploadId=upload, MultipartUpload={"Parts": parts})
        return length

    def _begun(self, prefix: str) -> Iterator[tuple[str, str, Any]]:
        """List the uploads in parts that were neither ended nor given up: name, upload, since when.

        MinIO lists them for a whole name alone; it deletes them by itself after a day.
        """
        more: dict[str, Any] = {}
        while True:
            page = self._call("list_multipart_uploads", Prefix=prefix, **more)
            for one in page.get("Uploads", ()):
                name = str(one["Key"]).removeprefix(self._prefix)
                if is_name(name):
                    yield name, str(one["UploadId"]), one["Initiated"]
            if not page.get("IsTruncated"):
                return
            more = {"KeyMarker": page["NextKeyMarker"], "UploadIdMarker": page["NextUploadIdMarker"]}

    def _key(self, name: str) -> str:
        if not is_name(name):
            raise NotKept("no name of a file")
        return self._prefix + name

    def _call(self, what: str, **asked: Any) -> Mapping[str, Any]:
        """Call the service in a thread of its own, which is left to itself when it takes too long."""
        came: list[Mapping[str, Any] | BaseException] = []

        def ask() -> None:
            try:
                came.append(getattr(self._client, what)(Bucket=self._bucket, **asked))
            except BaseException as failure:  # noqa: BLE001 -- raised anew where it was asked
                came.append(failure)

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(CALL_S)
        if not came:
            raise StoreAway(GAVE_UP)
        if isinstance(came[0], BotoCoreError | ClientError):
            # From nothing: the library's own sentences may quote what was sent.
            raise not_kept(came[0], what) from None
        if isinstance(came[0], BaseException):
            raise came[0]
        return came[0]


def _client(access: Access) -> Any:
    session = botocore.session.Session()
    # What lies about on the machine for other programs is not ours.
    session.set_config_variable("config_file", os.devnull)
    session.set_config_variable("credentials_file", os.devnull)
    believed = ssl.get_default_verify_paths()
    return session.create_client(
        "s3",
        endpoint_url=access.endpoint or None,
        region_name=access.region,
        aws_access_key_id=access.key,
        aws_secret_access_key=access.secret,
        verify=believed.cafile or True,
        config=Config(
            signature_version="s3v4",
            connect_timeout=CONNECT_S,
            read_timeout=READ_S,
            retries={"mode": "standard", "total_max_attempts": TRIES},
            s3={"addressing_style": access.style},
            max_pool_connections=READS_AT_ONCE + 8,
            # Others than Amazon's refuse checksums that stand behind the body.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            user_agent="huxue",
        ),
    )
