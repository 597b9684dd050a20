"""A guard's own months of service."""

from datetime import date
from typing import TypedDict

from server.attendance.queries import outcomes
from server.attendance.rules.outcomes import MonthFigures
from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store


class OwnMonth(TypedDict):
    """A month, by its first day, and what became of one's duties in it; ``again``: a change is not added up yet."""

    month: str
    on_time: int
    late: int
    minutes: int
    unverified: int
    no_shows: int
    again: bool


class OwnMonths(TypedDict):
    """One's months of service, the newest first."""

    items: list[OwnMonth]


def months(store: Store, *, actor: Actor) -> OwnMonths:
    """List the actor's months of service. Raises ``Refused``: ``not_your_role``, ``suspended``."""
    require(actor, Act.SEE_DUTY)
    with store.read() as connection:
        rows = outcomes.months_of(connection, actor.account_id)
    return {"items": [_shown(*row) for row in rows]}


def _shown(month: date, figures: MonthFigures, again: bool) -> OwnMonth:  # noqa: FBT001 - a row's columns
    return {
        "month": month.isoformat(),
        "on_time": figures.on_time,
        "late": figures.late,
        "minutes": figures.minutes,
        "unverified": figures.unverified,
        "no_shows": figures.no_shows,
        "again": again,
    }
