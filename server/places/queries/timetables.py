"""When a district's schools have their peaks: timetables by school and kind, and the days out of the ordinary."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Connection,
    Date,
    String,
    Time,
    bindparam,
    false,
    literal,
    null,
    select,
    union_all,
)

from server.places.rules.composition import Composition
from server.places.rules.days import Day, SchoolDays, Span
from server.places.rules.peaks import Peak
from server.places.rules.staffing import StaffingRule
from server.places.rules.timetables import Plan, Season, Timing
from server.places.tables import calendar_day, calendar_year, peak, staffing_rule, term
from server.places.tables import timetable as timetable_table


@dataclass(frozen=True, slots=True)
class Timetable:
    """A district's peaks, calendar and rules of staffing: of schools by number, of kinds, and common to all."""

    of_school: Mapping[int, Timing]
    of_kind: Mapping[str, Timing]
    rules: tuple[StaffingRule, ...]
    common: Mapping[date, Day]
    own: Mapping[int, Mapping[date, Day]]
    # The district's terms have no school.
    terms: Mapping[int | None, tuple[Span, ...]]
    known_years: frozenset[int]

    def timings_of(self, school_id: int, school_kind: str) -> tuple[Timing, ...]:
        """Give the peaks of a school: its own first, then those of its kind."""
        found = (self.of_school.get(school_id), self.of_kind.get(school_kind))
        return tuple(one for one in found if one is not None)

    def days_of(self, school_id: int | None) -> SchoolDays:
        """Give all that decides about a school's dates; without one, about those that schools have in common."""
        return SchoolDays(
            common=self.common,
            own=self.own.get(school_id, {}) if school_id is not None else {},
            terms=self.terms.get(school_id) or self.terms.get(None, ()),
            known_years=self.known_years,
        )


# One statement for what hardly changes of peaks and staffing: peaks from the beginning, plans of later, rules.
_peaks_of = union_all(
    select(
        literal("peak").label("what"),
        peak.c.id,
        peak.c.school_id,
        peak.c.school_kind,
        peak.c.kind,
        peak.c.starts,
        peak.c.ends,
        null().cast(Date).label("starts_on"),
        null().cast(Date).label("ends_on"),
        null().cast(JSON).label("data"),
        null().cast(BigInteger).label("post_id"),
        false().label("by_pupils"),
    ).where(peak.c.district_id == bindparam("district_id")),
    select(
        literal("plan"),
        timetable_table.c.id,
        timetable_table.c.school_id,
        timetable_table.c.school_kind,
        null().cast(String),
        null().cast(Time),
        null().cast(Time),
        timetable_table.c.starts_on,
        null().cast(Date),
        timetable_table.c.seasons,
        null().cast(BigInteger),
        false(),
    ).where(timetable_table.c.district_id == bindparam("district_id")),
    select(
        literal("rule"),
        staffing_rule.c.id,
        null().cast(BigInteger),
        staffing_rule.c.school_kind,
        staffing_rule.c.peak,
        null().cast(Time),
        null().cast(Time),
        staffing_rule.c.starts_on,
        staffing_rule.c.ends_on,
        staffing_rule.c.heads,
        staffing_rule.c.post_id,
        staffing_rule.c.by_pupils,
    ).where(staffing_rule.c.district_id == bindparam("district_id")),
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
    """Read the peaks, the calendar and the rules of staffing of a district."""
    peaks: dict[int | str, list[Peak]] = {}
    plans: dict[int | str, list[Plan]] = {}
    rules: list[StaffingRule] = []
    for row in connection.execute(_peaks_of, {"district_id": district_id}):
        of = row.school_kind if row.school_id is None else row.school_id
        if row.what == "peak":
            peaks.setdefault(of, []).append(Peak(kind=row.kind, starts=row.starts, ends=row.ends))
        elif row.what == "plan":
            plans.setdefault(of, []).append(Plan(row.starts_on, seasons_of(row.data)))
        else:
            rules.append(_rule(row))
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
    timings = {
        of: Timing(tuple(sorted(peaks.get(of, ()), key=_start)), tuple(plans.get(of, ())))
        for of in peaks.keys() | plans.keys()
    }
    return Timetable(
        {of: timing for of, timing in timings.items() if isinstance(of, int)},
        {of: timing for of, timing in timings.items() if isinstance(of, str)},
        tuple(sorted(rules, key=lambda rule: rule.id)),
        common,
        own,
        {school_id: tuple(sorted(spans)) for school_id, spans in terms.items()},
        frozenset(years),
    )


def seasons_of(kept: Iterable[Mapping[str, Any]]) -> tuple[Season, ...]:
    """Make seasons again of what is kept of them."""
    return tuple(
        Season(
            one["name"],
            one["month"],
            one["day"],
            tuple(
                Peak(each["kind"], time.fromisoformat(each["starts"]), time.fromisoformat(each["ends"]))
                for each in one["peaks"]
            ),
        )
        for one in kept
    )


def _rule(row: Any) -> StaffingRule:
    return StaffingRule(
        id=row.id,
        heads=Composition.from_dict(row.data),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        school_kind=row.school_kind,
        post_id=row.post_id,
        peak=row.kind,
        by_pupils=row.by_pupils,
    )


def _start(one: Peak) -> time:
    return one.starts
