"""The circles of those who stand at posts: who may have heard of which post in his own room's stead."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from server.core.access.rooms import post_room
from server.duty.tables import check_in

_posts_since = (
    select(check_in.c.post_id)
    .where(check_in.c.account_id == bindparam("account_id"), check_in.c.at >= bindparam("since"))
    .distinct()
)


def of_account(connection: Connection, account_id: int, since: datetime) -> list[str]:
    """Give the rooms of the posts at which an account has checked in since a time."""
    asked = {"account_id": account_id, "since": since}
    return [post_room(post_id) for post_id in connection.execute(_posts_since, asked).scalars()]
