"""How many SMS of duties and notices a district has sent in a month, and how many were held back."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from server.core.database.upsert import Upsert
from server.delivery.rules.budget import SmsBudget, granted
from server.delivery.tables import sms_use
from server.people.tables import account
from server.places.tables import district

_first = Upsert(sms_use)


@dataclass(frozen=True, slots=True)
class Used:
    """SMS of a month: handed to the gateway, and held back since the budget was used up."""

    sent: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class Home:
    """The district of an account, and its zone."""

    district_id: int
    time_zone: str


def homes(connection: Connection, account_ids: Collection[int]) -> dict[int, Home]:
    """Read the districts of some accounts."""
    query = (
        select(account.c.id, account.c.district_id, district.c.time_zone)
        .join(district, account.c.district_id == district.c.id)
        .where(account.c.id.in_(sorted(account_ids)))
    )
    return {row[0]: Home(row[1], row[2]) for row in connection.execute(query)}


def of_month(connection: Connection, district_id: int, month: str) -> Used:
    """Read what a district has used in a month."""
    query = select(sms_use.c.sent, sms_use.c.held).where(
        sms_use.c.district_id == district_id, sms_use.c.month == month
    )
    row = connection.execute(query).first()
    return Used(row[0], row[1]) if row else Used()


def take(
    connection: Connection, district_id: int, month: str, wanted: int, budget: SmsBudget
) -> tuple[int, bool]:
    """Count some SMS; gives how many may go, and whether they are the first of the month that are held back.

    No two processes count at once: the row is held until the commit.
    """
    row = {"district_id": district_id, "month": month}
    _first.run(connection, row | {"sent": 0, "held": 0})
    mine = (sms_use.c.district_id == district_id, sms_use.c.month == month)
    sent, held = connection.execute(
        select(sms_use.c.sent, sms_use.c.held).where(*mine).with_for_update()
    ).one()
    go = granted(wanted, sent, budget)
    values = {"sent": sent + go, "held": held + wanted - go}
    connection.execute(update(sms_use).where(*mine).values(values))
    return go, go < wanted and not held
