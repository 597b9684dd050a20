"""Publishing a school's week: what is planned becomes what people are told; all that changes in one transaction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypedDict

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from server.calendar.facts import ShiftsChanged
from server.calendar.tables import PublishedDuty
from server.core import audit
from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store, Transaction
from server.core.event_names import EventName, rooms_for_post
from server.core.limits import Limits
from server.core.refused import Refused
from server.places.queries.districts import Place
from server.roster.queries import plans
from server.roster.rules.conflicts import Conflict
from server.roster.rules.seats import SeatKey, days_of, fingerprint, groups_planned_by
from server.roster.service import news, rolls, scopes
from server.roster.service.rolls import Span


class Published(TypedDict):
    """What publishing changed: seats given and taken back, how many people that concerns, how many are written to."""

    given: int
    taken: int
    people: int
    told: int


class WeekPublished(TypedDict):
    """A school's week was published: how many seats changed."""

    school_id: int
    week: str
    seats: int


@dataclass(frozen=True, slots=True)
class _Change:
    """Seats that are given and taken back; who keeps a seat is in neither."""

    take: tuple[PublishedDuty, ...]
    give: tuple[tuple[SeatKey, int], ...]

    @property
    def taken(self) -> list[tuple[SeatKey, int]]:
        return [(plans.key_of(row), row.account_id) for row in self.take]

    @property
    def people(self) -> set[int]:
        return {row.account_id for row in self.take} | {account_id for _key, account_id in self.give}

    @property
    def seats(self) -> set[SeatKey]:
        return {plans.key_of(row) for row in self.take} | {key for key, _account_id in self.give}


def publish(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    school_id: int,
    week: date,
    seen: str,
    limits: Limits,
    now: datetime,
) -> Published:
    """Publish the week of a school as it was ``seen``, of the groups that the actor plans; what is over stays.

    Raises ``Refused``: ``not_your_role``, ``not_found``, ``plan_changed`` where it was planned otherwise meanwhile,
    ``nothing_to_publish``, ``plan_has_conflicts`` (seats, name) where somebody cannot take his seat.
    """
    require(actor, Act.PLAN_ROSTER)
    scopes.require_monday(week)
    try:
        with store.transaction(now) as transaction:
            body = [school_id, week.isoformat(), seen]
            first = transaction.remember(
                actor.account_id, request_id, "publish_roster", body, shape=Published
            )
            if first is not None:
                return first
            places = scopes.posts_of(transaction.connection, actor, school_id)
            scopes.hold_plan(transaction, school_id)
            change = _change(transaction, actor, places, week, seen, limits)
            plans.publish(transaction.connection, take=change.take, put=change.give, now=now)
            _tell(transaction, actor, places, week, change, limits)
            answer: Published = {
                "given": len(change.give),
                "taken": len(change.take),
                "people": len(change.people),
                "told": news.tell(transaction, places, given=change.give, taken=change.taken, limits=limits),
            }
            return transaction.answer(actor.account_id, request_id, answer)
    except IntegrityError as twin:
        # Another school published somebody for the same peak meanwhile.
        raise Refused("plan_changed") from twin


def _change(
    transaction: Transaction,
    actor: Actor,
    places: Mapping[int, Place],
    week: date,
    seen: str,
    limits: Limits,
) -> _Change:
    connection, dates = transaction.connection, days_of(week)
    planned = plans.planned(connection, places, dates[0], dates[-1])
    if fingerprint([(key, row.account_id, row.version) for key, row in planned.items()]) != seen:
        raise Refused("plan_changed")
    groups = {group.value for group in groups_planned_by(actor)}
    told = {
        key: row
        for key, row in plans.published(connection, places, dates[0], dates[-1]).items()
        if key.group in groups and not _is_over(places[key.post_id], key, limits, transaction.now)
    }
    wanted = {
        key: row.account_id
        for key, row in planned.items()
        if key.group in groups
        and row.account_id
        and _is_ahead(places[key.post_id], key, limits, transaction.now)
    }
    give = tuple(
        (key, who) for key, who in sorted(wanted.items()) if key not in told or told[key].account_id != who
    )
    take = tuple(row for key, row in sorted(told.items()) if wanted.get(key) != row.account_id)
    if not give and not take:
        raise Refused("nothing_to_publish")
    _check(connection, actor, places, week, wanted, limits)
    return _Change(take, give)


def _is_ahead(place: Place, key: SeatKey, limits: Limits, now: datetime) -> bool:
    shift = rolls.shift_of(place, key.date, key.peak, limits)
    return shift is not None and shift.ends_at > now


def _is_over(place: Place, key: SeatKey, limits: Limits, now: datetime) -> bool:
    """Tell whether a seat belongs to what was: its peak has ended, or its day has where no peak stands any more."""
    shift = rolls.shift_of(place, key.date, key.peak, limits)
    if shift is None:
        return key.date < now.astimezone(place.zone).date()
    return shift.ends_at <= now


def _check(
    connection: Connection,
    actor: Actor,
    places: Mapping[int, Place],
    week: date,
    wanted: Mapping[SeatKey, int],
    limits: Limits,
) -> None:
    dates = days_of(week)
    roll = rolls.of_people(
        connection,
        actor.district_id,
        set(wanted.values()),
        Span(dates[0], dates[-1]),
        own=places,
        limits=limits,
    )
    names = []
    for key, account_id in sorted(wanted.items()):
        place = places[key.post_id]
        shift = rolls.shift_of(place, key.date, key.peak, limits)
        assert shift is not None
        known = account_id in roll.people
        found = roll.against(account_id, place, key, shift) if known else []
        if not known or any(one.conflict != Conflict.TOO_MANY for one in found):
            names.append(roll.name_of(account_id) or "")
    if names:
        raise Refused("plan_has_conflicts", seats=len(names), name=names[0])


def _tell(
    transaction: Transaction,
    actor: Actor,
    places: Mapping[int, Place],
    week: date,
    change: _Change,
    limits: Limits,
) -> None:
    """Tell the consoles and the people, the posts whose next shifts change, and the audit log."""
    place = next(iter(places.values()))
    data: WeekPublished = {
        "school_id": place.school_id,
        "week": week.isoformat(),
        "seats": len(change.seats),
    }
    transaction.publish(
        EventName.ROSTER_PUBLISHED, data, rooms_for_post(**place.scope, account_ids=change.people)
    )
    for post_id in sorted(_near(change.seats, transaction.now.astimezone(place.zone).date())):
        transaction.announce(ShiftsChanged(places[post_id], limits))
    facts = {
        "school_id": place.school_id,
        "week": week.isoformat(),
        "given": len(change.give),
        "taken": len(change.take),
        "people": len(change.people),
    }
    audit.record(
        transaction.connection,
        now=transaction.now,
        actor_id=actor.account_id,
        act="publish_roster",
        facts=facts,
    )


def _near(seats: Collection[SeatKey], today: date) -> set[int]:
    return {key.post_id for key in seats if abs(key.date - today) <= timedelta(days=1)}
