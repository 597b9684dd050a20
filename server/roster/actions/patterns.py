"""Weekly patterns of a school: listing them, writing one down, changing one, taking one out."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TypedDict

from sqlalchemy import Connection

from server.core.access.roles import AccountStatus, Act, Actor, require
from server.core.database.transaction import Store, Transaction
from server.core.moments import moment
from server.core.refused import Refused
from server.places.queries import districts
from server.places.queries.districts import Place
from server.roster.queries import patterns, people
from server.roster.rules.conflicts import Conflict, PlanPerson, belongs
from server.roster.rules.patterns import Pattern, Unfilled, check, letter_of
from server.roster.rules.seats import groups_planned_by, require_groups
from server.roster.service import scopes

MOST_FOUND = 20
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# Peaks of a week's days, since schools end earlier on some.
LOOKS_AHEAD_DAYS = 14


class PatternView(TypedDict):
    """A pattern; ``name``: null where he belongs elsewhere by now; ``problems``: why it fills nothing, or may not."""

    id: int
    post_id: int
    peak: str
    account_id: int
    name: str | None
    category: str | None
    weekdays: int
    in_weeks: str
    starts_on: str
    ends_on: str | None
    over: bool
    problems: list[str]
    mine: bool
    changed_at: str


class PatternPeak(TypedDict):
    """A peak of a post, with its times of the coming days in local clock time."""

    peak: str
    starts: str
    ends: str


class PatternPost(TypedDict):
    """A post for which patterns are made: its peaks in the order of their times."""

    post_id: int
    name: str
    peaks: list[PatternPeak]


class PatternList(TypedDict):
    """The patterns of a school, its posts, today, the letter of this week, and whether the caller writes any."""

    school_id: int
    school_name: str
    today: str
    letter: str
    may_plan: list[str]
    posts: list[PatternPost]
    items: list[PatternView]


class PatternPerson(TypedDict):
    """Somebody whom a pattern may name."""

    account_id: int
    name: str
    category: str


class PatternWritten(TypedDict):
    """The number of a pattern."""

    id: int


def listed(store: Store, *, actor: Actor, school_id: int | None, now: datetime) -> PatternList:
    """List the patterns of a school in scope, a school's user his own.

    Raises ``Refused``: ``not_your_role``, ``not_found``.
    """
    require(actor, Act.SEE_ROSTER)
    with store.read() as connection:
        places = scopes.posts_of(connection, actor, scopes.school_of(actor, school_id))
        first = next(iter(places.values()))
        today = now.astimezone(first.zone).date()
        found = patterns.of_posts(connection, places)
        numbers = {one.account_id for one in found}
        known = people.by_ids(connection, actor.district_id, numbers, today, today)
    peaks = {post_id: _peaks(place, today) for post_id, place in places.items()}
    return {
        "school_id": first.school_id,
        "school_name": first.school_name,
        "today": today.isoformat(),
        "letter": letter_of(today).value,
        "may_plan": [group.value for group in groups_planned_by(actor)],
        "posts": [
            {"post_id": place.post_id, "name": place.name, "peaks": [*peaks[place.post_id].values()]}
            for place in places.values()
        ],
        "items": [
            _view(actor, one, places[one.post_id], known.get(one.account_id), peaks[one.post_id], today)
            for one in found
        ],
    }


def _peaks(place: Place, today: date) -> dict[str, PatternPeak]:
    found: dict[str, PatternPeak] = {}
    for one in (
        peak for step in range(LOOKS_AHEAD_DAYS) for peak in place.timed_on(today + timedelta(days=step))
    ):
        times: PatternPeak = {"peak": one.kind, "starts": f"{one.starts:%H:%M}", "ends": f"{one.ends:%H:%M}"}
        found.setdefault(one.kind, times)
    return dict(sorted(found.items(), key=lambda each: each[1]["starts"]))


def _view(
    actor: Actor, one: Pattern, place: Place, person: PlanPerson | None, peaks: Collection[str], today: date
) -> PatternView:
    known = person is not None and scopes.knows(actor, person)
    return {
        "id": one.id,
        "post_id": one.post_id,
        "peak": one.peak,
        "account_id": one.account_id,
        "name": person.name if person and known else None,
        "category": person.category if person else None,
        "weekdays": one.weekdays,
        "in_weeks": one.weeks.value,
        "starts_on": one.starts_on.isoformat(),
        "ends_on": one.ends_on.isoformat() if one.ends_on else None,
        "over": one.ends_on is not None and one.ends_on < today,
        "problems": _problems(one, place, person, peaks) if known else [Conflict.OTHER_UNIT.value],
        "mine": person is not None and person.group in groups_planned_by(actor),
        "changed_at": moment(one.changed_at or NEVER),
    }


def _problems(one: Pattern, place: Place, person: PlanPerson | None, peaks: Collection[str]) -> list[str]:
    found: list[str] = []
    if one.peak not in peaks:
        found.append(Unfilled.NO_PEAK.value)
    if person is None:
        return found
    if not belongs(person, place.school_id, place.station_id):
        found.append(Conflict.OTHER_UNIT.value)
    elif person.status == AccountStatus.SUSPENDED:
        found.append(Conflict.PERSON_SUSPENDED.value)
    elif person.status != AccountStatus.APPROVED:
        found.append(Conflict.PERSON_PENDING.value)
    elif not person.agreed:
        found.append(Conflict.NO_CONSENT.value)
    return found


def people_for(
    store: Store, *, actor: Actor, school_id: int | None, text: str, now: datetime
) -> list[PatternPerson]:
    """Find the people of a school whom the actor plans by a piece of the name. Raises ``Refused`` as ``listed``."""
    require(actor, Act.PLAN_ROSTER)
    with store.read() as connection:
        places = scopes.posts_of(connection, actor, scopes.school_of(actor, school_id))
        first = next(iter(places.values()))
        today = now.astimezone(first.zone).date()
        found: list[PlanPerson] = []
        for group in groups_planned_by(actor):
            unit = {"school_id": first.school_id, "station_id": first.station_id}
            some = people.of_group(connection, group, **unit, text=text, first=today, last=today)
            found += some.values()
    found.sort(key=lambda one: (one.name, one.account_id))
    return [
        {"account_id": one.account_id, "name": one.name, "category": one.category}
        for one in found[:MOST_FOUND]
    ]


def write(store: Store, *, actor: Actor, request_id: str, wanted: Pattern, now: datetime) -> PatternWritten:
    """Write a pattern down, in place of the one whose number it has (0: a new one). Nothing is planned by it yet.

    Raises ``Refused``: ``not_your_role``, ``not_found``, ``plan_changed`` where the one to replace is gone,
    ``other_unit`` and ``person_suspended`` (name, post_name), ``bad_pattern``, ``pattern_overlaps`` (name, date,
    peak, post_name).
    """
    require(actor, Act.PLAN_ROSTER)
    body = [
        wanted.id, wanted.post_id, wanted.peak, wanted.account_id, wanted.weekdays, wanted.weeks.value,
        wanted.starts_on.isoformat(), wanted.ends_on and wanted.ends_on.isoformat(),
    ]  # fmt: skip
    with store.transaction(now) as transaction:
        first = transaction.remember(
            actor.account_id, request_id, "write_pattern", body, shape=PatternWritten
        )
        if first is not None:
            return first
        place = _place(transaction.connection, actor, wanted.post_id)
        scopes.hold_plan(transaction, place.school_id)
        today = now.astimezone(place.zone).date()
        if wanted.id:
            _drop(transaction, actor, wanted.id, wanted.changed_at, today, otherwise="plan_changed")
        if wanted.peak not in _peaks(place, max(today, wanted.starts_on)):
            raise Refused("no_such_seat", date=wanted.starts_on.isoformat(), peak=wanted.peak)
        person = _person(transaction.connection, actor, wanted.account_id, place, today)
        _check(transaction.connection, wanted, person)
        number = patterns.add(transaction.connection, replace(wanted, id=0), by=actor.account_id, now=now)
        answer: PatternWritten = {"id": number}
        return transaction.answer(actor.account_id, request_id, answer)


def _place(connection: Connection, actor: Actor, post_id: int) -> Place:
    place = districts.place(connection, post_id)
    if place is None:
        raise Refused("not_found")
    mine = scopes.posts_of(connection, actor, place.school_id)
    if post_id not in mine:
        raise Refused("not_found")
    return mine[post_id]


def _person(connection: Connection, actor: Actor, account_id: int, place: Place, today: date) -> PlanPerson:
    person = people.by_ids(connection, actor.district_id, [account_id], today, today).get(account_id)
    if person is None or not scopes.knows(actor, person):
        raise Refused("not_found")
    require_groups(actor, {person.group.value})
    facts = {"name": person.name, "post_name": place.name, "date": today.isoformat(), "peak": ""}
    if not belongs(person, place.school_id, place.station_id):
        raise Refused(Conflict.OTHER_UNIT.value, **facts)
    if person.status == AccountStatus.SUSPENDED:
        raise Refused(Conflict.PERSON_SUSPENDED.value, **facts)
    return person


def _check(connection: Connection, wanted: Pattern, person: PlanPerson) -> None:
    try:
        check(wanted, patterns.of_person(connection, wanted.account_id))
    except Refused as why:
        if why.code != "pattern_overlaps":
            raise
        post_id = int(str(why.facts["post_id"]))
        other = districts.some_places(connection, {post_id}).get(post_id)
        facts = {"name": person.name, "date": why.facts["date"], "peak": wanted.peak}
        raise Refused(why.code, **facts, post_name=other.name if other else None) from why


def remove(
    store: Store, *, actor: Actor, request_id: str, number: int, seen: datetime, now: datetime
) -> PatternWritten:
    """Take a pattern out as it was ``seen`` (when it was changed); what it filled stays planned.

    Raises ``Refused``: ``not_your_role``, ``not_found``, ``plan_changed``.
    """
    require(actor, Act.PLAN_ROSTER)
    with store.transaction(now) as transaction:
        first = transaction.remember(
            actor.account_id, request_id, "remove_pattern", [number, moment(seen)], shape=PatternWritten
        )
        if first is not None:
            return first
        _drop(transaction, actor, number, seen, now.date(), otherwise="not_found")
        answer: PatternWritten = {"id": number}
        return transaction.answer(actor.account_id, request_id, answer)


def _drop(
    transaction: Transaction,
    actor: Actor,
    number: int,
    seen: datetime | None,
    today: date,
    *,
    otherwise: str,
) -> None:
    found = patterns.by_id(transaction.connection, number)
    if found is None:
        raise Refused(otherwise)
    _place(transaction.connection, actor, found.post_id)
    if found.changed_at is None or seen is None or moment(found.changed_at) != moment(seen):
        raise Refused("plan_changed")
    known = people.by_ids(transaction.connection, actor.district_id, [found.account_id], today, today)
    person = known.get(found.account_id)
    if person is not None:
        require_groups(actor, {person.group.value})
    if not patterns.remove(transaction.connection, number):
        raise Refused(otherwise)
