"""The pictures and clips that people send to an alarm."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table

from server.core.database.base import UtcTime, big_key, metadata

JPEG = "image/jpeg"

alarm_picture = Table(
    "alarm_picture",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("alarm_id", ForeignKey("alarm.id"), nullable=False, index=True),
    # Who sent it.
    Column("account_id", BigInteger, nullable=False, index=True),
    # Random, and what stands in addresses; the names in the store never leave the server.
    Column("name", String(64), nullable=False, unique=True),
    Column("at", UtcTime, nullable=False, index=True),
    # A clip's is video/mp4 or video/webm; it has no preview.
    Column("content_type", String(16), nullable=False, server_default=JPEG),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    # As it is kept; its line of the timeline has it too.
    Column("sha256", String(64), nullable=False),
    Column("picture_file", String(64), nullable=False),
    Column("preview_file", String(64), nullable=False),
    Column("preview_bytes", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class AlarmPicture:
    """A picture or clip: whose, of which alarm, and where its files lie in the store."""

    id: int
    alarm_id: int
    account_id: int
    name: str
    at: datetime
    content_type: str
    width: int
    height: int
    bytes: int
    sha256: str
    picture_file: str
    preview_file: str
    preview_bytes: int
