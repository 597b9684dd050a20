"""Where the people of an alarm stand: names of posts for those who may read them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from server.alarm.tables.alarms import response
from server.duty.tables import check_in
from server.places.tables import post, school, station


def names_of_posts(connection: Connection, post_ids: Iterable[int]) -> dict[int, str]:
    """Read what some posts are called, by number."""
    query = select(post.c.id, post.c.name).where(post.c.id.in_(list(post_ids)))
    return {row.id: row.name for row in connection.execute(query)}


def posts_of(connection: Connection, alarm_id: int, account_ids: Iterable[int]) -> dict[int, str]:
    """Read at which post each account is on duty, or from which post it was asked to an alarm."""
    came_from = (
        select(response.c.account_id, post.c.name)
        .join(post, post.c.id == response.c.from_post_id)
        .where(response.c.alarm_id == alarm_id)
    )
    stands_at = (
        select(check_in.c.account_id, post.c.name)
        .join(post, post.c.id == check_in.c.post_id)
        .where(check_in.c.account_id.in_(list(account_ids)), check_in.c.checked_out_at.is_(None))
    )
    return {row.account_id: row.name for query in (came_from, stands_at) for row in connection.execute(query)}


@dataclass(frozen=True, slots=True)
class NamedPost:
    """A post by its names and its place."""

    post_name: str
    school_name: str
    station_name: str
    latitude: float
    longitude: float


def place_of(connection: Connection, post_id: int) -> NamedPost:
    """Read the names and the place of an alarm's post, as its report names them."""
    query = (
        select(
            post.c.name.label("post_name"),
            school.c.name.label("school_name"),
            station.c.name.label("station_name"),
            post.c.latitude,
            post.c.longitude,
        )
        .join(school, post.c.school_id == school.c.id)
        .join(station, post.c.station_id == station.c.id)
        .where(post.c.id == post_id)
    )
    return NamedPost(**connection.execute(query).mappings().one())
