"""How many heads each post needs, by which rule; rules from a date on; and the areas of seats at a gate."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypedDict

from sqlalchemy import Connection

from server.calendar.queries import days
from server.calendar.queries import staffing as queries
from server.calendar.service import posts
from server.core import audit
from server.core.access.roles import Act, Actor, may, require, sees_post
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.places.queries import districts
from server.places.queries.districts import Place
from server.places.rules.composition import Composition
from server.places.rules.staffing import SecuritySteps, check_rule
from server.places.tables import StaffingRuleRow


class RuleView(TypedDict):
    """A rule: where, at which peak, which heads, since when and until before when, and who made it why."""

    id: int
    school_kind: str | None
    post_id: int | None
    peak: str | None
    heads: dict[str, int]
    by_pupils: bool
    starts_on: str
    ends_on: str | None
    state: str
    reason: str
    version: int
    changed_by: str | None


class PeakHeads(TypedDict):
    """Heads that a post needs at a peak, and by group the rule that asked for them (``None``: the post's own)."""

    peak: str
    heads: dict[str, int]
    by: dict[str, int | None]


class PostHeads(TypedDict):
    """A post, what it asks for from the beginning, what it needs at each of its peaks, and its seats' areas."""

    post_id: int
    name: str
    school_name: str
    school_kind: str
    pupils: int
    own: dict[str, int]
    peaks: list[PeakHeads]
    areas: dict[str, list[str]]


class StaffingView(TypedDict):
    """All rules, and what each post in scope needs on a date."""

    may_edit: bool
    earliest: str
    on: str
    steps: list[list[int]]
    each_further: int
    rules: list[RuleView]
    posts: list[PostHeads]


@dataclass(frozen=True, slots=True)
class RuleEdit:
    """A rule as it is to be; in the place of another one (``replaces``, as it was seen), which ends then."""

    school_kind: str | None
    post_id: int | None
    peak: str | None
    heads: Composition
    by_pupils: bool
    starts_on: date
    reason: str
    replaces: int | None = None
    version: int = 0


def listed(store: Store, *, actor: Actor, on: date | None, limits: Limits, now: datetime) -> StaffingView:
    """Show the rules of the actor's district and what each post in scope needs on a date, today by default."""
    require(actor, Act.SEE_CALENDAR)
    with store.read() as connection:
        return _view(connection, actor, on, limits, now)


def change(
    store: Store, *, actor: Actor, request_id: str, wanted: RuleEdit, limits: Limits, now: datetime
) -> StaffingView:
    """Let a rule hold from a date on, in the place of another one or beside all; the days before keep theirs.

    Raises ``Refused``: ``not_your_role``, ``not_found``, ``nobody_asked``, ``starts_too_early``,
    ``changed_meanwhile`` (date, by, changed_at), ``shift_changes_now``.
    """
    require(actor, Act.EDIT_CALENDAR)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        heads, starts_on = wanted.heads.as_dict(), wanted.starts_on.isoformat()
        body = [wanted.school_kind, wanted.post_id, wanted.peak, heads, wanted.by_pupils, starts_on]
        body += [wanted.reason, wanted.replaces, wanted.version]
        first = transaction.remember(
            actor.account_id, request_id, "change_staffing", body, shape=StaffingView
        )
        if first is not None:
            return first
        if wanted.post_id is not None:
            _post(connection, actor, wanted.post_id)
        check_rule(wanted.heads, by_pupils=wanted.by_pupils)
        _check_start(connection, actor, wanted.starts_on, limits, now)
        if wanted.replaces is not None:
            _end(transaction, actor, wanted.replaces, wanted.version, wanted.starts_on)
        where = {"school_kind": wanted.school_kind, "post_id": wanted.post_id, "peak": wanted.peak}
        new = {
            **where,
            "district_id": actor.district_id,
            "heads": heads,
            "by_pupils": wanted.by_pupils,
            "starts_on": wanted.starts_on,
            "reason": wanted.reason,
            "version": 1,
            "changed_by": actor.account_id,
            "changed_at": now,
        }
        queries.add(connection, new)
        facts = {name: value for name, value in where.items() if value is not None}
        facts |= {"starts_on": starts_on, "reason": wanted.reason}
        audit.record(connection, now=now, actor_id=actor.account_id, act="change_staffing", facts=facts)
        view = _view(connection, actor, wanted.starts_on, limits, now)
        return transaction.answer(actor.account_id, request_id, view)


def end(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    rule_id: int,
    version: int,
    ends_on: date,
    reason: str,
    limits: Limits,
    now: datetime,
) -> StaffingView:
    """Let a rule hold until before a date; one that has not begun by then never holds.

    Raises ``Refused``: ``not_your_role``, ``not_found``, ``starts_too_early``, ``changed_meanwhile`` (date, by,
    changed_at), ``shift_changes_now``.
    """
    require(actor, Act.EDIT_CALENDAR)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        body = [rule_id, version, ends_on.isoformat(), reason]
        first = transaction.remember(actor.account_id, request_id, "end_staffing", body, shape=StaffingView)
        if first is not None:
            return first
        _check_start(connection, actor, ends_on, limits, now)
        _end(transaction, actor, rule_id, version, ends_on)
        facts = {"district_id": actor.district_id, "ends_on": ends_on.isoformat(), "reason": reason}
        audit.record(connection, now=now, actor_id=actor.account_id, act="end_staffing", facts=facts)
        view = _view(connection, actor, ends_on, limits, now)
        return transaction.answer(actor.account_id, request_id, view)


def name_areas(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    post_id: int,
    areas: dict[str, list[str]],
    seen: dict[str, list[str]],
    limits: Limits,
    now: datetime,
) -> StaffingView:
    """Say what the areas of a post's seats at the gate are called, as they were ``seen`` before.

    Raises ``Refused``: ``not_your_role``, ``not_found``, ``changed_meanwhile``.
    """
    require(actor, Act.EDIT_CALENDAR)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        body = [post_id, areas, seen]
        first = transaction.remember(actor.account_id, request_id, "name_areas", body, shape=StaffingView)
        if first is not None:
            return first
        place = _post(connection, actor, post_id)
        today = posts.today_of(districts.the_district(connection, actor.district_id), now)
        if dict(place.seat_areas) != seen:
            raise Refused("changed_meanwhile", date=today.isoformat(), by=None, changed_at=None)
        queries.name_areas(connection, post_id, areas)
        facts = {"post_id": post_id}
        audit.record(connection, now=now, actor_id=actor.account_id, act="name_areas", facts=facts)
        return transaction.answer(actor.account_id, request_id, _view(connection, actor, None, limits, now))


def _post(connection: Connection, actor: Actor, post_id: int) -> Place:
    place = districts.place(connection, post_id)
    if place is None or place.district_id != actor.district_id:
        raise Refused("not_found")
    return place


def _check_start(connection: Connection, actor: Actor, on: date, limits: Limits, now: datetime) -> None:
    """Let a change hold from tomorrow on, where no window of that date is open already."""
    district = districts.the_district(connection, actor.district_id)
    if on <= posts.today_of(district, now):
        raise Refused("starts_too_early")
    if any(shift.date >= on for _post_id, shift in posts.open_now(connection, district.id, limits, now)):
        raise Refused("shift_changes_now")


def _end(transaction: Transaction, actor: Actor, rule_id: int, version: int, on: date) -> None:
    connection = transaction.connection
    rows = {row.id: row for row in queries.all_of(connection, actor.district_id)}
    row = rows.get(rule_id)
    if row is None or (row.ends_on is not None and row.ends_on <= on):
        raise Refused("not_found")
    if row.version != version:
        by = days.names(connection, [row.changed_by]).get(row.changed_by or 0)
        raise Refused("changed_meanwhile", date=row.starts_on.isoformat(), by=by, changed_at=row.changed_at)
    if row.starts_on >= on:
        queries.remove(connection, rule_id)
    else:
        queries.end(connection, rule_id, on=on, by=actor.account_id, now=transaction.now)


def _view(
    connection: Connection, actor: Actor, on: date | None, limits: Limits, now: datetime
) -> StaffingView:
    today = posts.today_of(districts.the_district(connection, actor.district_id), now)
    rows = queries.all_of(connection, actor.district_id)
    names = days.names(connection, (row.changed_by for row in rows))
    when, steps = on or today, limits[SecuritySteps]
    return {
        "may_edit": may(actor, Act.EDIT_CALENDAR),
        "earliest": (today + timedelta(days=1)).isoformat(),
        "on": when.isoformat(),
        "steps": [list(one) for one in steps.security_steps],
        "each_further": steps.security_each_further,
        "rules": [_rule(row, names, today) for row in rows],
        "posts": [
            _needs(place, when, steps)
            for place in districts.places(connection, district_id=actor.district_id)
            if sees_post(actor, **place.scope)
        ],
    }


def _rule(row: StaffingRuleRow, names: dict[int, str], today: date) -> RuleView:
    over = row.ends_on is not None and row.ends_on <= today
    return {
        "id": row.id,
        "school_kind": row.school_kind,
        "post_id": row.post_id,
        "peak": row.peak,
        "heads": row.heads,
        "by_pupils": row.by_pupils,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        "state": "over" if over else "coming" if row.starts_on > today else "now",
        "reason": row.reason,
        "version": row.version,
        "changed_by": names.get(row.changed_by or 0),
    }


def _needs(place: Place, when: date, steps: SecuritySteps) -> PostHeads:
    asked = {peak: place.staffing.required(peak, when, steps) for peak in place.peak_kinds_on(when)}
    return {
        "post_id": place.post_id,
        "name": place.name,
        "school_name": place.school_name,
        "school_kind": place.staffing.school_kind,
        "pupils": place.staffing.pupils,
        "own": place.composition.as_dict(),
        "peaks": [
            {"peak": peak, "heads": one.heads.as_dict(), "by": dict(one.by)} for peak, one in asked.items()
        ],
        "areas": dict(place.seat_areas),
    }
