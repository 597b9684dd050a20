"""The swaps that somebody may offer, take and follow on his phone, and those about which a school decides."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypedDict

from sqlalchemy import Connection

from server.core.access.roles import Act, Actor, Category, require
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.moments import moment
from server.people.queries import accounts
from server.places.queries import districts
from server.places.queries.districts import Place
from server.roster.queries import plans, swaps
from server.roster.rules.conflicts import Conflict
from server.roster.rules.named_places import PeakOf
from server.roster.rules.seats import groups_planned_by
from server.roster.rules.swaps import SwapLimits, SwapState, open_until
from server.roster.service import rolls, scopes, swapping
from server.roster.service.swapping import Side
from server.roster.tables import Swap

AHEAD = timedelta(days=60)
# What a duty that is given for the other one may mend.
MENDED = frozenset({Conflict.TWO_PLACES, Conflict.TOO_MANY})


class SwapDuty(TypedDict):
    """A duty of a swap."""

    post_id: int
    post_name: str
    date: str
    peak: str
    starts_at: str
    ends_at: str


class OwnSwap(TypedDict):
    """A swap that concerns somebody.

    ``mine``: he ``offers`` the duty, ``takes`` it, or could (``open``). ``name``: the other one, once both know of each
    other. ``for_nothing``: it can be taken without one of his own duties for it.
    """

    id: int
    mine: str
    state: str
    duty: SwapDuty
    in_return: SwapDuty | None
    name: str | None
    for_nothing: bool


class OwnSwaps(TypedDict):
    """The swaps that concern somebody, his duties that he may offer or give, and the rules."""

    items: list[OwnSwap]
    duties: list[SwapDuty]
    hours: int
    by_rule: bool


class WaitingSwap(TypedDict):
    """A swap that waits for a school's word."""

    id: int
    group: str
    name: str
    duty: SwapDuty
    taker: str
    in_return: SwapDuty | None


class WaitingSwaps(TypedDict):
    """The swaps about which somebody may decide, the earliest first."""

    items: list[WaitingSwap]


def own(store: Store, *, actor: Actor, limits: Limits, now: datetime) -> OwnSwaps:
    """List the swaps that concern the actor. Raises ``Refused``: ``not_your_role``, ``suspended``."""
    require(actor, Act.ANSWER_DUTY)
    mine = limits[SwapLimits]
    with store.read() as connection:
        today = scopes.today_of(connection, actor.district_id, now)
        his = swaps.of_people(connection, [actor.account_id], today)
        names = _names(connection, his)
        items = [
            shown for one in his if (shown := _own(connection, actor, one, names, limits, now)) is not None
        ]
        items += _others(connection, actor, limits, now)
        duties = _duties(connection, actor, his, limits, now)
    return {"items": items, "duties": duties, "hours": mine.hours, "by_rule": mine.by_rule}


def _names(connection: Connection, some: list[Swap]) -> Mapping[int, str]:
    people = {who for one in some for who in (one.account_id, one.taken_by) if who is not None}
    return {number: one.name for number, one in accounts.by_ids(connection, people).items()}


def _in_time(side: Side | None, limits: Limits, now: datetime) -> bool:
    return side is not None and now < open_until([side.shift.starts_at], limits[SwapLimits])


def _own(
    connection: Connection,
    actor: Actor,
    one: Swap,
    names: Mapping[int, str],
    limits: Limits,
    now: datetime,
) -> OwnSwap | None:
    side = swapping.side_of(connection, one.account_id, one.offered, one.account_id, limits)
    if side is None or not _in_time(side, limits, now):
        return None
    offers = one.account_id == actor.account_id
    back = None
    if one.taken_by is not None and one.returned is not None:
        back = swapping.side_of(connection, one.taken_by, one.returned, one.account_id, limits)
    other = one.taken_by if offers else one.account_id
    return {
        "id": one.id,
        "mine": "offers" if offers else "takes",
        "state": one.state,
        "duty": _duty(side),
        "in_return": _duty(back) if back else None,
        "name": names.get(other) if other is not None else None,
        "for_nothing": False,
    }


