"""The year's sheet of a district or a school: what each day is, who says so; and changing days of it."""

from datetime import date, datetime, timedelta
from typing import TypedDict

from sqlalchemy import Connection

from server.calendar.queries import days
from server.calendar.service import posts, years
from server.core import audit
from server.core.access.roles import Act, Actor, Role, may, require, sees_post
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.moments import moment_or_none
from server.core.refused import Refused
from server.places.queries import districts
from server.places.queries.districts import Place
from server.places.queries.timetables import Timetable, timetable
from server.places.rules.day_edits import DayEdit, DayKind, check_ahead, check_half, require_editor
from server.places.rules.days import DaySource
from server.places.rules.peaks import PeakKind
from server.places.tables import CalendarDay, District


class DayView(TypedDict):
    """A day of a sheet: what it is, what decided, who changed it and why."""

    date: str
    school_day: bool
    peaks: list[str] | None
    why: str
    name: str | None
    provisional: bool
    version: int
    source: str | None
    reason: str | None
    changed_by: str | None
    changed_at: str | None
    schools: int


class YearSheet(TypedDict):
    """A year of the district, or of one school: its 365 or 366 days."""

    year: int
    today: str
    school_id: int | None
    school_name: str | None
    known_by: str | None
    may_edit: bool
    peaks: list[str]
    days: list[DayView]


class Changed(TypedDict):
    """How many days were changed."""

    days: int


def sheet(store: Store, *, actor: Actor, year: int, school_id: int | None, now: datetime) -> YearSheet:
    """Show a year of the actor's district, or of a school in scope; a school's user sees his own.

    Raises ``Refused``: ``not_your_role``, ``not_found`` for a school outside the scope.
    """
    require(actor, Act.SEE_CALENDAR)
    if actor.role == Role.SCHOOL_ADMIN and school_id is None:
        school_id = actor.school_id
    with store.read() as connection:
        district = districts.the_district(connection, actor.district_id)
        school = days.one_school(connection, actor.district_id, school_id) if school_id else None
        if school_id is not None and (
            school is None
            or not sees_post(
                actor, district_id=school.district_id, station_id=school.station_id, school_id=school.id
            )
        ):
            raise Refused("not_found")
        times = timetable(connection, actor.district_id)
        known = days.years(connection, actor.district_id).get(year)
        shown = _days(connection, times, actor.district_id, school_id, year)
    act = Act.EDIT_CALENDAR if school_id is None else Act.EDIT_SCHOOL_DAYS
    return {
        "year": year,
        "today": posts.today_of(district, now).isoformat(),
        "school_id": school_id,
        "school_name": school.name if school else None,
        "known_by": known.source if known else None,
        "may_edit": may(actor, act),
        "peaks": _peaks(times, school_id, school.kind if school else None),
        "days": shown,
    }


def edit(
    store: Store, *, actor: Actor, request_id: str, wanted: DayEdit, limits: Limits, now: datetime
) -> Changed:
    """Make days of the district, or of a school, school days, half days or days off, or let what is beneath decide.

    Days that are over stay; whoever is on duty stays so. Raises ``Refused``: ``not_your_role``, ``not_found``,
    ``date_is_past`` (date), ``changed_meanwhile`` (date, by, changed_at), ``half_day_peaks``, ``shift_running`` (posts)
    where a shift is open now that would end, unless it is meant (``running``).
    """
    require_editor(actor, wanted.school_id)
    own = wanted.school_id
    with store.transaction(now) as transaction:
        connection = transaction.connection
        dates = sorted(wanted.days)
        body = [
            own,
            [[on.isoformat(), wanted.days[on]] for on in dates],
            wanted.kind,
            wanted.peaks,
            wanted.name,
        ]
        body = [*body, wanted.reason, wanted.running]
        first = transaction.remember(actor.account_id, request_id, "edit_days", body, shape=Changed)
        if first is not None:
            return first
        district = districts.the_district(connection, actor.district_id)
        _check(transaction, district, wanted, limits)
        there = days.between(connection, district.id, own, dates[0], dates[-1])
        _check_versions(connection, there, wanted)
        _write(transaction, actor, wanted, there)
        _record(transaction, actor, wanted)
        answer: Changed = {"days": len(dates)}
        transaction.answer(actor.account_id, request_id, answer)
    if posts.is_near(dates, posts.today_of(district, now)):
        posts.tell(store, district_id=district.id, school_id=own, limits=limits, now=now)
    return answer


