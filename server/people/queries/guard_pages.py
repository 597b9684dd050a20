"""Whose guards a console lists or finds, by what, and how many pages of them it may turn in a minute."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, false

from server.core import audit
from server.core.access.roles import Act, Actor, Category, Role, columns_of_scope, require
from server.core.database import rate_limits
from server.core.database.sealing import telephones
from server.core.typed_text import ending_of
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


def found_by(
    connection: Connection, text: str, *, claims: ColumnElement[bool] | None = None
) -> ColumnElement[bool]:
    """Give who is found by a text: by a telephone that ends with these four digits, else by a piece of the name.

    ``claims``: among whom a claimed name is found too.
    """
    digits = ending_of(text)
    if digits is not None:
        return telephones.ends_with(connection, account, digits)
    claimed = account.c.claimed_name.icontains(text, autoescape=True) & (
        false() if claims is None else claims
    )
    return account.c.name.icontains(text, autoescape=True) | claimed


def record_search(
    connection: Connection, actor: Actor, text: str, found: Collection[int], now: datetime
) -> None:
    """Record a search that found somebody; of a telephone's last digits only that it was one, not which."""
    if found:
        by = {"name": text} if ending_of(text) is None else {"ending": True}
        facts = {**by, "people": len(found)}
        audit.record(
            connection, now=now, actor_id=actor.account_id, act="find_people", facts=facts, seen=found
        )
