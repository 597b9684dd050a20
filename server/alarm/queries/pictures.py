"""Pictures and clips of alarms, in SQL."""

from collections.abc import Collection
from datetime import datetime
from typing import TypedDict, Unpack

from sqlalchemy import Connection, delete, insert, or_, select

from server.alarm.tables.pictures import AlarmPicture, alarm_picture


class NewPicture(TypedDict):
    """The columns of a picture."""

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


def add(connection: Connection, **values: Unpack[NewPicture]) -> AlarmPicture:
    """Write a picture down, and give it."""
    row = connection.execute(insert(alarm_picture).values(**values).returning(alarm_picture)).mappings().one()
    return AlarmPicture(**row)


def of_alarm(connection: Connection, alarm_id: int) -> list[AlarmPicture]:
    """Read the pictures of an alarm, the oldest first."""
    query = select(alarm_picture).where(alarm_picture.c.alarm_id == alarm_id).order_by(alarm_picture.c.id)
    return [AlarmPicture(**row) for row in connection.execute(query).mappings()]


def by_name(connection: Connection, alarm_id: int, name: str) -> AlarmPicture | None:
    """Read a picture of an alarm by its name."""
    query = select(alarm_picture).where(alarm_picture.c.alarm_id == alarm_id, alarm_picture.c.name == name)
    row = connection.execute(query).mappings().first()
    return AlarmPicture(**row) if row else None


def of_person(connection: Connection, account_id: int) -> list[AlarmPicture]:
    """Read the pictures that somebody sent, the oldest first."""
    query = select(alarm_picture).where(alarm_picture.c.account_id == account_id).order_by(alarm_picture.c.id)
    return [AlarmPicture(**row) for row in connection.execute(query).mappings()]


def sent_before(connection: Connection, before: datetime, limit: int) -> list[int]:
    """Read the numbers of the oldest pictures that came before a time."""
    query = (
        select(alarm_picture.c.id)
        .where(alarm_picture.c.at < before)
        .order_by(alarm_picture.c.at)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def files_named(connection: Connection, names: Collection[str]) -> set[str]:
    """Tell which of some files belong to a picture or clip."""
    columns = alarm_picture.c.picture_file, alarm_picture.c.preview_file
    query = select(*columns).where(or_(*(column.in_(list(names)) for column in columns)))
    return {name for row in connection.execute(query) for name in row if name} & set(names)


def forget(connection: Connection, numbers: Collection[int]) -> tuple[int, list[str]]:
    """Delete the rows of some pictures and clips; gives how many, and the names of their files in the store."""
    gone = (
        delete(alarm_picture)
        .where(alarm_picture.c.id.in_(list(numbers)))
        .returning(alarm_picture.c.picture_file, alarm_picture.c.preview_file)
    )
    rows = connection.execute(gone).all()
    # A clip has no preview.
    return len(rows), [name for row in rows for name in row if name]
