"""Timetables of later: peaks by season that hold from a date on."""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select

from server.places.tables import TimetableRow, timetable


def all_of(connection: Connection, district_id: int) -> list[TimetableRow]:
    """Read all timetables of a district, the earliest first."""
    query = select(timetable).where(timetable.c.district_id == district_id)
    rows = connection.execute(query.order_by(timetable.c.starts_on, timetable.c.id)).mappings()
    return [TimetableRow(**row) for row in rows]


def add(connection: Connection, values: Mapping[str, object]) -> None:
    """Write a timetable in the place of one that begins on the same date for the same schools."""
    same = [timetable.c[name].is_not_distinct_from(values[name]) for name in ("school_id", "school_kind")]
    of = (timetable.c.district_id == values["district_id"], timetable.c.starts_on == values["starts_on"])
    connection.execute(delete(timetable).where(*of, *same))
    connection.execute(insert(timetable).values(**values))


def remove(connection: Connection, number: int) -> None:
    """Delete a timetable."""
    connection.execute(delete(timetable).where(timetable.c.id == number))
