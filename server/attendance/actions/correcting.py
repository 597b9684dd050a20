"""The people of a closed peak as the log has them, and correcting what it says of one of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from server.attendance.queries import corrections, log, outcomes
from server.attendance.queries.corrections import LoggedStay, MadeCorrection
from server.attendance.rules.corrections import Correction, check_stay, check_time, may_correct
from server.attendance.rules.outcomes import PeakKey, PeakOutcome
from server.attendance.service import closing
from server.calendar.rules import Window
from server.core import audit
from server.core.access.roles import Act, Actor, Group, group_of, require, sees_post
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.moments import moment, moment_or_none
from server.core.refused import Refused
from server.duty.queries import coverage
from server.places.queries import districts


class StayView(TypedDict):
    """A stay by the log; ``evidence``: his own phone, a badge that was scanned, or a colleague who knew him."""

    came_at: str
    left_at: str | None
    verified: bool
    late: bool
    evidence: str


class CorrectionView(TypedDict):
    """A correction; without times: he was not there."""

    came_at: str | None
    left_at: str | None
    reason: str
    by: str
    at: str


class PersonOfPeak(TypedDict):
    """Somebody's records at a peak, in their order; the last correction counts in place of the log."""

    account_id: int
    name: str
    group: str
    planned_and_missed: bool
    stays: list[StayView]
    corrections: list[CorrectionView]
    may_correct: bool


class PeopleOfPeak(TypedDict):
    """The people of a closed peak, by group and name."""

    items: list[PersonOfPeak]


