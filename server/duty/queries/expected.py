"""The check-ins of those who are expected at a peak, wherever they are."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select

from server.duty.rules.expected import Came
from server.duty.tables import check_in

# A peak's check-ins begin at most so long before anybody asks.
SINCE = timedelta(days=1)


def came_of(connection: Connection, account_ids: Collection[int], now: datetime) -> dict[int, list[Came]]:
    """Read the check-ins of some people of the last day, and those that go on; by person."""
    if not account_ids:
        return {}
    columns = check_in.c
    query = select(
        columns.account_id,
        columns.post_id,
        columns.peak,
        columns.date,
        columns.verified,
        columns.checked_out_at.is_(None).label("is_open"),
    ).where(
        columns.account_id.in_(sorted(account_ids)),
        or_(columns.at >= now - SINCE, columns.checked_out_at.is_(None)),
    )
    found: defaultdict[int, list[Came]] = defaultdict(list)
    for account_id, *row in connection.execute(query):
        found[account_id].append(Came(*row))
    return found
