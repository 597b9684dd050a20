"""Comparing a list of guards with who is known: what each row would do, and what is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from sqlalchemy import Connection, select

from server.core.access.roles import AccountStatus, Category, Role
from server.core.database.sealing import telephones
from server.core.files.fault_words import told
from server.core.files.sheet_kinds import RowError
from server.core.files.sheet_words import folded
from server.people.files.guards_file import GUARDS, GuardLine, ListedGuard
from server.people.queries import accounts
from server.people.queries.accounts import AccountAndPlaces
from server.people.rules.claimed_names import Offices
from server.people.rules.imports import Verdict, Was
from server.people.service.import_words import SENTENCES
from server.people.tables.imports import guard_import_row
from server.places.tables import school, station

# SQLite takes some 32,000 values in a statement.
NUMBERS_AT_ONCE = 4_000


@dataclass(frozen=True, slots=True)
class SchoolThere:
    """A school of the district."""

    id: int
    name: str
    station_id: int
    closed: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose list it is, and the places that it may name; ``school_id``: that school's list alone."""

    district_id: int
    school_id: int | None
    schools: Mapping[str, Sequence[SchoolThere]]
    stations: Mapping[str, int]
    closed_stations: frozenset[int]
    offices: Offices


def scope_of(
    connection: Connection, district_id: int, school_id: int | None, offices: Sequence[str] = ()
) -> Scope:
    """Read what a list of a district, or of a school of it, may name; nobody is called like one of ``offices``."""
    found: dict[str, list[SchoolThere]] = {}
    query = select(school.c.id, school.c.name, school.c.station_id, school.c.archived_at)
    for row in connection.execute(query.where(school.c.district_id == district_id)):
        one = SchoolThere(row.id, row.name, row.station_id, closed=row.archived_at is not None)
        found.setdefault(folded(row.name), []).append(one)
    of_stations = select(station.c.name, station.c.id, station.c.archived_at)
    rows = connection.execute(of_stations.where(station.c.district_id == district_id)).all()
    stations = {row.name: row.id for row in rows}
    names = [one.name for there in found.values() for one in there] + list(stations)
    return Scope(
        district_id,
        school_id,
        found,
        {folded(name): number for name, number in stations.items()},
        frozenset(row.id for row in rows if row.archived_at is not None),
        Offices.of([*names, *offices]),
    )


@dataclass(frozen=True, slots=True)
class Matched:
    """A row of a list with what it does; ``was`` is how its account stands now.

    ``elsewhere``: whose telephone it has who is none of those whom the list may change.
    """

    line: GuardLine
    verdict: Verdict
    school_id: int | None = None
    station_id: int | None = None
    account_id: int | None = None
    was: Was = field(default_factory=dict)
    faults: tuple[RowError, ...] = ()
    elsewhere: int | None = None


class _Wrong(Exception):
    def __init__(self, column: str, code: str, *, elsewhere: int | None = None, **facts: object) -> None:
        super().__init__(code)
        self.column, self.code, self.facts, self.elsewhere = column, code, facts, elsewhere


def standing(one: AccountAndPlaces) -> Was:
    """Give what a list may change of an account, and what decides whether it may."""
    return {
        "name": one.name,
        "category": one.category,
        "school_id": one.school_id,
        "station_id": one.station_id,
        "status": one.status,
        "claimed_name": one.claimed_name,
    }


