"""Changing what stands of a guard, by hand: name, category, and, by the district, the school."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from server.core import audit
from server.core.access.roles import AccountStatus, Act, Actor, Category, Role, require
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.people.facts import StandingChanged
from server.people.queries import accounts, erasures
from server.people.queries.accounts import AccountAndPlaces
from server.people.rules.shapes import GuardView
from server.people.service import claimed_names, news
from server.people.service.approving import may_decide
from server.places.queries import districts


@dataclass(frozen=True, slots=True)
class Record:
    """What stands of a guard that may be changed."""

    name: str
    category: Category
    school_id: int | None


def change(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    account_id: int,
    wanted: Record,
    was: Record,
    reason: str,
    limits: Limits,
    now: datetime,
) -> GuardView:
    """Change a guard's record, as the page showed it; a school's stays at the school, police with their station.

    Raises ``Refused``: ``not_your_role``, ``not_found`` (also outside the scope), ``guard_changed``, ``police_record``,
    ``name_of_office``, ``account_suspended``.
    """
    require(actor, Act.EDIT_GUARDS)
    with store.transaction(now) as transaction:
        row = _guard(transaction.connection, actor, account_id)
        body = [account_id, *_facts(wanted), *_facts(was), reason]
        first = transaction.remember(actor.account_id, request_id, "change_guard", body, shape=GuardView)
        if first is not None:
            return first
        _check(transaction, actor, row, wanted, was)
        changed = [
            name for name, old, new in zip(_COLUMNS, _facts(was), _facts(wanted), strict=True) if old != new
        ]
        if changed:
            _write(transaction, row, wanted, limits, renamed="name" in changed)
            audit.record(
                transaction.connection,
                now=now,
                actor_id=actor.account_id,
                act="guard.changed",
                subject_id=account_id,
                facts={"columns": changed, "reason": reason},
            )
        found = _guard(transaction.connection, actor, account_id)
        item = accounts.as_item(found, decides=may_decide(actor, found))
        return transaction.answer(actor.account_id, request_id, item)


_COLUMNS = ("name", "category", "school")


def _facts(one: Record) -> tuple[str, str, int | None]:
    return one.name, one.category.value, one.school_id


def _guard(connection: Connection, actor: Actor, account_id: int) -> AccountAndPlaces:
    row = accounts.by_id(connection, account_id)
    if row is None or row.role != Role.GUARD or row.district_id != actor.district_id:
        raise Refused("not_found")
    if actor.role == Role.SCHOOL_ADMIN and (row.school_id is None or row.school_id != actor.school_id):
        raise Refused("not_found")
    if erasures.is_asked(connection, account_id):
        raise Refused("not_found")
    return row


def _check(
    transaction: Transaction, actor: Actor, row: AccountAndPlaces, wanted: Record, was: Record
) -> None:
    if (row.claimed_name or row.name, row.category, row.school_id) != _facts(was):
        raise Refused("guard_changed")
    if row.status == AccountStatus.SUSPENDED:
        raise Refused("account_suspended")
    # Who is of the police, and where, their station decides at registration.
    police = {was.category, wanted.category} & {Category.POLICE}
    if police and (wanted.category != was.category or wanted.school_id != was.school_id):
        raise Refused("police_record")
    if wanted.school_id != was.school_id:
        every = districts.schools(transaction.connection, actor.district_id)
        there = {one.id for one in every if one.archived_at is None}
        if actor.role == Role.SCHOOL_ADMIN or wanted.school_id not in there:
            raise Refused("not_found")
    if wanted.name != was.name:
        names = claimed_names.names_of(
            transaction, district_id=row.district_id, name=wanted.name, category=wanted.category
        )
        if names.claimed:
            raise Refused("name_of_office")


def _write(
    transaction: Transaction, row: AccountAndPlaces, wanted: Record, limits: Limits, *, renamed: bool
) -> None:
    # A claimed name that nobody changed stays one until somebody has approved it.
    name = {"name": wanted.name, "claimed_name": None} if renamed else {}
    accounts.change(
        transaction.connection,
        row.id,
        category=wanted.category.value,
        school_id=wanted.school_id,
        **name,
    )
    news.publish_guard(transaction, row.id)
    transaction.announce(StandingChanged((row.id,), limits))
