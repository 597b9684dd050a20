"""Terms of the district, and of schools that have their own: their first and last days."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

from sqlalchemy import Connection

from server.calendar.queries import days, terms
from server.calendar.service import posts
from server.core import audit
from server.core.access.roles import Act, Actor, Role, may, require, sees_post
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.places.queries import districts
from server.places.rules.day_edits import require_editor
from server.places.rules.days import Span
from server.places.rules.terms import check_term
from server.places.tables import Term


class TermView(TypedDict):
    """A term; ``over``: its last day is past."""

    id: int
    name: str
    first_day: str
    last_day: str
    version: int
    over: bool


class TermList(TypedDict):
    """The terms of the district or of a school's own; a school without any has the district's."""

    school_id: int | None
    may_edit: bool
    items: list[TermView]


@dataclass(frozen=True, slots=True)
class TermEdit:
    """A term as it is to be; ``running``: also where a shift that is open now would end by it."""

    name: str
    first_day: date
    last_day: date
    running: bool = False


def listed(store: Store, *, actor: Actor, school_id: int | None, now: datetime) -> TermList:
    """List the terms of the actor's district, or a school's own.

    Raises ``Refused``: ``not_your_role``, ``not_found`` for a school outside the scope.
    """
    require(actor, Act.SEE_CALENDAR)
    if actor.role == Role.SCHOOL_ADMIN and school_id is None:
        school_id = actor.school_id
    with store.read() as connection:
        if school_id is not None:
            _check_seen(connection, actor, school_id)
        return _view(connection, actor, school_id, now)


def add(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    school_id: int | None,
    wanted: TermEdit,
    limits: Limits,
    now: datetime,
) -> TermList:
    """Add a term; gives the list after it.

    Raises ``Refused``: ``not_your_role``, ``not_found``, ``bad_term``, ``terms_overlap`` (first, last),
    ``date_is_past`` (date), ``shift_running`` (posts).
    """
    require_editor(actor, school_id)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        body = [school_id, wanted.name, wanted.first_day.isoformat(), wanted.last_day.isoformat()]
        first = transaction.remember(actor.account_id, request_id, "add_term", body, shape=TermList)
        if first is not None:
            return first
        if school_id is not None and days.one_school(connection, actor.district_id, school_id) is None:
            raise Refused("not_found")
        open_before = posts.open_now(connection, actor.district_id, limits, now)
        _check(connection, actor, school_id, wanted, None, now)
        values = {"district_id": actor.district_id, "school_id": school_id, **_values(actor, wanted, now)}
        terms.add(connection, {**values, "version": 1})
        if not wanted.running:
            _check_open(connection, actor, open_before, limits, now)
        facts = _facts(actor, school_id, wanted)
        audit.record(connection, now=now, actor_id=actor.account_id, act="add_term", facts=facts)
        answer = transaction.answer(actor.account_id, request_id, _view(connection, actor, school_id, now))
    posts.tell(store, district_id=actor.district_id, school_id=school_id, limits=limits, now=now)
    return answer


def change(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    term_id: int,
    version: int,
    wanted: TermEdit | None,
    running: bool,
    limits: Limits,
    now: datetime,
) -> TermList:
    """Change a term as it was seen with a version, or remove it (``None``); gives the list after it.

    Raises ``Refused``: as ``add``, and ``changed_meanwhile`` (date, by, changed_at).
    """
    with store.transaction(now) as transaction:
        connection = transaction.connection
        term = terms.by_id(connection, actor.district_id, term_id)
        require(actor, Act.EDIT_SCHOOL_DAYS)
        if term is not None:
            require_editor(actor, term.school_id)
        body = [term_id, version, wanted.name if wanted else None]
        body += [wanted.first_day.isoformat(), wanted.last_day.isoformat()] if wanted else []
        first = transaction.remember(actor.account_id, request_id, "change_term", body, shape=TermList)
        if first is not None:
            return first
        if term is None:
            raise Refused("not_found")
        _check_version(connection, term, version)
        if term.last_day < posts.today_of(districts.the_district(connection, actor.district_id), now):
            raise Refused("date_is_past", date=term.last_day.isoformat())
        open_before = posts.open_now(connection, actor.district_id, limits, now)
        _write(transaction, actor, term, wanted)
        if not running:
            _check_open(connection, actor, open_before, limits, now)
        answer = transaction.answer(
            actor.account_id, request_id, _view(connection, actor, term.school_id, now)
        )
    posts.tell(store, district_id=actor.district_id, school_id=term.school_id, limits=limits, now=now)
    return answer


def _write(transaction: Transaction, actor: Actor, term: Term, wanted: TermEdit | None) -> None:
    connection, now = transaction.connection, transaction.now
    if wanted is None:
        terms.remove(connection, term.id)
        facts = _facts(actor, term.school_id, TermEdit(term.name, term.first_day, term.last_day))
        audit.record(connection, now=now, actor_id=actor.account_id, act="remove_term", facts=facts)
        return
    _check(connection, actor, term.school_id, wanted, term.id, now)
    terms.change(connection, term.id, {**_values(actor, wanted, now), "version": term.version + 1})
    facts = _facts(actor, term.school_id, wanted)
    audit.record(connection, now=now, actor_id=actor.account_id, act="change_term", facts=facts)


def _check_seen(connection: Connection, actor: Actor, school_id: int) -> None:
    school = days.one_school(connection, actor.district_id, school_id)
    if school is None or not sees_post(
        actor, district_id=school.district_id, station_id=school.station_id, school_id=school.id
    ):
        raise Refused("not_found")


def _check(
    connection: Connection,
    actor: Actor,
    school_id: int | None,
    wanted: TermEdit,
    besides: int | None,
    now: datetime,
) -> None:
    others = [
        Span(one.first_day, one.last_day)
        for one in terms.of(connection, actor.district_id, school_id)
        if one.id != besides
    ]
    district = districts.the_district(connection, actor.district_id)
    check_term(Span(wanted.first_day, wanted.last_day), others, posts.today_of(district, now))


def _check_version(connection: Connection, term: Term, version: int) -> None:
    if term.version != version:
        by = days.names(connection, [term.changed_by]).get(term.changed_by or 0)
        raise Refused("changed_meanwhile", date=term.first_day.isoformat(), by=by, changed_at=term.changed_at)


def _values(actor: Actor, wanted: TermEdit, now: datetime) -> dict[str, object]:
    return {
        "name": wanted.name,
        "first_day": wanted.first_day,
        "last_day": wanted.last_day,
        "changed_by": actor.account_id,
        "changed_at": now,
    }


def _check_open(
    connection: Connection, actor: Actor, open_before: posts.OpenShifts, limits: Limits, now: datetime
) -> None:
    """Refuse what would end a shift that is open."""
    ended = open_before - posts.open_now(connection, actor.district_id, limits, now)
    if ended:
        raise Refused("shift_running", posts=len(ended))


def _facts(actor: Actor, school_id: int | None, term: TermEdit) -> dict[str, object]:
    whose = {"district_id": actor.district_id} if school_id is None else {"school_id": school_id}
    span = {"first_day": term.first_day.isoformat(), "last_day": term.last_day.isoformat()}
    return {**whose, "term": term.name, **span}


def _view(connection: Connection, actor: Actor, school_id: int | None, now: datetime) -> TermList:
    today = posts.today_of(districts.the_district(connection, actor.district_id), now)
    act = Act.EDIT_CALENDAR if school_id is None else Act.EDIT_SCHOOL_DAYS
    return {
        "school_id": school_id,
        "may_edit": may(actor, act),
        "items": [
            {
                "id": one.id,
                "name": one.name,
                "first_day": one.first_day.isoformat(),
                "last_day": one.last_day.isoformat(),
                "version": one.version,
                "over": one.last_day < today,
            }
            for one in terms.of(connection, actor.district_id, school_id)
        ],
    }
