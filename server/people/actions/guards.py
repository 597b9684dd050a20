"""Guards: registering at a post, being found, being approved or refused."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, true

from server.alarm.service import standing_changes
from server.core.access import rate_limits
from server.core.access.roles import AccountStatus, Act, Actor, Category, Role, may, may_decide, require
from server.core.audit import tables as audit_tables
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.core.typed_text import SHORTEST_NAME, is_searchable
from server.delivery.queries import last_delivery
from server.duty.queries import check_ins
from server.duty.rules.arrival import CheckOutHow
from server.duty.rules.confirming import may_assist
from server.duty.rules.trust import CodeStanding, TrustLimits, code_standing
from server.duty.service import arrivals
from server.people.queries import accounts, claimed_names, codes, guard_pages, sessions, sign_in_limits
from server.people.queries.accounts import account
from server.people.rules.sign_in import SignInLimits
from server.people.service import approving
from server.places.queries import districts


def register(
    store: Store,
    *,
    request_id: str,
    ticket: str,
    name: str,
    category: Category,
    volunteer_kind: str | None,
    post_code: str,
    consents: list[tuple[str, str]],
    device_id: str | None,
    replaces: str | None,
    limits: Limits,
    now: datetime,
) -> tuple[sessions.Opened, dict[str, Any]]:
    """Make a guard's account of the ticket's phone number, and open its session.

    The category is a claim until approved, whoever makes it; at once where the imported roster has the telephone in
    that category (never police). The school (for police the station) is the post's. ``consents`` are pairs of kind
    and version; ``replaces`` is the token of the session that the browser had until now. The same request again
    opens another session for the same account: the first answer's cookie may never have arrived.

    Raises ``Refused``: ``ticket_expired``, ``unknown_post``, ``consent_missing`` (kinds),
    ``already_registered``, ``suspended``, ``request_id_reused``.
    """
    body = [name, category, volunteer_kind, post_code, sorted(consents)]
    with store.transaction(now) as transaction:
        used = codes.use_ticket(transaction.connection, token=ticket, now=now)
        if used is None:
            raise Refused("ticket_expired")
        phone, first_use = used
        if first_use:
            missing = sorted(set(accounts.REQUIRED_CONSENTS) - {kind for kind, _version in consents})
            if missing:
                raise Refused("consent_missing", kinds=missing)
            values = _place_of(transaction, post_code, category, limits)
            values |= claimed_names.names_of(
                transaction.connection, district_id=values["district_id"], name=name, category=category
            )
            values |= {
                "category": category.value,
                "volunteer_kind": volunteer_kind if category == Category.VOLUNTEER else None,
            }
            account_id = _add(transaction, phone, values, consents, limits)
            transaction.remember(account_id, request_id, "register", body)
            transaction.answer(account_id, request_id, {"account_id": account_id})
        else:
            account_id = _registered_before(transaction, phone, request_id, body)
        last_delivery.note_code(transaction.connection, account_id, limits[SignInLimits].code_channel, now)
        opened = sessions.open_session(
            transaction,
            account_id=account_id,
            role=Role.GUARD,
            device_id=device_id,
            limits=limits[SignInLimits],
            replaces=replaces,
        )
        sign_in_limits.remember_device(transaction, account_id, device_id)
        me = accounts.own_view(transaction.connection, account_id=account_id, csrf_token=opened.csrf_token)
    return opened, me


def _place_of(transaction: Transaction, post_code: str, category: Category, limits: Limits) -> dict[str, Any]:
    found = districts.code_of(transaction.connection, post_code)
    if found is None:
        raise Refused("unknown_post")
    post_id, replaced_at = found
    if code_standing(replaced_at, transaction.now, limits[TrustLimits]) == CodeStanding.EXPIRED:
        raise Refused("unknown_post")
    place = districts.place(transaction.connection, post_id)
    assert place is not None
    police = category == Category.POLICE
    return {
        "district_id": place.district_id,
        "school_id": None if police else place.school_id,
        "station_id": place.station_id if police else None,
    }


def _add(
    transaction: Transaction,
    phone: str,
    values: dict[str, Any],
    consents: list[tuple[str, str]],
    limits: Limits,
) -> int:
    connection, now = transaction.connection, transaction.now
    values = values | {"status": AccountStatus.PENDING.value, "registered_at": now}
    account_id = accounts.add(connection, phone=phone, role=Role.GUARD.value, **values)
    if account_id is None:
        account_id = _who_came_back(transaction, phone)
        # A duty of the claim that was before: the new one's approval is not about it.
        arrivals.end(transaction, account_id, limits, how=CheckOutHow.ACCOUNT_CLOSED)
        accounts.change(
            connection, account_id, approved_by=None, approved_at=None, handed_on_at=None, **values
        )
    for kind, version in dict(consents).items():
        accounts.give_consent(connection, account_id=account_id, kind=kind, version=version, now=now)
    accounts.match_rosters(connection, account_id=account_id, phone=phone)
    audit_tables.record(
        connection,
        now=now,
        actor_id=account_id,
        act="guard.registered",
        subject_id=account_id,
        facts={"category": values["category"], **({"name_claimed": True} if values["claimed_name"] else {})},
    )
    standing_changes.tell_guard(transaction, account_id)
    approving.by_roster(transaction, values["district_id"], limits, [account_id])
    return account_id


def _who_came_back(transaction: Transaction, phone: str) -> int:
    """Give the account of somebody who withdrew his consent and registers anew."""
    found = accounts.by_phone(transaction.connection, phone)
    if (
        found is None
        or found["role"] != Role.GUARD
        or not accounts.withdrew(transaction.connection, account_id=found["id"])
    ):
        raise Refused("already_registered")
    if found["suspended_at"] is not None:
        raise Refused("suspended")
    number: int = found["id"]
    return number


def _registered_before(transaction: Transaction, phone: str, request_id: str, body: Any) -> int:
    found = accounts.by_phone(transaction.connection, phone)
    if found is None or found["status"] == AccountStatus.SUSPENDED:
        raise Refused("ticket_expired")
    if transaction.remember(found["id"], request_id, "register", body) is None:
        raise Refused("ticket_expired")
    number: int = found["id"]
    return number


def find(
    store: Store,
    *,
    actor: Actor,
    status: AccountStatus | None,
    name: str | None,
    cursor: int,
    limit: int,
    now: datetime,
) -> dict[str, Any]:
    """List the guards that the actor may see, a page at a time, phones masked.

    A school's or station's user sees his own, the district's all. A duty leader or security guard on
    verified duty finds people of that school by name, to check in who has no smartphone.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_approved``, ``not_on_verified_duty``,
    ``name_too_short`` (shortest), ``too_many`` (retry_after_s).
    """
    if actor.role != Role.GUARD:
        require(actor, Act.SEE_GUARDS)
    with store.transaction(now) as transaction:
        rate_limits.take(transaction.connection, f"pages:{actor.account_id}", guard_pages.PAGES, now)
    with store.read() as connection:
        scope = (
            _scope_of_duty(connection, actor, name)
            if actor.role == Role.GUARD
            else guard_pages.scope_of_console(actor)
        )
        rows = accounts.guards(
            connection,
            scope=scope,
            status=status,
            name=name,
            decided=_decided(actor),
            after=cursor,
            limit=limit + 1,
        )
    page = rows[:limit]
    more = len(rows) > limit
    return {
        "items": [accounts.as_item(row, decides=may_decide(actor, row)) for row in page],
        "next": page[-1]["id"] if more else None,
    }


def _decided(actor: Actor) -> ColumnElement[bool]:
    """Give on whose claims a console user decides within his scope, as a condition inside the query."""
    if not may(actor, Act.APPROVE):
        return false()
    return true() if actor.role == Role.STATION_OFFICER else account.c.category != Category.POLICE


def _scope_of_duty(connection: Any, actor: Actor, name: str | None) -> ColumnElement[bool]:
    if actor.status == AccountStatus.PENDING:
        raise Refused("not_approved")
    duty = check_ins.open_of_account(connection, actor.account_id)
    if not may_assist(actor, on_verified_duty=duty is not None and duty["verified"]):
        require(actor, Act.ASSIST)
        raise Refused("not_on_verified_duty")
    if name is None or not is_searchable(name):
        raise Refused("name_too_short", shortest=SHORTEST_NAME)
    assert duty is not None
    place = districts.place(connection, duty["post_id"])
    assert place is not None
    return (account.c.school_id == place.school_id) & (account.c.status != AccountStatus.SUSPENDED)
