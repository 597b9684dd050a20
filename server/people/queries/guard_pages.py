"""Whose guards a console lists or finds, and how many pages of them it may turn in a minute."""

from datetime import timedelta

from sqlalchemy import ColumnElement

from server.core.access.roles import Act, Actor, Category, Role, columns_of_scope, require
from server.core.database import rate_limits
from server.people.queries import waiting
from server.people.tables import account

PAGES = rate_limits.Limit(60, timedelta(minutes=1))


def scope_of_console(actor: Actor) -> ColumnElement[bool]:
    """Give whose guards a console user sees, as a condition inside the query."""
    own: ColumnElement[bool] = account.c.district_id == actor.district_id
    scope = columns_of_scope(actor)
    if actor.role == Role.SCHOOL_ADMIN:
        return own & (account.c.school_id == scope["school_id"])
    if actor.role == Role.STATION_OFFICER:
        station_id = scope["station_id"]
        police = (account.c.station_id == station_id) & (account.c.category == Category.POLICE)
        return own & (police | waiting.handed_on_to(station_id))
    require(actor, Act.SEE_GUARDS)
    return own
