"""Districts, stations, schools, posts with their codes, peaks and the school calendar."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Connection,
    bindparam,
    func,
    null,
    select,
    update,
)

from server.core.database.transaction import Transaction
from server.core.geo import Point
from server.places.queries.timetables import Timetable, timetable
from server.places.rules.composition import Composition
from server.places.rules.days import SchoolDays
from server.places.rules.peaks import Peak
from server.places.rules.staffing import PostStaffing
from server.places.rules.timetables import Timing, peaks_on
from server.places.tables import (
    PLACE,
    PRINTED_CODE,
    District,
    School,
    Station,
    district,
    post,
    post_code,
    school,
    station,
)


class Scope(TypedDict):
    """What decides who sees a post: its district, station and school."""

    district_id: int
    station_id: int
    school_id: int


# Kept by each process and known by its identity, so that what is worked out of it is kept with it.
@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A post with all that judging a check-in there needs: names, scope, place, peaks, calendar."""

    post_id: int
    district_id: int
    station_id: int
    school_id: int
    name: str
    gate: str
    area: str
    school_name: str
    telephone: str | None
    point: Point
    fence_radius_m: int
    composition: Composition
    zone: ZoneInfo
    timings: tuple[Timing, ...]
    days: SchoolDays
    staffing: PostStaffing
    seat_areas: Mapping[str, list[str]]
    # Those that began before stay as they were.
    archived_at: datetime | None

    def peaks_on(self, when: date) -> tuple[Peak, ...]:
        """Give the peaks that stand on a local date; none on a day without school, nor once it is archived."""
        day = self.days.on(when)
        if not day.school_day:
            return ()
        return tuple(
            one for one in peaks_on(self.timings, when) if day.stands(one.kind) and self._keeps(when, one)
        )

    def _keeps(self, when: date, peak: Peak) -> bool:
        if self.archived_at is None:
            return True
        return datetime.combine(when, peak.starts, self.zone) < self.archived_at

    def timed_on(self, when: date) -> tuple[Peak, ...]:
        """Give the peaks of a date as if there were school."""
        return tuple(peaks_on(self.timings, when))

    def peak_kinds_on(self, when: date) -> tuple[str, ...]:
        """Name the peaks of a date as if there were school."""
        return tuple(one.kind for one in self.timed_on(when))

    @property
    def scope(self) -> Scope:
        """Give what decides who sees it: its district, station and school."""
        return {
            "district_id": self.district_id,
            "station_id": self.station_id,
            "school_id": self.school_id,
        }


_beside = post.alias("beside")
_posts_of_school = (
    select(func.count())
    .where(_beside.c.school_id == post.c.school_id, _beside.c.archived_at.is_(None))
    .correlate(post)
    .scalar_subquery()
)
_post_with_names = (
    select(
        post,
        _posts_of_school.label("posts_of_school"),
        school.c.pupils,
        school.c.name.label("school_name"),
        school.c.kind.label("school_kind"),
        school.c.telephone,
        district.c.time_zone,
    )
    .join(school, post.c.school_id == school.c.id)
    .join(district, post.c.district_id == district.c.id)
)


def numbers(connection: Connection) -> list[int]:
    """List the numbers of all posts."""
    return list(connection.execute(select(post.c.id).order_by(post.c.id)).scalars())


def places(
    connection: Connection, *, district_id: int | None = None, school_id: int | None = None
) -> list[Place]:
    """Read every post of a district (of all by default), or of one school of it, by number, without archived ones."""
    query = _post_with_names.where(post.c.archived_at.is_(None)).order_by(post.c.id)
    if school_id is not None:
        query = query.where(post.c.school_id == school_id)
    if district_id is not None:
        query = query.where(post.c.district_id == district_id)
    rows = connection.execute(query).mappings().all()
    timetables = {of: timetable(connection, of) for of in {row["district_id"] for row in rows}}
    return [_place(row, timetables[row["district_id"]]) for row in rows]


_one_post = _post_with_names.where(post.c.id == bindparam("post_id"))


def place(connection: Connection, post_id: int) -> Place | None:
    """Read one post by its number."""
    row = connection.execute(_one_post, {"post_id": post_id}).mappings().first()
    return _place(row, timetable(connection, row["district_id"])) if row else None


_TIMETABLE = "timetable"
_some_posts = _post_with_names.where(post.c.id.in_(bindparam("post_ids", expanding=True)))


def places_in(transaction: Transaction, post_ids: Iterable[int]) -> dict[int, Place]:
    """Give some posts by their numbers, as this process keeps them."""
    return transaction.kept(PLACE, post_ids, partial(_read_places, transaction))


