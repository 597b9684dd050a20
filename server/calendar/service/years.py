"""Filling a year with the nation's days off and make-up days, beneath what people in the district have set."""

from dataclasses import dataclass
from datetime import date

from server.calendar.files.holidays import Days
from server.calendar.queries import days
from server.core.database.transaction import Transaction
from server.places.rules.day_edits import Beneath, beneath
from server.places.rules.days import NATIONAL, DaySource
from server.places.tables import CalendarDay


@dataclass(frozen=True, slots=True)
class Filled:
    """What became of a year: days that a source set, days of people that stay, days of before that it has no more."""

    set: int
    kept: int
    removed: int


def fill(
    transaction: Transaction,
    *,
    district_id: int,
    year: int,
    found: Days,
    source: DaySource,
    changed_by: int | None,
    today: date,
) -> Filled:
    """Write what a source says of a year, and note that the year is known.

    Days that somebody in the district has set stay as they are, with the source's word beneath them. Days that are
    over are filled in where nothing stands, and never changed.
    """
    connection, now = transaction.connection, transaction.now
    first, last = date(year - 1, 12, 25), date(year, 12, 31)
    there = days.between(connection, district_id, None, first, last)
    rows, kept = [], 0
    for on, day in sorted(found.items()):
        new: Beneath = {"school_day": not day.off, "name": day.name, "source": source.value}
        before = there.get(on)
        if before is not None and (on < today or _says(before, new)):
            continue
        by_people = before is not None and before.source not in NATIONAL
        kept += by_people
        rows.append(_beneath(before, new) if before and by_people else _national(on, before, new))
    days.put(connection, district_id, None, [{**row, "changed_at": now} for row in rows])
    gone = [
        on
        for on, row in there.items()
        if on.year == year and on >= today and on not in found and row.source in NATIONAL
    ]
    days.take(connection, district_id, None, gone)
    days.fill_year(connection, district_id, year, source=source.value, changed_by=changed_by, now=now)
    return Filled(len(rows) - kept, kept, len(gone))


def _says(row: CalendarDay, new: Beneath) -> bool:
    if row.source in NATIONAL:
        return (row.school_day, row.name, row.source) == (new["school_day"], new["name"], new["source"])
    return row.beneath == new


def _national(on: date, before: CalendarDay | None, new: Beneath) -> dict[str, object]:
    return {**EMPTY, "date": on, **new, "version": version_of(before) + 1}


def _beneath(row: CalendarDay, new: Beneath) -> dict[str, object]:
    return {
        "date": row.date,
        "school_day": row.school_day,
        "name": row.name,
        "source": row.source,
        "peaks": row.peaks,
        "reason": row.reason,
        "version": row.version,
        "changed_by": row.changed_by,
        "beneath": new,
    }


# All columns, so that rows of several kinds are written by one statement.
EMPTY: dict[str, object] = {
    "name": None,
    "source": None,
    "peaks": None,
    "beneath": None,
    "reason": None,
    "version": 1,
    "changed_by": None,
}


def over(row: CalendarDay | None, on: date) -> dict[str, object]:
    """Begin the row of a day that somebody changes: what stands beneath it, and its next version."""
    kept = row.beneath if row else None
    if row is not None and kept is None:
        said = beneath(row.source, school_day=row.school_day, name=row.name)
        kept = dict(said) if said else None
    return {
        **EMPTY,
        "date": on,
        "name": row.name if row else None,
        "beneath": kept,
        "version": version_of(row) + 1,
    }


def version_of(row: CalendarDay | None) -> int:
    """Give the version of a day; 0 where nothing is said of it, and rows of before have their first."""
    return 0 if row is None else row.version or 1
