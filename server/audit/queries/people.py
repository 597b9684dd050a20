"""Who stands in rows of the audit log: those whom a look showed, and people to choose a search by."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from server.core.audit import audit_look
from server.people.queries import guard_pages
from server.people.tables import account

# Of a look at many as many are named; the others are counted.
NAMED = 10
MOST = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """Whom a look showed: the first names, and how many they were."""

    names: tuple[str, ...]
    people: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the district, to search the log by."""

    id: int
    name: str
    role: str
    category: str | None


def shown(connection: Connection, row_ids: Collection[int]) -> dict[int, Shown]:
    """Name whom each of some looks showed."""
    nth = func.row_number().over(partition_by=audit_look.c.row_id, order_by=audit_look.c.account_id)
    count = func.count().over(partition_by=audit_look.c.row_id)
    of_row = (
        select(audit_look.c.row_id, audit_look.c.account_id, nth.label("nth"), count.label("people"))
        .where(audit_look.c.row_id.in_(row_ids))
        .subquery()
    )
    query = (
        select(of_row.c.row_id, of_row.c.people, account.c.name)
        .join(account, account.c.id == of_row.c.account_id)
        .where(of_row.c.nth <= NAMED)
        .order_by(of_row.c.row_id, of_row.c.nth)
    )
    names: dict[int, list[str]] = defaultdict(list)
    people: dict[int, int] = {}
    for number, count_of, name in connection.execute(query):
        names[number].append(name)
        people[number] = count_of
    return {number: Shown(tuple(found), people[number]) for number, found in names.items()}


def found(connection: Connection, text: str, district_id: int) -> list[Person]:
    """Find accounts of a district by number, by the last four digits of the telephone, or by a piece of the name."""
    wanted = guard_pages.found_by(connection, text)
    if text.removeprefix("#").isdecimal() and len(text) < 19:
        wanted |= account.c.id == int(text.removeprefix("#"))
    query = (
        select(account.c.id, account.c.name, account.c.role, account.c.category)
        .where(account.c.district_id == district_id, wanted)
        .order_by(account.c.name, account.c.id)
        .limit(MOST)
    )
    return [Person(**row) for row in connection.execute(query).mappings()]


def is_of_district(connection: Connection, account_id: int, district_id: int) -> bool:
    """Tell whether an account is one of a district."""
    query = select(account.c.id).where(account.c.id == account_id, account.c.district_id == district_id)
    return connection.execute(query).first() is not None
