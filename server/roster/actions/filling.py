"""Putting weekly patterns into the plans of coming weeks, as a draft."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import TypedDict

from sqlalchemy.exc import IntegrityError

from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.roster.queries import patterns, plans
from server.roster.rules.conflicts import Conflict
from server.roster.rules.seats import WEEK, groups_planned_by, is_too_far
from server.roster.service import filling, rolls, scopes
from server.roster.service.filling import Asked, Left
from server.roster.service.rolls import Roll, Span

MOST_WEEKS = 4
# All of them are counted; so many are named.
MOST_NAMED = 60


class LeftByPattern(TypedDict):
    """A place that a pattern asks for and that stays open: when, where, who, why."""

    date: str
    peak: str
    post_name: str
    group: str
    name: str | None
    why: str


class WeeksFilled(TypedDict):
    """How many seats were filled, which stay open (``more``: further ones), and the name of what was filled."""

    seats: int
    left: list[LeftByPattern]
    more: int
    batch: str


def fill(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    school_id: int,
    week: date,
    weeks: int,
    limits: Limits,
    now: datetime,
) -> WeeksFilled:
    """Fill the open seats of some weeks of a school as its patterns say, of the groups that the actor plans.

    Whatever somebody touched stays, and nobody is told. Raises ``Refused``: ``not_your_role``, ``not_found``,
    ``no_patterns`` where none stands in these weeks or nobody plans them yet or any more, ``plan_changed`` where
    another school planned one of the people meanwhile.
    """
    require(actor, Act.PLAN_ROSTER)
    scopes.require_monday(week)
    span = Span(week, week + weeks * WEEK - timedelta(days=1))
    try:
        with store.transaction(now) as transaction:
            body = [school_id, week.isoformat(), weeks]
            first = transaction.remember(actor.account_id, request_id, "fill_weeks", body, shape=WeeksFilled)
            if first is not None:
                return first
            answer = _fill(transaction, actor, school_id, span, request_id, limits)
            return transaction.answer(actor.account_id, request_id, answer)
    except IntegrityError as twin:
        raise Refused("plan_changed") from twin


def _fill(
    transaction: Transaction, actor: Actor, school_id: int, span: Span, batch: str, limits: Limits
) -> WeeksFilled:
    connection, now = transaction.connection, transaction.now
    scopes.hold_plan(transaction, school_id)
    places = scopes.posts_of(connection, actor, school_id)
    today = now.astimezone(next(iter(places.values())).zone).date()
    found = patterns.of_posts(connection, places, first=span.first, last=span.last)
    if not found or is_too_far(span.last, today) or span.last < today:
        raise Refused("no_patterns")
    there = plans.planned(connection, places, span.first, span.last)
    numbers = {one.account_id for one in found}
    roll = rolls.of_people(connection, actor.district_id, numbers, span, own=places, limits=limits)
    asked = Asked(places, span, groups_planned_by(actor), partial(scopes.knows, actor), now)
    filled = filling.fill(asked, found, there, roll)
    plans.put(
        connection,
        filled.people,
        there,
        source=plans.PATTERN,
        by=actor.account_id,
        now=now,
        batch=batch,
    )
    named = [_view(asked, one, roll) for one in sorted(filled.left, key=lambda one: (one.on, one.pattern.id))]
    return {
        "seats": len(filled.people),
        "left": named[:MOST_NAMED],
        "more": max(0, len(named) - MOST_NAMED),
        "batch": batch,
    }


def _view(asked: Asked, one: Left, roll: Roll) -> LeftByPattern:
    # How somebody is called who belongs elsewhere by now is not told.
    name = None if one.why == Conflict.OTHER_UNIT else roll.name_of(one.pattern.account_id)
    return {
        "date": one.on.isoformat(),
        "peak": one.pattern.peak,
        "post_name": asked.places[one.pattern.post_id].name,
        "group": one.group,
        "name": name,
        "why": one.why.value,
    }