def _read_places(transaction: Transaction, post_ids: list[int]) -> dict[int, Place]:
    connection = transaction.connection
    rows = connection.execute(_some_posts, {"post_ids": post_ids}).mappings().all()

    def read(districts: list[tuple[str, int]]) -> dict[tuple[str, int], Timetable]:
        return {one: timetable(connection, one[1]) for one in districts}

    # Kept among the places, so that whatever makes them be read anew does the same for it.
    timetables = transaction.kept(PLACE, ((_TIMETABLE, row["district_id"]) for row in rows), read)
    return {row["id"]: _place(row, timetables[_TIMETABLE, row["district_id"]]) for row in rows}


def some_places(connection: Connection, post_ids: Collection[int]) -> dict[int, Place]:
    """Read some posts by their numbers."""
    if not post_ids:
        return {}
    rows = connection.execute(_some_posts, {"post_ids": sorted(post_ids)}).mappings().all()
    timetables = {of: timetable(connection, of) for of in {row["district_id"] for row in rows}}
    return {row["id"]: _place(row, timetables[row["district_id"]]) for row in rows}


def place_in(transaction: Transaction, post_id: int) -> Place | None:
    """Read one post by its number, as ``places_in`` does."""
    return places_in(transaction, [post_id]).get(post_id)


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """Whose a printed code is, when it was replaced (``None``: it is current), and whether it is refused at once."""

    post_id: int
    replaced_at: datetime | None
    void: bool = False


_by_code = select(post_code).where(post_code.c.code.in_(bindparam("codes", expanding=True)))


def printed_codes(connection: Connection, codes: Iterable[str]) -> dict[str, PrintedCode]:
    """Read whose some printed codes are; those that nobody printed are left out."""
    return {
        row.code: PrintedCode(row.post_id, row.replaced_at, bool(row.void))
        for row in connection.execute(_by_code, {"codes": list(codes)})
    }


def printed_codes_in(transaction: Transaction, codes: Iterable[str]) -> dict[str, PrintedCode]:
    """Give whose some printed codes are, as this process keeps them."""
    return transaction.kept(PRINTED_CODE, codes, partial(printed_codes, transaction.connection))


def code_of(connection: Connection, code: str) -> PrintedCode | None:
    """Read whose a printed code is."""
    return printed_codes(connection, [code]).get(code)


def current_codes(connection: Connection, post_ids: Iterable[int]) -> dict[int, str]:
    """Read the code now valid for each post."""
    rows = connection.execute(
        select(post_code.c.post_id, post_code.c.code).where(
            post_code.c.replaced_at.is_(None), post_code.c.post_id.in_(list(post_ids))
        )
    )
    return {row.post_id: row.code for row in rows}


def stations(connection: Connection, district_id: int) -> list[Station]:
    """Read the stations of a district."""
    query = select(station).where(station.c.district_id == district_id).order_by(station.c.id)
    return [Station(**row) for row in connection.execute(query).mappings()]


def the_district(connection: Connection, district_id: int) -> District:
    """Read a district; it exists for every signed-in account."""
    query = select(district).where(district.c.id == district_id)
    return District(**connection.execute(query).mappings().one())


def schools(connection: Connection, district_id: int) -> list[School]:
    """Read the schools of a district."""
    query = select(school).where(school.c.district_id == district_id).order_by(school.c.id)
    return [School(**row) for row in connection.execute(query).mappings()]


def _place(row: Any, times: Timetable) -> Place:
    composition = Composition.from_dict(row["composition"])
    return Place(
        post_id=row["id"],
        district_id=row["district_id"],
        station_id=row["station_id"],
        school_id=row["school_id"],
        name=row["name"],
        gate=row["gate"],
        area=row["area"],
        school_name=row["school_name"],
        telephone=row["telephone"],
        point=Point(row["latitude"], row["longitude"]),
        fence_radius_m=row["fence_radius_m"],
        composition=composition,
        zone=ZoneInfo(row["time_zone"]),
        timings=times.timings_of(row["school_id"], row["school_kind"]),
        days=times.days_of(row["school_id"]),
        staffing=PostStaffing(
            post_id=row["id"],
            own=composition,
            school_kind=row["school_kind"],
            pupils=row["pupils"],
            posts_of_school=row["posts_of_school"],
            rules=tuple(one for one in times.rules if one.post_id in {None, row["id"]}),
        ),
        seat_areas=row["seat_areas"] or {},
        archived_at=row["archived_at"],
    )


def all_districts(connection: Connection) -> list[District]:
    """List all districts."""
    rows = connection.execute(select(district).order_by(district.c.id)).mappings()
    return [District(**row) for row in rows]


def set_outline(connection: Connection, district_id: int, outline: Mapping[str, object] | None) -> None:
    """Give a district an outline of its own, or none."""
    connection.execute(
        update(district)
        .where(district.c.id == district_id)
        .values(outline=null() if outline is None else outline)
    )


def set_areas(connection: Connection, areas: Mapping[int, Mapping[str, object] | None]) -> None:
    """Give stations areas of their own, or none, by their numbers."""
    for number, area in areas.items():
        connection.execute(
            update(station).where(station.c.id == number).values(area=null() if area is None else area)
        )
