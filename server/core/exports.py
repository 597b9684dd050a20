"""What a console may take as a file: each area says it of its lists, in the words that people read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Connection

from server.core.access.roles import AccountStatus, Act, Actor, Category, Role
from server.core.own_data import Words

# Read at once: a read that lasts holds back SQLite's log.
ROWS_AT_ONCE = 500


class ExportName(StrEnum):
    """The lists that there are."""

    GUARDS = "guards"
    DUTIES = "duties"
    ALARMS = "alarms"
    AUDIT = "audit"
    ATTENDANCE = "attendance"
    PLACES = "places"


class ExportFormat(StrEnum):
    """The kinds of files that there are."""

    XLSX = "xlsx"
    CSV = "csv"


Cell = str | int | float | bool | date | Words | None
Key = tuple[int | datetime, ...]


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column's heading, and its width in characters."""

    heading: Words
    width: int = 16


@dataclass(frozen=True, slots=True)
class GuardsOnly:
    """To whom a list of guards is narrowed; ``never_served``: who has no check-in that is still kept."""

    status: AccountStatus | None = None
    category: Category | None = None
    school_id: int | None = None
    never_served: bool = False
    away_on: date | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants a list of: of his scope, in ``[since, until)``, with whole telephones or masked ones.

    ``only`` narrows the list of guards.
    """

    who: Actor
    since: datetime | None = None
    until: datetime | None = None
    with_telephones: bool = False
    only: GuardsOnly | None = None


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A row in the order of the columns, its key, and whose telephone it shows whole."""

    cells: tuple[Cell, ...]
    key: Key
    telephone_of: int | None = None


@dataclass(frozen=True, slots=True)
class ExportKind:
    """A list that a console may take as a file.

    ``act`` is what permits it. ``rows`` reads the next ``ROWS_AT_ONCE`` rows after a key (``None``: the first ones) of
    what lies in the scope of ``Wish.who``; fewer of them are the last. ``telephones`` permits whole ones. ``ranged``:
    it is of a span of time.
    """

    name: ExportName
    title: Words
    act: Act
    columns: tuple[ExportColumn, ...]
    count: Callable[[Connection, Wish], int]
    rows: Callable[[Connection, Wish, Key | None], list[ExportRow]]
    ranged: bool = True
    telephones: Act | None = None


CATEGORIES: Mapping[str, Words] = {
    Category.POLICE: Words("民警", "Police"),
    Category.DUTY_LEADER: Words("带班领导", "Duty leader"),
    Category.TEACHER: Words("教职工", "Teacher"),
    Category.SECURITY: Words("专职保安", "Security"),
    Category.VOLUNTEER: Words("志愿者", "Volunteer"),
}
STATUSES: Mapping[str, Words] = {
    AccountStatus.PENDING: Words("待审核", "Waits for approval"),
    AccountStatus.APPROVED: Words("已通过", "Approved"),
    AccountStatus.SUSPENDED: Words("已停用", "Suspended"),
}
PEAKS: Mapping[str, Words] = {
    "morning_arrival": Words("早高峰", "Morning arrival"),
    "morning_dismissal": Words("上午放学", "Midday dismissal"),
    "afternoon_arrival": Words("下午上学", "Afternoon arrival"),
    "afternoon_dismissal": Words("晚高峰", "Afternoon dismissal"),
}
ROLES: Mapping[str, Words] = {
    Role.GUARD: Words("护学岗人员", "Guard"),
    Role.SCHOOL_ADMIN: Words("学校", "School"),
    Role.STATION_OFFICER: Words("派出所", "Police station"),
    Role.DISPATCHER: Words("指挥中心", "Dispatcher"),
    Role.DISTRICT_ADMIN: Words("区管理员", "District administrator"),
    Role.SECURITY_ADMIN: Words("安全管理员", "Security administrator"),
    Role.AUDITOR: Words("审计员", "Auditor"),
}


def said(words: Mapping[str, Words], code: str | None) -> Cell:
    """Give the words of a code; one without words stays as it is."""
    return None if code is None else words.get(code, code)


def span_of(wish: Wish) -> tuple[datetime, datetime]:
    """Give both ends of the span of time that a ranged list is of."""
    assert wish.since is not None
    assert wish.until is not None
    return wish.since, wish.until


def time_and_number(key: Key | None) -> tuple[datetime, int] | None:
    """Give the key of a row that goes by a time and a number."""
    if key is None:
        return None
    at, number = key
    assert isinstance(at, datetime)
    assert isinstance(number, int)
    return at, number