class Matching:
    """Compares rows in their order, and remembers who stood in an earlier one."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._seen: dict[str | int, GuardLine] = {}
        self._by_phone: dict[str, AccountAndPlaces] = {}
        self._by_number: dict[int, AccountAndPlaces] = {}

    def read(self, connection: Connection, lines: Sequence[GuardLine]) -> None:
        """Read who of some rows is known, by telephone or by number."""
        guards = [one.guard for one in lines if one.guard is not None]
        phones = sorted({one.phone for one in guards if one.phone is not None})
        by_index = telephones.numbers_by_index(connection, phones)
        found = accounts.by_phones(connection, phones)
        self._by_phone = {by_index.get(one.phone_index or "", one.phone or ""): one for one in found}
        self._by_number = accounts.by_ids(connection, {one.number for one in guards if one.number})

    def match(self, line: GuardLine) -> Matched:
        """Tell what a row does; ``read`` has looked for its people."""
        if line.guard is None:
            return Matched(line, Verdict.FAULT, faults=line.faults)
        try:
            return self._match(line, line.guard)
        except _Wrong as why:
            heading = GUARDS.column(why.column).heading
            fault = RowError(line.sheet, line.row, heading, "", line.name, why.code, why.facts)
            return Matched(line, Verdict.FAULT, faults=(fault,), elsewhere=why.elsewhere)

    def _match(self, line: GuardLine, guard: ListedGuard) -> Matched:
        known = self._known(guard)
        self._check_twice(line, guard, known)
        if known is not None and self._says_nothing_new(known, guard):
            return Matched(line, Verdict.SAME, account_id=known.id)
        school_id, station_id = self._place(guard, known)
        self._check_open(school_id, station_id, known)
        if known is None:
            self._check_name(guard)
            return Matched(line, Verdict.NEW, school_id, station_id)
        wanted = (guard.name, guard.category.value, school_id, station_id)
        if wanted == (known.name, known.category, known.school_id, known.station_id):
            return Matched(line, Verdict.SAME, account_id=known.id)
        if known.status == AccountStatus.SUSPENDED:
            raise _Wrong("name", "is_suspended" if known.suspended_at is not None else "has_closed")
        if guard.name != known.name:
            self._check_name(guard)
        return Matched(line, Verdict.CHANGED, school_id, station_id, known.id, standing(known))

    def _known(self, guard: ListedGuard) -> AccountAndPlaces | None:
        by_phone = self._by_phone.get(guard.phone) if guard.phone is not None else None
        if guard.number is None:
            if by_phone is not None and not self._is_ours(by_phone):
                raise _Wrong("telephone", "known_elsewhere", elsewhere=by_phone.id)
            return by_phone
        known = self._by_number.get(guard.number)
        if known is None or not self._is_ours(known):
            raise _Wrong("number", "unknown_number")
        if guard.phone is not None and (by_phone is None or by_phone.id != known.id):
            raise _Wrong("telephone", "phone_differs")
        return known

    def _is_ours(self, one: AccountAndPlaces) -> bool:
        if one.role != Role.GUARD or one.district_id != self._scope.district_id:
            return False
        return self._scope.school_id is None or one.school_id == self._scope.school_id

    def _check_twice(self, line: GuardLine, guard: ListedGuard, known: AccountAndPlaces | None) -> None:
        """Refuse who stands in the file twice, by his telephone or as the same account."""
        for mark in (guard.phone, known.id if known is not None else None):
            first = self._seen.setdefault(mark, line) if mark is not None else line
            if first is not line:
                raise _Wrong("telephone", "twice", first_row=first.row)

    def _says_nothing_new(self, known: AccountAndPlaces, guard: ListedGuard) -> bool:
        """Tell whether a row has a person as he is, by the names that stand in an exported file."""
        if guard.name not in {known.name, known.claimed_name} or guard.category != known.category:
            return False
        school = folded(known.school_name or "")
        if folded(guard.school or "") != school and (guard.school or self._scope.school_id is None):
            return False
        at = known.station_id or known.school_station_id
        return guard.station is None or self._scope.stations.get(folded(guard.station)) == at

    def _place(self, guard: ListedGuard, known: AccountAndPlaces | None) -> tuple[int | None, int | None]:
        """Give the school or, of police, the station that a row means."""
        own = self._scope.school_id
        police = guard.category == Category.POLICE or (
            known is not None and known.category == Category.POLICE
        )
        if own is None:
            return (
                (None, self._station(guard))
                if guard.category == Category.POLICE
                else (self._school(guard), None)
            )
        if police:
            raise _Wrong("category", "police_by_station")
        there = self._scope.schools.get(folded(guard.school), ()) if guard.school else ()
        if guard.school and own not in {one.id for one in there}:
            raise _Wrong("school", "not_your_school")
        return own, None

    def _check_open(
        self, school_id: int | None, station_id: int | None, known: AccountAndPlaces | None
    ) -> None:
        """Refuse whom a row brings to a place that is closed; who is there already may be changed."""
        if known is not None and (known.school_id, known.station_id) == (school_id, station_id):
            return
        closed = {one.id for there in self._scope.schools.values() for one in there if one.closed}
        if school_id in closed:
            raise _Wrong("school", "school_closed")
        if station_id in self._scope.closed_stations:
            raise _Wrong("police station", "station_closed")

    def _station(self, guard: ListedGuard) -> int:
        if guard.station is None:
            raise _Wrong("police station", "missing")
        found = self._scope.stations.get(folded(guard.station))
        if found is None:
            raise _Wrong("police station", "unknown_station")
        return found

    def _school(self, guard: ListedGuard) -> int:
        if guard.school is None:
            raise _Wrong("school", "missing")
        there = self._scope.schools.get(folded(guard.school), ())
        if not there:
            raise _Wrong("school", "unknown_school")
        if guard.station is not None:
            at = self._station(guard)
            there = [one for one in there if one.station_id == at]
            if not there:
                raise _Wrong("police station", "school_not_there")
        there = [one for one in there if not one.closed] or there
        if len(there) > 1:
            raise _Wrong("police station", "several_schools")
        return there[0].id

    def _check_name(self, guard: ListedGuard) -> None:
        if self._scope.offices.imitated_by(guard.name):
            raise _Wrong("name", "name_of_office")


def staged(connection: Connection, found: Iterable[tuple[int, Matched]]) -> Iterator[Mapping[str, object]]:
    """Write rows as they are kept until somebody decides; who stays as he is needs none."""
    for place, one in found:
        if one.verdict == Verdict.SAME:
            continue
        guard = one.line.guard if one.verdict != Verdict.FAULT else None
        new = one.verdict == Verdict.NEW
        sealed = telephones.written(connection, guard_import_row, guard.phone if guard and new else None)
        yield {
            "place": place,
            "verdict": one.verdict.value,
            "sheet": one.line.sheet,
            "row": one.line.row,
            "name": guard.name if guard else one.line.name,
            "category": guard.category.value if guard else None,
            "school_id": one.school_id,
            "station_id": one.station_id,
            "account_id": one.account_id,
            "was": dict(one.was),
            "faults": [_fault(fault) for fault in one.faults],
            **sealed,
        }


def _fault(one: RowError) -> Mapping[str, str]:
    chinese, english = told(SENTENCES, one)
    kept = asdict(replace(one, facts={}))
    return {key: kept[key] for key in ("column", "cell", "value", "code")} | {"zh": chinese, "en": english}
