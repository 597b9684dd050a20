"""Console accounts of a district, as the one who lets them in sees them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from server.core.access.roles import AccountStatus, Role
from server.core.audit import audit_row
from server.people.queries.accounts import AccountAndPlaces, with_places
from server.people.rules.separate import SeparateRoles
from server.people.tables import account
from server.places.tables import district

_console = account.c.role != Role.GUARD.value
_open = account.c.status == AccountStatus.APPROVED.value


def of_district(connection: Connection, district_id: int) -> list[AccountAndPlaces]:
    """Read a district's console accounts, those who wait first, then by role and name; some hundred at most."""
    query = with_places.where(account.c.district_id == district_id, _console, account.c.username.is_not(None))
    rows = [AccountAndPlaces(**row) for row in connection.execute(query).mappings()]
    order = {role.value: place for place, role in enumerate(Role)}
    return sorted(
        rows, key=lambda one: (one.status != AccountStatus.PENDING, -order[one.role], one.name, one.id)
    )


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """An open console account of a district."""

    id: int
    name: str
    role: str
    let_in_at: datetime | None


def open_ones(connection: Connection, district_id: int, *, lock: bool = False) -> list[OpenAccount]:
    """Read a district's open console accounts; ``lock``: nobody closes one until the commit."""
    query = (
        select(account.c.id, account.c.name, account.c.role, account.c.approved_at.label("let_in_at"))
        .where(account.c.district_id == district_id, _console, _open)
        .order_by(account.c.id)
    )
    rows = connection.execute(query.with_for_update(key_share=True) if lock else query).mappings()
    return [OpenAccount(**row) for row in rows]


def set_status(
    connection: Connection, account_id: int, status: AccountStatus, *, by: int | None, now: datetime
) -> None:
    """Let an account in, or not any more; who let it in stands beside it."""
    let_in = status == AccountStatus.APPROVED
    connection.execute(
        update(account)
        .where(account.c.id == account_id)
        .values(
            status=status.value,
            approved_by=by if let_in else None,
            approved_at=now if let_in else None,
        )
    )


def districts(connection: Connection) -> list[int]:
    """Read the districts that there are."""
    return list(connection.execute(select(district.c.id).order_by(district.c.id)).scalars())


def was_switched(connection: Connection) -> bool:
    """Tell whether the three roles were ever separate, by the audit log."""
    query = select(audit_row.c.id).where(audit_row.c.act == "separate_roles").limit(1)
    return connection.execute(query).first() is not None


def last_switch(connection: Connection) -> bool:
    """Tell whether the three roles were separate when that last changed, by the audit log."""
    query = (
        select(audit_row.c.facts)
        .where(audit_row.c.act == "separate_roles")
        .order_by(audit_row.c.id.desc())
        .limit(1)
    )
    facts = connection.execute(query).scalar()
    return bool(facts and facts["on"])


def in_force(connection: Connection, rules: SeparateRoles) -> SeparateRoles:
    """Give the setting as it was recorded, too: a command with another environment does not switch it off."""
    return SeparateRoles(rules.on or last_switch(connection))
