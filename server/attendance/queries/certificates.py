"""Certificates of service: written once, read by number, by whose they are and by district."""

from datetime import datetime

from sqlalchemy import Connection, Row, Select, insert, select, update

from server.attendance.rules.certificates import Service, Whose
from server.attendance.tables import Certificate, certificate
from server.people.queries.erasures import NOBODY

_columns = certificate.c


def add(connection: Connection, **values: object) -> int:
    """Write a certificate down and give its key."""
    made: int = connection.execute(insert(certificate).values(values).returning(_columns.id)).scalar_one()
    return made


def by_id(connection: Connection, certificate_id: int, *, lock: bool = False) -> Certificate | None:
    """Read a certificate; ``lock``: nobody changes it until the commit."""
    query = select(certificate).where(_columns.id == certificate_id)
    return _first(connection, query.with_for_update() if lock else query)


def by_number(connection: Connection, number: str) -> Certificate | None:
    """Read the certificate that has a number."""
    return _first(connection, select(certificate).where(_columns.number == number))


def same(connection: Connection, service: Service, whose: Whose) -> Certificate | None:
    """Read the certificate of somebody that says the same, also of whom and where, and is not revoked."""
    query = select(certificate).where(
        _columns.account_id == whose.account_id,
        _columns.since == service.since,
        _columns.until == service.until,
        _columns.minutes == service.minutes,
        _columns.on_time == service.on_time,
        _columns.late == service.late,
        _columns.name == whose.name,
        _columns.category == whose.category,
        _columns.unit == whose.unit,
        _columns.revoked_at.is_(None),
    )
    return _first(connection, query)


def of_account(connection: Connection, account_id: int) -> list[Certificate]:
    """List the certificates of somebody, the newest first."""
    query = select(certificate).where(_columns.account_id == account_id).order_by(_columns.id.desc())
    return [_read(row) for row in connection.execute(query)]


def of_district(
    connection: Connection, district_id: int, *, before: int | None, text: str | None, limit: int
) -> list[Certificate]:
    """List certificates of a district, the newest first, before a key; of a name or a number where one is given."""
    query = select(certificate).where(_columns.district_id == district_id)
    if before is not None:
        query = query.where(_columns.id < before)
    if text is not None:
        query = query.where(_columns.name.contains(text, autoescape=True) | (_columns.number == text))
    query = query.order_by(_columns.id.desc()).limit(limit)
    return [_read(row) for row in connection.execute(query)]


def revoke(connection: Connection, certificate_id: int, *, by: int, reason: str, now: datetime) -> None:
    """Note that a certificate counts no more."""
    values = {"revoked_at": now, "revoked_by": by, "reason": reason}
    connection.execute(update(certificate).where(_columns.id == certificate_id).values(values))


def blank(connection: Connection, account_id: int) -> None:
    """Take the name, and why any was revoked, from the certificates of somebody who is erased."""
    connection.execute(
        update(certificate).where(_columns.account_id == account_id).values(name=NOBODY, unit="", reason=None)
    )


def _first(connection: Connection, query: Select[tuple[object, ...]]) -> Certificate | None:
    row = connection.execute(query).first()
    return None if row is None else _read(row)


def _read(row: Row[tuple[object, ...]]) -> Certificate:
    return Certificate(**row._mapping)
