"""Taking back what a copy, a draft or a filling put into a plan, and only that."""

from datetime import datetime
from typing import TypedDict

from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.roster.queries import plans
from server.roster.rules.seats import groups_planned_by
from server.roster.service import rolls, scopes


class TakenBack(TypedDict):
    """How many seats are open again; ``over``: how many stay, since their peak is over."""

    seats: int
    over: int


def take_back(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    school_id: int,
    batch: str,
    limits: Limits,
    now: datetime,
) -> TakenBack:
    """Open all seats of a school that are still as one press filled them; what somebody changed since stays.

    The seats can be filled again by a copy, a draft or a pattern. Raises ``Refused``: ``not_your_role``, ``not_found``.
    """
    require(actor, Act.PLAN_ROSTER)
    with store.transaction(now) as transaction:
        body = [school_id, batch]
        first = transaction.remember(actor.account_id, request_id, "take_back_seats", body, shape=TakenBack)
        if first is not None:
            return first
        scopes.hold_plan(transaction, school_id)
        places = scopes.posts_of(transaction.connection, actor, school_id)
        groups = {group.value for group in groups_planned_by(actor)}
        found = plans.of_batch(transaction.connection, places, batch)
        mine = {key: row for key, row in found.items() if key.group in groups}
        opened = {}
        for key, row in mine.items():
            shift = rolls.shift_of(places[key.post_id], key.date, key.peak, limits)
            if shift is None or shift.ends_at > now:
                opened[key] = row
        plans.put(
            transaction.connection,
            dict.fromkeys(opened),
            opened,
            source=plans.UNDONE,
            by=actor.account_id,
            now=now,
        )
        answer: TakenBack = {"seats": len(opened), "over": len(mine) - len(opened)}
        return transaction.answer(actor.account_id, request_id, answer)
