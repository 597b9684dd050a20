"""Reminding with one press everybody who is expected at a post now and has not come; once in some minutes a post."""

from datetime import date, datetime
from typing import TypedDict

from sqlalchemy import Connection

from server.calendar.queries import answers, rosters
from server.calendar.queries.answers import Answer
from server.calendar.rules import Shift
from server.core import audit
from server.core.access.roles import Act, Actor, require
from server.core.database.locks import Queue, wait_in
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.moments import moment, moment_or_none
from server.duty.queries import expected
from server.duty.rules.expected import Whereabouts, whereabouts
from server.duty.service import lines
from server.places.queries.districts import Place
from server.roster.queries import nudges, people
from server.roster.rules.nudges import Absentees, NudgeLimits, absentees, again_at, require_nudge
from server.roster.service import nudging, rolls, scopes
from server.roster.tables import Nudge


class NudgeView(TypedDict):
    """A reminder: to how many of those missing it went, by push and by SMS."""

    at: str
    role: str
    missing: int
    pushed: int
    texted: int


class NudgeState(TypedDict):
    """Who is missing at a post now, in numbers, and its newest reminder of this peak."""

    missing: int
    excused: int
    again_at: str | None
    last: NudgeView | None


def state(store: Store, *, actor: Actor, post_id: int, limits: Limits, now: datetime) -> NudgeState:
    """Tell how many are missing at a post, and when they may be reminded.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found`` outside the scope, ``not_leading`` for a
    guard who does not lead that post.
    """
    require(actor, Act.NUDGE)
    with store.read() as connection:
        place = scopes.led_or_seen(connection, actor, post_id)
        shift = _running(connection, place, limits, now)
        found = _absentees(connection, place, shift, now)
        return _state(found, nudges.newest(connection, post_id), shift, limits, now)


def nudge(
    store: Store, *, actor: Actor, request_id: str, post_id: int, limits: Limits, now: datetime
) -> NudgeState:
    """Remind those missing by push, or by SMS who has no browser that is woken; recorded.

    Raises ``Refused`` as ``state`` does, ``nobody_missing``, ``nudged_already`` (again_at).
    """
    require(actor, Act.NUDGE)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "nudge", post_id, shape=NudgeState)
        if first is not None:
            return first
        place = scopes.led_or_seen(connection, actor, post_id)
        # Two who press at once are one reminder.
        wait_in(connection, Queue.POST, post_id)
        last = nudges.newest(connection, post_id)
        shift = _running(connection, place, limits, now)
        found = _absentees(connection, place, shift, now)
        require_nudge(found, last.at if last else None, now, limits[NudgeLimits])
        assert shift is not None
        went = nudging.remind(transaction, place, shift, found.reminded, limits)
        written = nudges.put(
            connection,
            post_id,
            role=actor.role.value,
            missing=found.missing,
            pushed=went.pushed,
            texted=went.texted,
            now=now,
        )
        facts = {
            "post_id": post_id,
            "peak": shift.peak,
            "missing": found.missing,
            "pushed": went.pushed,
            "texted": went.texted,
        }
        audit.record(connection, now=now, actor_id=actor.account_id, act="nudge", facts=facts)
        answer = _state(found, written, shift, limits, now)
        return transaction.answer(actor.account_id, request_id, answer)


def _running(connection: Connection, place: Place, limits: Limits, now: datetime) -> Shift | None:
    """Give the shift of a post that has begun; nobody is missing before."""
    line = lines.line_now(connection, place, limits, now)
    if line["peak"] is None or line["date"] is None:
        return None
    shift = rolls.shift_of(place, date.fromisoformat(line["date"]), line["peak"], limits)
    return shift if shift is not None and shift.starts_at <= now < shift.ends_at else None


def _absentees(connection: Connection, place: Place, shift: Shift | None, now: datetime) -> Absentees:
    if shift is None:
        return Absentees()
    named = rosters.rostered(connection, post_id=place.post_id, peak=shift.peak, on=shift.date)
    numbers = {one.account_id for one in named if one.account_id is not None}
    came = expected.came_of(connection, numbers, now)
    missing = [
        one.account_id
        for one in named
        if whereabouts(
            came.get(one.account_id or 0, ()),
            post_id=place.post_id,
            peak=shift.peak,
            on=shift.date,
            started=True,
        )
        == Whereabouts.MISSING
    ]
    registered = {one for one in missing if one is not None}
    known = people.by_ids(connection, place.district_id, registered, shift.date, shift.date)
    said = answers.at_posts(connection, [place.post_id], shift.date, shift.date)
    cannot = {
        key.account_id for key, one in said.items() if key.peak == shift.peak and one.answer is Answer.CANNOT
    }
    return absentees(missing, known.values(), shift.date, cannot=cannot)


def _state(
    found: Absentees, last: Nudge | None, shift: Shift | None, limits: Limits, now: datetime
) -> NudgeState:
    of_peak = last if last is not None and shift is not None and last.at >= shift.starts_at else None
    return {
        "missing": found.missing,
        "excused": found.excused,
        "again_at": moment_or_none(again_at(last.at if last else None, now, limits[NudgeLimits])),
        "last": None
        if of_peak is None
        else {
            "at": moment(of_peak.at),
            "role": of_peak.role,
            "missing": of_peak.missing,
            "pushed": of_peak.pushed,
            "texted": of_peak.texted,
        },
    }