class Corrected(TypedDict):
    """How many people's records of the peak are corrected by now."""

    corrected: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to count for somebody at a peak; ``seen``: how many corrections of his were shown."""

    key: PeakKey
    account_id: int
    came_at: datetime | None
    left_at: datetime | None
    reason: str
    seen: int


def people(store: Store, *, actor: Actor, key: PeakKey, now: datetime) -> PeopleOfPeak:
    """List the people of a closed peak; the look at their names is recorded.

    Raises ``Refused``: ``not_your_role``, ``not_found`` outside the scope and for a peak that is not closed.
    """
    require(actor, Act.SEE_ATTENDANCE)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        _peak(connection, actor, key)
        items = _people(connection, actor, key)
        seen = audit.not_seen_since(
            connection,
            actor.account_id,
            "see_people",
            {one["account_id"] for one in items},
            now - audit.ONE_LOOK,
        )
        if seen:
            facts = {"post_id": key[0]}
            audit.record(
                connection, now=now, actor_id=actor.account_id, act="see_people", facts=facts, seen=seen
            )
        return {"items": items}


def correct(
    store: Store, *, actor: Actor, request_id: str, wish: Wish, limits: Limits, now: datetime
) -> Corrected:
    """Write what counts for somebody at a closed peak, and work the peak out anew; the log stays as it is.

    Raises ``Refused``: ``not_your_role``, ``not_found``, ``not_yours_to_correct``, ``too_long_ago`` (days),
    ``stay_outside_peak``, ``correction_changed`` where somebody corrected the same record meanwhile.
    """
    require(actor, Act.CORRECT_ATTENDANCE)
    with store.transaction(now) as transaction:
        connection, key = transaction.connection, wish.key
        times = [moment_or_none(wish.came_at), moment_or_none(wish.left_at)]
        asked = [key[0], key[1].isoformat(), key[2], wish.account_id, *times, wish.reason]
        first = transaction.remember(
            actor.account_id, request_id, "correct_attendance", asked, shape=Corrected
        )
        if first is not None:
            return first
        coverage.lock(connection, [key[0]])
        one = _peak(connection, actor, key)
        person = next(
            (row for row in _people(connection, actor, key) if row["account_id"] == wish.account_id), None
        )
        if person is None:
            raise Refused("not_found")
        if not person["may_correct"]:
            raise Refused("not_yours_to_correct")
        check_time(one.ends_at, now)
        check_stay(wish.came_at, wish.left_at, starts_at=one.starts_at, ends_at=one.ends_at, now=now)
        if len(person["corrections"]) != wish.seen:
            raise Refused("correction_changed")
        made = _made(one, wish, Group(person["group"]), limits)
        corrections.add(connection, made, reason=wish.reason, by=actor.account_id, now=now)
        _note_missed(connection, key, wish)
        closing.work_out_again(transaction, [key], now)
        _record(connection, actor, wish, now)
        [after] = outcomes.read(connection, [key])
        return transaction.answer(actor.account_id, request_id, Corrected(corrected=after.outcome.corrected))


def _peak(connection: Connection, actor: Actor, key: PeakKey) -> PeakOutcome:
    place = districts.place(connection, key[0])
    found = outcomes.read(connection, [key])
    if place is None or not found or not sees_post(actor, **place.scope):
        raise Refused("not_found")
    return found[0]


def _made(one: PeakOutcome, wish: Wish, group: Group, limits: Limits) -> Correction:
    grace = timedelta(minutes=limits[Window].grace_minutes)
    late = wish.came_at is not None and wish.came_at > one.starts_at + grace
    return Correction(wish.key, wish.account_id, group, one.starts_at, wish.came_at, wish.left_at, late)


def _note_missed(connection: Connection, key: PeakKey, wish: Wish) -> None:
    """Let who was planned and was not there after all count as a no-show."""
    if wish.came_at is None:
        planned = log.planned_at(connection, [key], fresh=()).get(key, {})
        if wish.account_id in planned:
            log.note_missed(connection, [(key, wish.account_id, planned[wish.account_id])])


def _clock(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else f"{at.astimezone(zone):%H:%M}"


def _record(connection: Connection, actor: Actor, wish: Wish, now: datetime) -> None:
    place = districts.place(connection, wish.key[0])
    assert place is not None
    zone = place.zone
    post_id, on, peak = wish.key
    facts: dict[str, object] = {
        "post_id": post_id,
        "date": on.isoformat(),
        "peak": peak,
        "came_at": _clock(wish.came_at, zone),
        "left_at": _clock(wish.left_at, zone),
        "reason": wish.reason,
    }
    audit.record(
        connection,
        now=now,
        actor_id=actor.account_id,
        act="correct_attendance",
        subject_id=wish.account_id,
        facts=facts,
    )


def _people(connection: Connection, actor: Actor, key: PeakKey) -> list[PersonOfPeak]:
    stays, made = corrections.logged_at(connection, key), corrections.made_at(connection, key)
    missed = {one.account_id: one for one in corrections.not_come(connection, key)}
    logged: defaultdict[int, list[LoggedStay]] = defaultdict(list)
    for one in stays:
        logged[one.account_id].append(one)
    changes: defaultdict[int, list[MadeCorrection]] = defaultdict(list)
    for change in made:
        changes[change.account_id].append(change)
    named = {one.account_id: (one.name, Group(one.seat_group)) for one in made}
    named |= {number: (one.name, Group(one.seat_group)) for number, one in missed.items()}
    named |= {one.account_id: (one.name, group_of(one.category)) for one in stays}
    found: list[PersonOfPeak] = [
        {
            "account_id": number,
            "name": name,
            "group": group.value,
            "planned_and_missed": number in missed,
            "stays": _stays(logged[number]),
            "corrections": [_shown(one) for one in changes[number]],
            "may_correct": may_correct(actor, is_police=group == Group.POLICE),
        }
        for number, (name, group) in named.items()
    ]
    order = [group.value for group in Group]
    return sorted(found, key=lambda one: (order.index(one["group"]), one["name"], one["account_id"]))


def _stays(rows: Iterable[LoggedStay]) -> list[StayView]:
    return [
        {
            "came_at": moment(one.came_at),
            "left_at": moment_or_none(one.left_at),
            "verified": one.verified,
            "late": one.late,
            "evidence": one.evidence,
        }
        for one in rows
    ]


def _shown(one: MadeCorrection) -> CorrectionView:
    return {
        "came_at": moment_or_none(one.came_at),
        "left_at": moment_or_none(one.left_at),
        "reason": one.reason,
        "by": one.by_name,
        "at": moment(one.at),
    }
