"""Taking a district from a file: all of it or, with one wrong row, nothing."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import ColumnElement, Connection

from server.calendar.service import vouching
from server.core import audit
from server.core.database.transaction import Store, Transaction
from server.core.files.sheet_kinds import RowError
from server.core.limits import Limits
from server.core.refused import Refused
from server.places.queries import districts, post_codes
from server.places.tables import District, calendar_day, post, school, station
from server.setup.files.district_file import parse
from server.setup.files.district_rows import KnownDistrict, Parsed
from server.setup.files.new_rows import (
    NewCalendarDay,
    NewPost,
    NewSchool,
    NewStation,
)
from server.setup.queries import imports as setup_queries
from server.setup.queries.imports import Counts, Key
from server.setup.service import imports as service

OnStep = Callable[[str, int, int], None]
KINDS = ("stations", "schools", "posts", "peaks", "rosters", "calendar")


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What the command line asked for."""

    content: bytes
    filename: str
    district: str | None = None
    time_zone: str = "Asia/Shanghai"
    dry_run: bool = False
    # Rows of rosters that the file does not repeat go, at the posts whose rosters are in the file.
    replace_rosters: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: its faults (then nothing was stored), or what became of its rows by kind."""

    errors: tuple[RowError, ...] = ()
    counts: Mapping[str, Counts] = field(default_factory=dict)
    # Guards who waited and whom the roster vouches for.
    approved: int = 0
    district: str = ""
    district_is_new: bool = False


class _Undo(Exception):
    """A dry run ends: everything is undone."""


def import_file(
    store: Store,
    *,
    wanted: ImportRequest,
    now: datetime,
    limits: Limits | None = None,
    on_step: OnStep | None = None,
) -> Imported:
    """Check a file and bring its rows into a district, which is made when it is missing.

    Only the command line comes here. ``on_step`` gets what is done (``read`` or a kind), steps done and in all.
    Raises ``Refused``: ``district_needed``, ``which_district`` (names), ``demo_database``, ``unknown_time_zone``,
    ``bad_name``.
    """
    tell = on_step or _nobody
    with store.read() as connection:
        found = _choose(districts.all_districts(connection), wanted)
        known = setup_queries.known(connection, found.id, now) if found else KnownDistrict()
    outline = found.outline if found else None
    parsed = parse(
        wanted.content,
        wanted.filename,
        known=known,
        outline=outline,
        on_progress=lambda done, total: tell("read", done, total),
    )
    if parsed.errors:
        return Imported(errors=parsed.errors)
    counts: dict[str, Counts] = {}
    with suppress(_Undo), store.transaction(now) as transaction:
        connection = transaction.connection
        district_id = found.id if found else _new_district(connection, wanted)
        _store(transaction, district_id, parsed, wanted, counts, tell)
        vouched = [one.id for one in vouching.vouched(connection, district_id)]
        if wanted.dry_run:
            raise _Undo
    if not wanted.dry_run:
        vouching.in_parts(store, district_id, vouched, limits or Limits(), now)
    name = found.name if found else wanted.district or ""
    return Imported(counts=counts, approved=len(vouched), district=name, district_is_new=found is None)


def _nobody(_what: str, _done: int, _total: int) -> None:
    """Tell nobody how far it is."""


def _choose(there: list[District], wanted: ImportRequest) -> District | None:
    """Find the district that is meant; ``None``: one that is to be made."""
    if wanted.district is None:
        if not there:
            raise Refused("district_needed")
        if len(there) > 1:
            raise Refused("which_district", names=[one.name for one in there])
        return there[0]
    named = next((one for one in there if one.name == wanted.district), None)
    if named is None and any(one.demo for one in there):
        raise Refused("demo_database")
    return named


def _new_district(connection: Connection, wanted: ImportRequest) -> int:
    name = (wanted.district or "").strip()
    if not 1 <= len(name) <= 60:
        raise Refused("bad_name")
    try:
        ZoneInfo(wanted.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as why:
        raise Refused("unknown_time_zone") from why
    return setup_queries.add_district(connection, name=name, time_zone=wanted.time_zone)


def _store(
    transaction: Transaction,
    district_id: int,
    parsed: Parsed,
    wanted: ImportRequest,
    counts: dict[str, Counts],
    tell: OnStep,
) -> None:
    """Store all kinds in the order in which they refer to each other; ``counts`` takes what became of them."""
    connection = transaction.connection
    steps: dict[str, Callable[[], Counts]] = {
        "stations": lambda: _stations(connection, district_id, parsed),
        "schools": lambda: _schools(connection, district_id, parsed),
        "posts": lambda: _posts(transaction, district_id, parsed),
        "peaks": lambda: service.peaks(transaction, district_id, parsed, filename=wanted.filename),
        "rosters": lambda: service.rosters(connection, district_id, parsed, replace=wanted.replace_rosters),
        "calendar": lambda: _calendar(connection, district_id, parsed),
    }
    for done, (kind, step) in enumerate(steps.items()):
        tell(kind, done, len(steps))
        counts[kind] = step()
    tell("commit", len(steps), len(steps))
    total = sum(counts.values(), Counts())
    if total.new or total.changed or total.removed:
        facts = {kind: [one.new, one.changed, one.removed] for kind, one in counts.items()}
        audit.record(connection, now=transaction.now, actor_id=None, act="import", facts=facts)
        transaction.publish("directory.changed", {}, ())


def _stations(connection: Connection, district_id: int, parsed: Parsed) -> Counts:
    rows: list[NewStation] = [
        {
            "district_id": district_id,
            "name": row.name,
            "telephone": row.telephone,
            "latitude": row.point.latitude,
            "longitude": row.point.longitude,
        }
        for row in parsed.stations
    ]
    return setup_queries.upsert(
        connection, station, rows, key=("name",), scope=station.c.district_id == district_id
    )


def _schools(connection: Connection, district_id: int, parsed: Parsed) -> Counts:
    stations = setup_queries.known_names(connection, station, district_id)
    rows: list[NewSchool] = [
        {
            "district_id": district_id,
            "station_id": stations[row.station],
            "name": row.name,
            "kind": row.kind.value,
            "pupils": row.pupils,
            "boarders": row.boarders,
            "telephone": row.telephone,
        }
        for row in parsed.schools
    ]
    was: dict[Key, Key] = {
        (stations[at], name): (stations[before], name) for (at, name), (before, _) in parsed.moved.items()
    }
    counts = setup_queries.upsert(
        connection,
        school,
        rows,
        key=("station_id", "name"),
        scope=school.c.district_id == district_id,
        was=was,
    )
    setup_queries.follow_schools(connection, district_id)
    return counts


def _posts(transaction: Transaction, district_id: int, parsed: Parsed) -> Counts:
    connection = transaction.connection
    schools = setup_queries.schools_by_key(connection, district_id)
    rows: list[NewPost] = [
        {
            "district_id": district_id,
            "school_id": schools[row.station, row.school].id,
            "station_id": schools[row.station, row.school].station_id,
            "name": row.name,
            "gate": row.gate,
            "area": row.area,
            "latitude": row.point.latitude,
            "longitude": row.point.longitude,
            "fence_radius_m": row.fence_radius_m,
            "composition": row.composition.as_dict(),
        }
        for row in parsed.posts
    ]
    counts = setup_queries.upsert(
        connection, post, rows, key=("name",), scope=post.c.district_id == district_id
    )
    codes = {
        number: post_codes.new_code() for number in setup_queries.posts_without_code(connection, district_id)
    }
    post_codes.issue(connection, codes, transaction.now)
    return counts


def _calendar(connection: Connection, district_id: int, parsed: Parsed) -> Counts:
    schools = setup_queries.schools_by_key(connection, district_id)
    rows: list[NewCalendarDay] = [
        {
            "district_id": district_id,
            "school_id": schools[row.station, row.school].id if row.school is not None else None,
            "date": row.date,
            "school_day": row.school_day,
        }
        for row in parsed.calendar
    ]
    scope: ColumnElement[bool] = calendar_day.c.district_id == district_id
    return setup_queries.upsert(connection, calendar_day, rows, key=("school_id", "date"), scope=scope)