def _others(connection: Connection, actor: Actor, limits: Limits, now: datetime) -> list[OwnSwap]:
    """List what others of the actor's group offer where he belongs, and he could take."""
    places = _places(connection, actor)
    today = now.date() - timedelta(days=1)
    found: list[OwnSwap] = []
    for one in swaps.at_posts(connection, places, today, SwapState.OPEN):
        if one.account_id == actor.account_id:
            continue
        side = swapping.side_of(connection, one.account_id, one.offered, actor.account_id, limits)
        if side is None or not _in_time(side, limits, now):
            continue
        against = swapping.against(connection, actor.district_id, [side], limits).get(actor.account_id)
        if against is None or any(each.conflict not in MENDED for each in against):
            continue
        found.append(
            {
                "id": one.id,
                "mine": "open",
                "state": one.state,
                "duty": _duty(side),
                "in_return": None,
                "name": None,
                "for_nothing": not against,
            }
        )
    return found


def _places(connection: Connection, actor: Actor) -> dict[int, Place]:
    """Read the posts at which an actor's group stands."""
    school = None if actor.category == Category.POLICE else actor.school_id or 0
    found = districts.places(connection, district_id=actor.district_id, school_id=school)
    return {one.post_id: one for one in found if scopes.stands_at(actor, one)}


def _duties(
    connection: Connection, actor: Actor, his: list[Swap], limits: Limits, now: datetime
) -> list[SwapDuty]:
    """List the actor's duties that he neither offers nor gives for another one yet."""
    me, first = actor.account_id, now.date() - timedelta(days=1)
    busy = {one.offered for one in his if one.account_id == me}
    busy |= {one.returned for one in his if one.taken_by == me and one.returned is not None}
    rows = plans.published_of(connection, [me], first, now.date() + AHEAD)
    wanted = [PeakOf(row.post_id, row.date, row.peak) for row in rows]
    places = districts.some_places(connection, {row.post_id for row in rows})
    sides = [
        Side(row, places[row.post_id], shift, me)
        for row, peak in zip(rows, wanted, strict=True)
        if peak not in busy
        and (shift := rolls.shift_of(places[row.post_id], row.date, row.peak, limits)) is not None
    ]
    return [_duty(side) for side in sides if _in_time(side, limits, now)]


def _duty(side: Side) -> SwapDuty:
    return {
        "post_id": side.place.post_id,
        "post_name": side.place.name,
        "date": side.key.date.isoformat(),
        "peak": side.key.peak,
        "starts_at": moment(side.shift.starts_at),
        "ends_at": moment(side.shift.ends_at),
    }


def waiting(
    store: Store, *, actor: Actor, school_id: int | None, limits: Limits, now: datetime
) -> WaitingSwaps:
    """List the swaps at a school about which the actor decides.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``.
    """
    require(actor, Act.PLAN_ROSTER)
    groups = {group.value for group in groups_planned_by(actor)}
    found: list[WaitingSwap] = []
    with store.read() as connection:
        places = scopes.posts_of(connection, actor, scopes.school_of(actor, school_id))
        rows = swaps.at_posts(connection, places, now.date() - timedelta(days=1), SwapState.TAKEN)
        names = _names(connection, rows)
        for one in rows:
            side = swapping.side_of(connection, one.account_id, one.offered, one.account_id, limits)
            if side is None or not _in_time(side, limits, now) or side.duty.seat_group not in groups:
                continue
            assert one.taken_by is not None
            back = (
                swapping.side_of(connection, one.taken_by, one.returned, one.account_id, limits)
                if one.returned
                else None
            )
            found.append(
                {
                    "id": one.id,
                    "group": side.duty.seat_group,
                    "name": names.get(one.account_id, ""),
                    "duty": _duty(side),
                    "taker": names.get(one.taken_by, ""),
                    "in_return": _duty(back) if back else None,
                }
            )
    return {"items": found}
