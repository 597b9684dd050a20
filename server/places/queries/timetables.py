"""When a district's schools have their peaks: timetables by school and kind, and the days out of the ordinary."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Connection,
    Date,
    String,
    bindparam,
    literal,
    null,
    select,
    union_all,
)

from server.places.rules.days import Day, SchoolDays, Span
from server.places.rules.peaks import Peak
from server.places.tables import calendar_day, calendar_year, peak, term


@dataclass(frozen=True, slots=True)
class Timetable:
    """A district's peaks and its calendar: of schools by number, of kinds, and common to all."""

    of_school: Mapping[int, tuple[Peak, ...]]
    of_kind: Mapping[str, tuple[Peak, ...]]
    common: Mapping[date, Day]
    own: Mapping[int, Mapping[date, Day]]
    # The district's terms have no school.
    terms: Mapping[int | None, tuple[Span, ...]]
    known_years: frozenset[int]

    def days_of(self, school_id: int | None) -> SchoolDays:
        """Give all that decides about a school's dates; without one, about those that schools have in common."""
        return SchoolDays(
            common=self.common,
            own=self.own.get(school_id, {}) if school_id is not None else {},
            terms=self.terms.get(school_id) or self.terms.get(None, ()),
            known_years=self.known_years,
        )


_peaks_of = select(peak.c.school_id, peak.c.school_kind, peak.c.kind, peak.c.starts, peak.c.ends).where(
    peak.c.district_id == bindparam("district_id")
)

# One statement for all that decides about dates: days have a date, terms two, a year that is known its first day.
_nothing = (null().cast(Boolean), null().cast(String), null().cast(JSON), null().cast(String))
_days_of = union_all(
    select(
        literal("day").label("what"),
        calendar_day.c.school_id,
        calendar_day.c.date,
        calendar_day.c.date.label("last"),
        calendar_day.c.school_day,
        calendar_day.c.source,
        calendar_day.c.peaks,
        calendar_day.c.name,
        literal(0).label("year"),
    ).where(calendar_day.c.district_id == bindparam("district_id")),
    select(literal("term"), term.c.school_id, term.c.first_day, term.c.last_day, *_nothing, literal(0)).where(
        term.c.district_id == bindparam("district_id")
    ),
    select(
        literal("year"),
        null().cast(BigInteger),
        null().cast(Date),
        null().cast(Date),
        *_nothing,
        calendar_year.c.year,
    ).where(calendar_year.c.district_id == bindparam("district_id")),
)


def timetable(connection: Connection, district_id: int) -> Timetable:
    """Read the peaks and the calendar of a district."""
    of_school: dict[int, list[Peak]] = {}
    of_kind: dict[str, list[Peak]] = {}
    for row in connection.execute(_peaks_of, {"district_id": district_id}):
        one = Peak(kind=row.kind, starts=row.starts, ends=row.ends)
        if row.school_id is not None:
            of_school.setdefault(row.school_id, []).append(one)
        else:
            of_kind.setdefault(row.school_kind, []).append(one)
    common: dict[date, Day] = {}
    own: dict[int, dict[date, Day]] = {}
    terms: dict[int | None, list[Span]] = {}
    years = set()
    for row in connection.execute(_days_of, {"district_id": district_id}):
        if row.what == "year":
            years.add(row.year)
        elif row.what == "term":
            terms.setdefault(row.school_id, []).append(Span(row.date, row.last))
        else:
            days = common if row.school_id is None else own.setdefault(row.school_id, {})
            stands = None if row.peaks is None else frozenset(row.peaks)
            days[row.date] = Day(row.school_day, row.source, stands, row.name)
    return Timetable(
        {school_id: tuple(sorted(peaks, key=_start)) for school_id, peaks in of_school.items()},
        {kind: tuple(sorted(peaks, key=_start)) for kind, peaks in of_kind.items()},
        common,
        own,
        {school_id: tuple(sorted(spans)) for school_id, spans in terms.items()},
        frozenset(years),
    )


def _start(one: Peak) -> time:
    return one.starts
