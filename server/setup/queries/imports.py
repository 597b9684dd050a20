"""Bringing the rows of an import file into a district: new ones in, changed ones changed, same ones left alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from server.calendar.tables import roster
from server.core.database.sealing import telephones
from server.people.tables import account, account_use
from server.places.queries import timetables
from server.places.rules.peaks import DEFAULT_PEAKS, SchoolKind
from server.places.tables import district, peak, post, post_code, school, station
from server.setup.files.district_rows import KnownDistrict

Key = tuple[object, ...]
# SQLite takes some 32,000 values in a statement.
NAMES_AT_ONCE = 4_000


@dataclass(frozen=True, slots=True)
class KnownSchool:
    """A school that a district has, with the name of its station."""

    id: int
    name: str
    kind: str
    station_id: int
    station: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows of one kind."""

    new: int = 0
    changed: int = 0
    same: int = 0
    removed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        """Add up."""
        return Counts(
            self.new + other.new,
            self.changed + other.changed,
            self.same + other.same,
            self.removed + other.removed,
        )


def add_district(connection: Connection, *, name: str, time_zone: str) -> int:
    """Make an empty district."""
    number: int = connection.execute(
        insert(district).values(name=name, time_zone=time_zone, demo=False).returning(district.c.id)
    ).scalar_one()
    return number


def known_names(connection: Connection, table: Table, district_id: int) -> dict[str, int]:
    """Read the numbers of a district's stations, schools or posts by their names."""
    rows = connection.execute(select(table.c.name, table.c.id).where(table.c.district_id == district_id))
    return {row.name: row.id for row in rows}


def known_schools(connection: Connection, district_id: int) -> list[KnownSchool]:
    """Read a district's schools."""
    query = select(
        school.c.id, school.c.name, school.c.kind, school.c.station_id, station.c.name.label("station")
    ).join(station, school.c.station_id == station.c.id)
    rows = connection.execute(query.where(school.c.district_id == district_id)).mappings()
    return [KnownSchool(**row) for row in rows]


def known_posts(connection: Connection, district_id: int) -> dict[str, int]:
    """Read the number of each post's school by the post's name."""
    query = select(post.c.name, post.c.school_id).where(post.c.district_id == district_id)
    return {row.name: row.school_id for row in connection.execute(query)}


def tomorrow_of(connection: Connection, district_id: int, now: datetime) -> date:
    """Give the day from which a change of a district may hold, on its own clock."""
    zone = connection.execute(select(district.c.time_zone).where(district.c.id == district_id)).scalar_one()
    return now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)


def known(connection: Connection, district_id: int, now: datetime) -> KnownDistrict:
    """Read what a district has, so that a file may refer to it; of its peaks those that hold tomorrow."""
    schools = known_schools(connection, district_id)
    keys = {one.id: (one.station, one.name) for one in schools}
    there = timetables.timetable(connection, district_id)
    tomorrow = tomorrow_of(connection, district_id, now)
    school_peaks = {keys[number]: timing.on(tomorrow) for number, timing in there.of_school.items()}
    kind_peaks = {SchoolKind(kind): timing.on(tomorrow) for kind, timing in there.of_kind.items()}
    return KnownDistrict(
        stations=frozenset(known_names(connection, station, district_id)),
        schools={keys[one.id]: SchoolKind(one.kind) for one in schools},
        posts={name: keys[of] for name, of in known_posts(connection, district_id).items()},
        school_peaks={key: peaks for key, peaks in school_peaks.items() if peaks},
        kind_peaks={kind: peaks for kind, peaks in kind_peaks.items() if peaks},
    )


