"""Badges: whose each is, and by which of them somebody was checked in."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from server.core.access.roles import AccountStatus, Actor, Category, Role
from server.duty.tables import Badge, badge, badge_use
from server.people.tables import account
from server.places.tables import school, station

_columns = badge.c


@dataclass(frozen=True, slots=True)
class BadgeOf:
    """A person with his badge that counts, or with the last one that is revoked."""

    badge: Badge
    name: str
    category: str
    unit: str


def by_id(connection: Connection, badge_id: int) -> Badge | None:
    """Read a badge."""
    row = connection.execute(select(badge).where(_columns.id == badge_id)).first()
    return None if row is None else Badge(**row._mapping)


def current(connection: Connection, account_ids: Collection[int]) -> dict[int, Badge]:
    """Read the badges of some people that count, by person."""
    query = select(badge).where(_columns.account_id.in_(sorted(account_ids)), _columns.revoked_at.is_(None))
    return {row.account_id: Badge(**row._mapping) for row in connection.execute(query)}


def add(connection: Connection, account_ids: Iterable[int], *, by: int, now: datetime) -> None:
    """Give people badges."""
    rows = [{"account_id": one, "issued_by": by, "issued_at": now} for one in account_ids]
    if rows:
        connection.execute(insert(badge), rows)


def revoke(connection: Connection, badge_id: int, *, by: int, reason: str, now: datetime) -> bool:
    """Let a badge count no more; tells whether it did until now."""
    done = connection.execute(
        update(badge)
        .where(_columns.id == badge_id, _columns.revoked_at.is_(None))
        .values(revoked_at=now, revoked_by=by, reason=reason)
    )
    return done.rowcount == 1


def end_all(connection: Connection, account_id: int, now: datetime) -> None:
    """Let no badge of somebody who is erased count any more, and forget why others were revoked."""
    mine = update(badge).where(_columns.account_id == account_id)
    connection.execute(mine.values(reason=None))
    connection.execute(mine.where(_columns.revoked_at.is_(None)).values(revoked_at=now))


def note_use(connection: Connection, check_in_id: int, badge_id: int, now: datetime) -> None:
    """Write down by which badge somebody was checked in."""
    connection.execute(insert(badge_use).values(check_in_id=check_in_id, badge_id=badge_id, at=now))


def within(actor: Actor) -> ColumnElement[bool]:
    """Give for whom a console prints badges: a school for its own people, a station for its police."""
    police = account.c.category == Category.POLICE.value
    if actor.role == Role.STATION_OFFICER:
        return police & (account.c.station_id == (actor.station_id or 0))
    return ~police & (account.c.school_id == (actor.school_id or 0))


def approved(connection: Connection, actor: Actor, account_ids: Collection[int]) -> list[int]:
    """Give which of some people the actor may print badges for: of his own, approved."""
    query = select(account.c.id).where(
        account.c.id.in_(sorted(account_ids)),
        account.c.role == Role.GUARD.value,
        account.c.status == AccountStatus.APPROVED.value,
        account.c.district_id == actor.district_id,
        within(actor),
    )
    return list(connection.execute(query.order_by(account.c.id)).scalars())


def listed(
    connection: Connection,
    actor: Actor,
    *,
    before: int | None = None,
    ids: Collection[int] | None = None,
    limit: int,
) -> list[BadgeOf]:
    """List badges of the actor's own people, the newest first, before a key; ``ids``: some of them, by name."""
    query = (
        select(
            badge,
            account.c.name,
            account.c.category,
            school.c.name.label("school_name"),
            station.c.name.label("station_name"),
        )
        .join(account, _columns.account_id == account.c.id)
        .outerjoin(school, account.c.school_id == school.c.id)
        .outerjoin(station, account.c.station_id == station.c.id)
        .where(account.c.district_id == actor.district_id, within(actor))
        .limit(limit)
    )
    if before is not None:
        query = query.where(_columns.id < before)
    if ids is not None:
        query = query.where(_columns.id.in_(sorted(ids)), _columns.revoked_at.is_(None))
    query = query.order_by(_columns.id.desc()) if ids is None else query.order_by(account.c.name, _columns.id)
    return [
        BadgeOf(
            Badge(*(getattr(row, column.name) for column in badge.c)),
            row.name,
            row.category,
            row.school_name or row.station_name or "",
        )
        for row in connection.execute(query)
    ]
