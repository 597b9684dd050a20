"""When people last came."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select

from server.duty.tables import check_in


def of_accounts(connection: Connection, account_ids: Collection[int]) -> dict[int, datetime]:
    """Read when some accounts last checked in, of those that did."""
    query = (
        select(check_in.c.account_id, func.max(check_in.c.at).label("at"))
        .where(check_in.c.account_id.in_(account_ids))
        .group_by(check_in.c.account_id)
    )
    return {row.account_id: row.at for row in connection.execute(query)}
