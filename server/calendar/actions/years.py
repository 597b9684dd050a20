"""Years of the calendar: filled by the library, by a file or by a person's word; and what is still to be filled."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypedDict

from sqlalchemy import Connection

from server.calendar.files import holidays
from server.calendar.queries import days
from server.calendar.service import posts, years
from server.core import audit
from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.places.queries import districts
from server.places.queries.timetables import timetable
from server.places.rules.days import DaySource, years_to_fill
from server.places.tables import District


class FilledView(TypedDict):
    """What became of a year that a file filled."""

    year: int
    set: int
    kept: int
    removed: int


class Warnings(TypedDict):
    """What the calendar of a district lacks: years that no source knows, and the last day that a term reaches."""

    years: list[int]
    terms_end: str | None
    provisional_now: bool


@dataclass(frozen=True, slots=True)
class CalendarStatus:
    """How far ahead a district's calendar is known, and which years are to be filled now."""

    district: str
    known: dict[int, str]
    to_fill: tuple[int, ...]


def lacking(store: Store, now: datetime) -> list[int]:
    """List the districts in which the library knows a year, this or the next one, that is not filled."""
    with store.read() as connection:
        return [
            one.id
            for one in districts.all_districts(connection)
            if one.time_zone in holidays.CHINA and _library_years(connection, one, now)
        ]


def _library_years(connection: Connection, district: District, now: datetime) -> list[int]:
    this, filled = posts.today_of(district, now).year, days.years(connection, district.id)
    return [year for year in (this, this + 1) if year not in filled and holidays.of_library(year)]


def fill_from_library(store: Store, district_id: int, now: datetime) -> int:
    """Fill the years of a district that the library knows; tell how many."""
    with store.transaction(now) as transaction:
        district = districts.the_district(transaction.connection, district_id)
        todo = _library_years(transaction.connection, district, now)
        for year in todo:
            found = holidays.of_library(year)
            assert found is not None
            filled = years.fill(
                transaction,
                district_id=district_id,
                year=year,
                found=found,
                source=DaySource.LIBRARY,
                changed_by=None,
                today=posts.today_of(district, now),
            )
            _record(transaction, None, district_id, year, DaySource.LIBRARY, filled.set)
        return len(todo)


def bring(
    store: Store, *, actor: Actor, request_id: str, year: int, content: str, limits: Limits, now: datetime
) -> FilledView:
    """Fill a year of the actor's district from a file in holiday-cn's form; what people have set stays.

    Raises ``Refused``: ``not_your_role``, ``not_holidays`` (row), ``other_year`` (year), ``no_holidays``,
    ``date_is_past`` (date) for a year that is over.
    """
    require(actor, Act.EDIT_CALENDAR)
    found = holidays.of_file(content, year)
    with store.transaction(now) as transaction:
        body = [year, content]
        first = transaction.remember(actor.account_id, request_id, "bring_holidays", body, shape=FilledView)
        if first is not None:
            return first
        district = districts.the_district(transaction.connection, actor.district_id)
        view = _bring(transaction, district, year, found, actor.account_id)
        transaction.answer(actor.account_id, request_id, view)
    _tell(store, district, found, limits, now)
    return view


def bring_by_command(
    store: Store, *, district: str | None, year: int, content: str, limits: Limits, now: datetime
) -> FilledView:
    """Fill a year as ``bring`` does; only the command line comes here. Raises ``Refused``: also ``which_district``."""
    found = holidays.of_file(content, year)
    with store.transaction(now) as transaction:
        there = districts.all_districts(transaction.connection)
        chosen = [one for one in there if district in {None, one.name}]
        if len(chosen) != 1:
            raise Refused("which_district", names=[one.name for one in there])
        view = _bring(transaction, chosen[0], year, found, None)
    _tell(store, chosen[0], found, limits, now)
    return view


def _bring(
    transaction: Transaction, district: District, year: int, found: holidays.Days, by: int | None
) -> FilledView:
    today = posts.today_of(district, transaction.now)
    if year < today.year:
        raise Refused("date_is_past", date=date(year, 12, 31).isoformat())
    filled = years.fill(
        transaction,
        district_id=district.id,
        year=year,
        found=found,
        source=DaySource.HOLIDAY_FILE,
        changed_by=by,
        today=today,
    )
    _record(transaction, by, district.id, year, DaySource.HOLIDAY_FILE, filled.set)
    return {"year": year, "set": filled.set, "kept": filled.kept, "removed": filled.removed}


def _tell(store: Store, district: District, found: holidays.Days, limits: Limits, now: datetime) -> None:
    if posts.is_near(list(found), posts.today_of(district, now)):
        posts.tell(store, district_id=district.id, school_id=None, limits=limits, now=now)


def confirm(store: Store, *, actor: Actor, request_id: str, year: int, now: datetime) -> FilledView:
    """Say that all days of a year are right as they stand in the sheet: it is provisional no longer.

    Raises ``Refused``: ``not_your_role``, ``date_is_past`` (date) for a year that is over.
    """
    require(actor, Act.EDIT_CALENDAR)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "confirm_year", year, shape=FilledView)
        if first is not None:
            return first
        district = districts.the_district(connection, actor.district_id)
        if year < posts.today_of(district, now).year:
            raise Refused("date_is_past", date=date(year, 12, 31).isoformat())
        by, source = actor.account_id, DaySource.CONSOLE
        days.fill_year(connection, district.id, year, source=source.value, changed_by=by, now=now)
        _record(transaction, by, district.id, year, source, 0)
        view: FilledView = {"year": year, "set": 0, "kept": 0, "removed": 0}
        return transaction.answer(actor.account_id, request_id, view)


def warnings(store: Store, *, actor: Actor, now: datetime) -> Warnings:
    """Say what the calendar of the actor's district lacks by now."""
    require(actor, Act.SEE_CALENDAR)
    with store.read() as connection:
        district = districts.the_district(connection, actor.district_id)
        times = timetable(connection, district.id)
    today = posts.today_of(district, now)
    known = times.days_of(actor.school_id)
    ends = known.terms_end_soon(today)
    return {
        "years": years_to_fill(times.known_years, today),
        "terms_end": ends.isoformat() if ends else None,
        "provisional_now": known.on(today).provisional,
    }


def status(store: Store, now: datetime) -> list[CalendarStatus]:
    """Say for each district which years are known, and which are to be filled."""
    with store.read() as connection:
        found = []
        for one in districts.all_districts(connection):
            known = {year: row.source for year, row in days.years(connection, one.id).items()}
            to_fill = years_to_fill(known, posts.today_of(one, now))
            found.append(CalendarStatus(one.name, dict(sorted(known.items())), tuple(to_fill)))
    return found


def known_days(store: Store, now: datetime) -> int:
    """Count the days from today on that lie in years which are known, in the district that knows the fewest."""
    with store.read() as connection:
        counts = [
            _ahead(set(days.years(connection, one.id)), posts.today_of(one, now))
            for one in districts.all_districts(connection)
        ]
    return min(counts, default=0)


def _ahead(known: set[int], today: date) -> int:
    last = today
    while last.year in known:
        last = date(last.year + 1, 1, 1)
    return (last - today) // timedelta(days=1)


def _record(
    transaction: Transaction,
    actor_id: int | None,
    district_id: int,
    year: int,
    source: DaySource,
    number: int,
) -> None:
    facts = {"district_id": district_id, "year": year, "day_source": source.value, "days": number}
    audit.record(transaction.connection, now=transaction.now, actor_id=actor_id, act="fill_year", facts=facts)
