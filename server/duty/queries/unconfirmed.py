"""Check-ins that nobody has verified yet."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from server.duty.tables import check_in
from server.people.tables import account


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A check-in that nobody has verified yet, with what its confirmation asks."""

    id: int
    account_id: int
    post_id: int
    date: date
    peak: str
    ends_at: datetime
    category: str
    flags: list[str]
    status: str


_UNCONFIRMED = ("id", "account_id", "post_id", "date", "peak", "ends_at", "category", "flags")


def waiting_at_post(connection: Connection, post_id: int) -> list[Unconfirmed]:
    """Read the open check-ins at a post that nobody has verified yet."""
    query = (
        select(*(check_in.c[name] for name in _UNCONFIRMED), account.c.status)
        .join(account, check_in.c.account_id == account.c.id)
        .where(
            check_in.c.post_id == post_id, check_in.c.checked_out_at.is_(None), check_in.c.verified.is_(False)
        )
    )
    return [Unconfirmed(**row) for row in connection.execute(query.order_by(check_in.c.id)).mappings()]
