"""Rules of staffing, and what the areas of a post's seats are called."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, null, select, update

from server.places.tables import StaffingRuleRow, post, staffing_rule


def all_of(connection: Connection, district_id: int) -> list[StaffingRuleRow]:
    """Read all rules of a district, the earliest first."""
    query = select(staffing_rule).where(staffing_rule.c.district_id == district_id)
    rows = connection.execute(query.order_by(staffing_rule.c.starts_on, staffing_rule.c.id)).mappings()
    return [StaffingRuleRow(**row) for row in rows]


def add(connection: Connection, values: Mapping[str, object]) -> None:
    """Write a rule."""
    connection.execute(insert(staffing_rule).values(**values))


def end(connection: Connection, number: int, *, on: date, by: int, now: datetime) -> None:
    """Let a rule hold until before a date."""
    values = {"ends_on": on, "version": staffing_rule.c.version + 1, "changed_by": by, "changed_at": now}
    connection.execute(update(staffing_rule).where(staffing_rule.c.id == number).values(**values))


def remove(connection: Connection, number: int) -> None:
    """Delete a rule that has never held."""
    connection.execute(delete(staffing_rule).where(staffing_rule.c.id == number))


def name_areas(connection: Connection, post_id: int, areas: Mapping[str, list[str]]) -> None:
    """Keep what the areas of a post's seats are called; none at all where nothing is named."""
    connection.execute(update(post).where(post.c.id == post_id).values(seat_areas=dict(areas) or null()))
