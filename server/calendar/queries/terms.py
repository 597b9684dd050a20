"""Terms of a district and of its schools."""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select, update

from server.places.tables import Term, term


def of(connection: Connection, district_id: int, school_id: int | None) -> list[Term]:
    """Read the terms of the district, or a school's own, the earliest first."""
    mine = (term.c.district_id == district_id, term.c.school_id.is_not_distinct_from(school_id))
    query = select(term).where(*mine).order_by(term.c.first_day)
    return [Term(**row) for row in connection.execute(query).mappings()]


def by_id(connection: Connection, district_id: int, number: int) -> Term | None:
    """Read a term of a district."""
    query = select(term).where(term.c.id == number, term.c.district_id == district_id)
    row = connection.execute(query).mappings().first()
    return Term(**row) if row else None


def add(connection: Connection, values: Mapping[str, object]) -> int:
    """Write a term and give its number."""
    number: int = connection.execute(insert(term).values(**values).returning(term.c.id)).scalar_one()
    return number


def change(connection: Connection, number: int, values: Mapping[str, object]) -> None:
    """Change a term."""
    connection.execute(update(term).where(term.c.id == number).values(**values))


def remove(connection: Connection, number: int) -> None:
    """Delete a term."""
    connection.execute(delete(term).where(term.c.id == number))
