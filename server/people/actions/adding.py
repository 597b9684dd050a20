"""Adding one guard at the console: the rules of a list, for one row of it, at once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from server.core import audit
from server.core.access.roles import Act, Actor, Category, Role, require
from server.core.database import rate_limits
from server.core.database.sealing import telephones
from server.core.database.transaction import Store, Transaction
from server.core.refused import Refused
from server.people.facts import OfficesWanted
from server.people.files.guards_file import GuardLine, ListedGuard, masked
from server.people.queries import accounts
from server.people.queries.accounts import AccountAndPlaces
from server.people.rules.imports import Verdict
from server.people.rules.shapes import GuardView
from server.people.service import import_elsewhere, listing, news
from server.people.service.approving import may_decide
from server.people.service.import_matching import Matched, Matching, scope_of
from server.people.service.listing import Named
from server.people.tables import account
from server.places.queries import districts

# Faster than anybody types them; whoever has more brings a list in.
ADDED = rate_limits.Limit(100, timedelta(hours=1))
# What a list says of a row, where the refusal has another name.
_CODES = {"police_by_station": "police_record"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is added; ``school_id``: the district names it, a school has its own alone."""

    name: str
    phone: str = field(repr=False)
    category: Category
    school_id: int | None


def add(store: Store, *, actor: Actor, request_id: str, wanted: Wanted, now: datetime) -> GuardView:
    """Let somebody in who has not come yet: he registers with this telephone, agrees himself, and is approved.

    What a list would say of a row is said here (``import_matching``), and no more: who is registered where the actor
    does not see him is ``known_elsewhere``, and of so many people a day.
    Raises ``Refused``: ``not_your_role``, ``not_found`` for a school out of reach, ``school_closed``, ``guard_known``
    (name, unit), ``known_elsewhere``, ``many_elsewhere``, ``police_record``, ``name_of_office``, ``number_in_name``,
    ``too_many`` (retry_after_s).
    """
    require(actor, Act.EDIT_GUARDS)
    if masked(wanted.name) != wanted.name:
        raise Refused("number_in_name")
    with store.transaction(now) as transaction:
        body = [
            wanted.name,
            telephones.written(transaction.connection, account, wanted.phone)["phone_index"],
            wanted.category.value,
            wanted.school_id,
        ]
        first = transaction.remember(actor.account_id, request_id, "add_guard", body, shape=GuardView)
        if first is not None:
            return first
        rate_limits.take(transaction.connection, f"added:{actor.account_id}", ADDED, now)
        outcome = _added(transaction, actor, wanted)
        if not isinstance(outcome, Refused):
            return transaction.answer(actor.account_id, request_id, outcome)
    # Only after the commit: that somebody was told of a telephone stays written.
    raise outcome


def _added(transaction: Transaction, actor: Actor, wanted: Wanted) -> GuardView | Refused:
    connection = transaction.connection
    school_id = _school(connection, actor, wanted.school_id)
    telephones.hold_number(connection, wanted.phone)
    refused = _refusal(transaction, actor, wanted, school_id)
    if refused is not None:
        return refused
    person = Named(wanted.name, wanted.phone, wanted.category.value, school_id, None)
    made = listing.make(transaction, [person], district_id=actor.district_id, by=actor.account_id)
    number = made[wanted.phone]
    audit.record(
        connection,
        now=transaction.now,
        actor_id=actor.account_id,
        act="guard.added",
        subject_id=number,
        facts={"category": wanted.category.value},
    )
    news.publish_guard(transaction, number)
    row = accounts.by_id(connection, number)
    assert row is not None
    return accounts.as_item(row, decides=may_decide(actor, row))


def _school(connection: Connection, actor: Actor, wanted: int | None) -> int:
    own = actor.school_id if actor.role == Role.SCHOOL_ADMIN else wanted
    if wanted not in {None, own}:
        raise Refused("not_found")
    found = next((one for one in districts.schools(connection, actor.district_id) if one.id == own), None)
    if found is None:
        raise Refused("not_found")
    if found.archived_at is not None:
        raise Refused("school_closed")
    return found.id


def _matched(transaction: Transaction, actor: Actor, wanted: Wanted, school_id: int) -> Matched:
    """Tell what a list of that school would do with this row alone."""
    connection = transaction.connection
    offices = [name for names in transaction.ask(OfficesWanted(actor.district_id)) for name in names]
    matching = Matching(scope_of(connection, actor.district_id, school_id, offices))
    guard = ListedGuard(None, wanted.name, wanted.phone, wanted.category, None, None)
    line = GuardLine("", 1, wanted.name, guard, ())
    matching.read(connection, [line])
    return matching.match(line)


def _refusal(transaction: Transaction, actor: Actor, wanted: Wanted, school_id: int) -> Refused | None:
    connection = transaction.connection
    told = import_elsewhere.told_lately(connection, actor.account_id, transaction.now)
    if told.enough:
        return Refused("many_elsewhere")
    known = next(iter(accounts.by_phones(connection, [wanted.phone])), None)
    if known is not None and _sees(actor, known):
        return Refused("guard_known", name=known.name, unit=known.school_name or known.station_name)
    found = _matched(transaction, actor, wanted, school_id)
    if found.elsewhere is not None:
        return _elsewhere(transaction, actor, found.elsewhere, told)
    if found.verdict == Verdict.FAULT:
        code = found.faults[0].code
        return Refused(_CODES.get(code, code))
    return None


def _sees(actor: Actor, one: AccountAndPlaces) -> bool:
    if one.role != Role.GUARD or one.district_id != actor.district_id:
        return False
    return actor.role == Role.DISTRICT_ADMIN or one.school_id == actor.school_id


def _elsewhere(
    transaction: Transaction, actor: Actor, account_id: int, told: import_elsewhere.Told
) -> Refused:
    if not told.allows([account_id]):
        import_elsewhere.note(transaction, actor.account_id, ())
        return Refused("many_elsewhere")
    if account_id not in told.people:
        import_elsewhere.note(transaction, actor.account_id, [account_id])
    return Refused("known_elsewhere")
