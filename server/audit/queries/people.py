"""Who stands in rows of the audit log: those whom a look showed, and people to choose a search by."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select, union_all

from server.core.audit import audit_look
from server.people.queries import guard_pages
from server.people.tables import account

# Of a look at many so many are named: a file that somebody took may have shown a whole district.
NAMED = 10
MOST = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """Whom a look showed: some names, and whether there are more."""

    names: tuple[str, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the district, to search the log by."""

    id: int
    name: str
    role: str
    category: str | None


def shown(connection: Connection, row_ids: Collection[int]) -> dict[int, Shown]:
    """Name whom each of some looks showed."""
    if not row_ids:
        return {}
    look = audit_look.c
    few = [
        select(select(look.row_id, look.account_id).where(look.row_id == one).limit(NAMED + 1).subquery())
        for one in row_ids
    ]
    of_rows = union_all(*few).subquery()
    query = (
        select(of_rows.c.row_id, account.c.name)
        .join(account, account.c.id == of_rows.c.account_id)
        .order_by(of_rows.c.row_id, account.c.id)
    )
    names: dict[int, list[str]] = defaultdict(list)
    for number, name in connection.execute(query):
        names[number].append(name)
    return {number: Shown(tuple(found[:NAMED]), len(found) > NAMED) for number, found in names.items()}


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