def schools_by_key(connection: Connection, district_id: int) -> dict[tuple[str | None, str], KnownSchool]:
    """Read a district's schools by station and name, which a file that was read has wherever a row has a school."""
    return {(one.station, one.name): one for one in known_schools(connection, district_id)}


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, object]],
    *,
    key: Sequence[str],
    scope: ColumnElement[bool],
    was: Mapping[Key, Key] | None = None,
    fresh: Sequence[str] = (),
) -> Counts:
    """Insert rows whose key is new and update those that differ; rows within ``scope`` may be there already.

    A key may hold ``None``, which a unique constraint would not compare. ``was`` gives the key that a row has so far,
    for those whose key changes. ``fresh`` are columns that are written differently each time: they change nothing.
    """
    if not rows:
        return Counts()
    names = list(rows[0])
    columns = [table.c.id, *(table.c[name] for name in names)]
    there = {
        tuple(found[name] for name in key): found
        for found in connection.execute(select(*columns).where(scope)).mappings()
    }
    new: list[Mapping[str, object]] = []
    changed: list[Mapping[str, object]] = []
    for row in rows:
        now = tuple(row[name] for name in key)
        found = there.get((was or {}).get(now, now))
        if found is None:
            new.append(row)
        elif any(found[name] != row[name] for name in names if name not in fresh):
            changed.append({**{f"new_{name}": value for name, value in row.items()}, "at_id": found["id"]})
    if new:
        connection.execute(insert(table), new)
    if changed:
        connection.execute(
            update(table)
            .where(table.c.id == bindparam("at_id"))
            .values({**{name: bindparam(f"new_{name}") for name in names}, **_counted_up(table)}),
            changed,
        )
    return Counts(len(new), len(changed), len(rows) - len(new) - len(changed))


def _counted_up(table: Table) -> dict[str, object]:
    """Let whoever has such a row open in a form hear of it."""
    return {"version": func.coalesce(table.c.version, 0) + 1} if "version" in table.c else {}


def remove_other(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, object]],
    *,
    key: Sequence[str],
    scope: ColumnElement[bool],
) -> Counts:
    """Delete what is within ``scope`` and has the key of none of the rows."""
    keep = {tuple(row[name] for name in key) for row in rows}
    columns = [table.c.id, *(table.c[name] for name in key)]
    gone = [
        found["id"]
        for found in connection.execute(select(*columns).where(scope)).mappings()
        if tuple(found[name] for name in key) not in keep
    ]
    if gone:
        connection.execute(
            delete(table).where(table.c.id == bindparam("at_id")), [{"at_id": one} for one in gone]
        )
    return Counts(removed=len(gone))


def add_default_peaks(connection: Connection, district_id: int) -> None:
    """Give the usual peaks to each kind of school in a district that has none of its own yet."""
    query = select(peak.c.school_kind).where(
        peak.c.district_id == district_id, peak.c.school_kind.is_not(None)
    )
    there = set(connection.execute(query).scalars())
    rows = [
        {
            "district_id": district_id,
            "school_kind": kind.value,
            "kind": str(one.kind),
            "starts": one.starts,
            "ends": one.ends,
        }
        for kind in SchoolKind
        if kind.value not in there
        for one in DEFAULT_PEAKS[kind]
    ]
    if rows:
        connection.execute(insert(peak), rows)


def posts_without_code(connection: Connection, district_id: int) -> list[int]:
    """List the posts that have no code to print yet."""
    query = (
        select(post.c.id)
        .outerjoin(post_code, post_code.c.post_id == post.c.id)
        .where(post.c.district_id == district_id, post_code.c.code.is_(None))
        .order_by(post.c.id)
    )
    return list(connection.execute(query).scalars())


def follow_schools(connection: Connection, district_id: int) -> None:
    """Put each post under the station of its school."""
    of_school = select(school.c.station_id).where(school.c.id == post.c.school_id).scalar_subquery()
    connection.execute(
        update(post)
        .where(post.c.district_id == district_id, post.c.station_id != of_school)
        .values(station_id=of_school)
    )


def accounts_of_phones(connection: Connection, phones: Iterable[str]) -> dict[str, int]:
    """Find the accounts that registered with some phone numbers, and were not closed as unused since."""
    wanted = sorted(set(phones))
    found: dict[str, int] = {}
    for start in range(0, len(wanted), NAMES_AT_ONCE):
        part = wanted[start : start + NAMES_AT_ONCE]
        by_index = telephones.numbers_by_index(connection, part)
        closed = exists().where(
            account_use.c.account_id == account.c.id, account_use.c.closed_at.is_not(None)
        )
        query = select(account.c.id, account.c.phone, account.c.phone_index).where(~closed)
        for row in connection.execute(query.where(telephones.is_one_of(connection, account, part))):
            found[by_index.get(row.phone_index) or row.phone] = row.id
    return found


def at_posts(post_ids: Iterable[int]) -> ColumnElement[bool]:
    """Limit rosters to some posts."""
    return roster.c.post_id.in_(list(post_ids))