def _check(transaction: Transaction, district: District, wanted: DayEdit, limits: Limits) -> None:
    connection, now, own = transaction.connection, transaction.now, wanted.school_id
    school = days.one_school(connection, district.id, own) if own is not None else None
    if own is not None and school is None:
        raise Refused("not_found")
    check_ahead(wanted.days, posts.today_of(district, now))
    if wanted.kind == DayKind.HALF:
        known = _peaks(timetable(connection, district.id), own, school.kind if school else None)
        check_half(wanted.peaks, known)
    if (
        not wanted.running
        and wanted.kind != DayKind.WORK
        and posts.is_near(wanted.days, posts.today_of(district, now))
    ):
        touched = posts.of_school(districts.places(connection, district_id=district.id), own)
        open_now = posts.running_on(_of_common(touched, wanted), set(wanted.days), limits, now)
        if open_now:
            raise Refused("shift_running", posts=open_now)


def _of_common(places: list[Place], wanted: DayEdit) -> list[Place]:
    """Leave out the schools that have a day of their own: a change of the district's does not reach them."""
    return [
        place
        for place in places
        if wanted.school_id is not None or not set(wanted.days) & set(place.days.own)
    ]


def _check_versions(connection: Connection, there: dict[date, CalendarDay], wanted: DayEdit) -> None:
    for on, version in wanted.days.items():
        row = there.get(on)
        if years.version_of(row) != version:
            by = days.names(connection, [row.changed_by]) if row else {}
            raise Refused(
                "changed_meanwhile",
                date=on.isoformat(),
                by=by.get(row.changed_by or 0) if row else None,
                changed_at=row.changed_at if row else None,
            )


def _write(transaction: Transaction, actor: Actor, wanted: DayEdit, there: dict[date, CalendarDay]) -> None:
    rows, cleared = [], []
    common = {"changed_by": actor.account_id, "changed_at": transaction.now, "reason": wanted.reason}
    for on in sorted(wanted.days):
        before = there.get(on)
        row = {**years.over(before, on), **common}
        beneath = before.beneath if before else None
        if wanted.kind != DayKind.CLEAR:
            peaks = list(wanted.peaks) if wanted.kind == DayKind.HALF else None
            name = wanted.name or row["name"]
            work = wanted.kind != DayKind.OFF
            rows.append(
                row | {"school_day": work, "peaks": peaks, "name": name, "source": DaySource.CONSOLE.value}
            )
        elif beneath is not None:
            rows.append(row | {**beneath, "beneath": None})
        elif before is not None:
            cleared.append(on)
    own = wanted.school_id
    if rows:
        days.put(transaction.connection, actor.district_id, own, rows)
    days.take(transaction.connection, actor.district_id, own, cleared)


def _record(transaction: Transaction, actor: Actor, wanted: DayEdit) -> None:
    facts = {
        "dates": ", ".join(on.isoformat() for on in sorted(wanted.days)),
        "day": wanted.kind.value,
        "reason": wanted.reason,
        **(
            {"school_id": wanted.school_id}
            if wanted.school_id is not None
            else {"district_id": actor.district_id}
        ),
    }
    audit.record(
        transaction.connection, now=transaction.now, actor_id=actor.account_id, act="edit_days", facts=facts
    )


def _days(
    connection: Connection, times: Timetable, district_id: int, school_id: int | None, year: int
) -> list[DayView]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = days.between(connection, district_id, school_id, first, last)
    beneath = rows if school_id is None else days.between(connection, district_id, None, first, last)
    schools = days.own_days(connection, district_id, first, last) if school_id is None else {}
    names = days.names(connection, (row.changed_by for row in (*rows.values(), *beneath.values())))
    known = times.days_of(school_id)
    shown: list[DayView] = []
    for step in range((last - first).days + 1):
        on = first + timedelta(days=step)
        row, verdict = rows.get(on), known.on(on)
        said = row or beneath.get(on)
        shown.append(
            {
                "date": on.isoformat(),
                "school_day": verdict.school_day,
                "peaks": None if verdict.peaks is None else sorted(verdict.peaks),
                "why": verdict.why.value,
                "name": verdict.name,
                "provisional": verdict.provisional,
                "version": years.version_of(row),
                "source": said.source if said else None,
                "reason": said.reason if said else None,
                "changed_by": names.get(said.changed_by or 0) if said else None,
                "changed_at": moment_or_none(said.changed_at) if said else None,
                "schools": schools.get(on, 0),
            }
        )
    return shown


def _peaks(times: Timetable, school_id: int | None, kind: str | None) -> list[str]:
    """Give the names of the peaks that a half day may have: a school's, or all of the district's kinds."""
    timings = times.timings_of(school_id, kind or "") if school_id else times.of_kind.values()
    found = set[str]().union(*(one.kinds for one in timings))
    order = {kind.value: at for at, kind in enumerate(PeakKind)}
    return sorted(found, key=lambda name: (order.get(name, len(order)), name))
