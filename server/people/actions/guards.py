"""Guards: registering at a post, being found, being approved or refused."""

from dataclasses import dataclass
from datetime import datetime

from server.core import audit
from server.core.access.roles import AccountStatus, Category, Role
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.people.facts import (
    AccountClosed,
    CodeUsed,
    GuardRegistered,
    PositionConsentWithdrawn,
)
from server.people.queries import (
    accounts,
    codes,
    consent_texts,
    consents,
    imports,
    sessions,
    sign_in_limits,
)
from server.people.queries.accounts import AccountAndPlaces
from server.people.rules.caller import Caller
from server.people.rules.consent_texts import (
    CONSENT_KINDS,
    POSITION_CONSENT,
    REQUIRED_CONSENTS,
    check_taken,
)
from server.people.rules.shapes import OwnView, Registered
from server.people.rules.sign_in import SignInLimits
from server.people.service import approving, claimed_names, news
from server.places.queries import districts
from server.places.rules.post_codes import CodeLimits, require_good


@dataclass(frozen=True, slots=True)
class Belonging:
    """What a guard belongs to by the post where he registers: its school, police to its station."""

    district_id: int
    school_id: int | None
    station_id: int | None


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says that he is."""

    name: str
    category: Category
    volunteer_kind: str | None
    where: Belonging


def register(
    store: Store,
    *,
    request_id: str,
    ticket: str,
    name: str,
    category: Category,
    volunteer_kind: str | None,
    post_code: str,
    agreed_to: list[tuple[str, str]],
    caller: Caller,
    limits: Limits,
    now: datetime,
) -> tuple[sessions.Opened, OwnView]:
    """Make a guard's account of the ticket's phone number, and open its session.

    The category is a claim until approved, whoever makes it; at once where the imported roster has the telephone in
    that category (never police). The school (for police the station) is the post's. ``agreed_to`` are pairs of kind
    and version; the session that the browser of the ``caller`` had until now ends. The same request again
    opens another session for the same account: the first answer's cookie may never have arrived.

    Raises ``Refused``: ``ticket_expired``, ``unknown_post``, ``code_replaced``, ``post_archived``, ``consent_missing``
    (kinds), ``unknown_consent_text`` (kind), ``already_registered``, ``suspended``, ``request_id_reused``.
    """
    body = [name, category, volunteer_kind, post_code, sorted(agreed_to)]
    with store.transaction(now) as transaction:
        used = codes.use_ticket(transaction.connection, token=ticket, now=now)
        if used is None:
            raise Refused("ticket_expired")
        phone, first_use = used
        if first_use:
            missing = sorted(set(REQUIRED_CONSENTS) - {kind for kind, _version in agreed_to})
            if missing:
                raise Refused("consent_missing", kinds=missing)
            where = _place_of(transaction, post_code, category, limits)
            kind = volunteer_kind if category == Category.VOLUNTEER else None
            account_id = _add(transaction, phone, Claim(name, category, kind, where), agreed_to, limits)
            transaction.remember(account_id, request_id, "register", body)
            transaction.answer(account_id, request_id, Registered(account_id=account_id))
        else:
            account_id = _registered_before(transaction, phone, request_id, body)
        transaction.announce(CodeUsed(account_id, limits[SignInLimits].code_channel))
        opened = sessions.open_session(
            transaction,
            account_id=account_id,
            role=Role.GUARD,
            caller=caller,
            limits=limits[SignInLimits],
        )
        sign_in_limits.remember_device(transaction, account_id, caller.device_id)
        me = accounts.own_view(transaction.connection, account_id=account_id, csrf_token=opened.csrf_token)
    return opened, me


def _place_of(transaction: Transaction, post_code: str, category: Category, limits: Limits) -> Belonging:
    found = districts.code_of(transaction.connection, post_code)
    if found is None:
        raise Refused("unknown_post")
    require_good(found.replaced_at, transaction.now, limits[CodeLimits], void=found.void)
    place = districts.place(transaction.connection, found.post_id)
    assert place is not None
    if place.archived_at is not None:
        raise Refused("post_archived")
    police = category == Category.POLICE
    return Belonging(
        district_id=place.district_id,
        school_id=None if police else place.school_id,
        station_id=place.station_id if police else None,
    )


def _add(
    transaction: Transaction,
    phone: str,
    claim: Claim,
    agreed_to: list[tuple[str, str]],
    limits: Limits,
) -> int:
    connection, now, district_id = transaction.connection, transaction.now, claim.where.district_id
    texts = consent_texts.of_district(connection, district_id)
    for kind, version in agreed_to:
        check_taken(kind, version, texts[kind], now)
    names = claimed_names.names_of(
        transaction, district_id=district_id, name=claim.name, category=claim.category
    )
    values = {
        "district_id": district_id,
        "school_id": claim.where.school_id,
        "station_id": claim.where.station_id,
        "name": names.shown,
        "claimed_name": names.claimed,
        "category": claim.category.value,
        "volunteer_kind": claim.volunteer_kind,
        "status": AccountStatus.PENDING.value,
        "registered_at": now,
    }
    came_back = None
    account_id = accounts.register(connection, phone=phone, role=Role.GUARD.value, **values)
    if account_id is None:
        came_back = _who_came_back(transaction, phone)
        account_id = came_back.id
        transaction.announce(AccountClosed(account_id, limits))
        _forget_unticked(transaction, account_id, {kind for kind, _version in agreed_to})
        accounts.change(
            connection, account_id, approved_by=None, approved_at=None, handed_on_at=None, **values
        )
    for kind, version in dict(agreed_to).items():
        consents.give(connection, account_id=account_id, kind=kind, version=version, now=now)
    _record(transaction, account_id, claim, names)
    if came_back is not None and not names.claimed:
        _let_in_as_listed(transaction, came_back, claim, limits)
    news.publish_guard(transaction, account_id)
    transaction.announce(GuardRegistered(account_id, phone, district_id, limits))
    return account_id


def _record(transaction: Transaction, account_id: int, claim: Claim, names: claimed_names.Names) -> None:
    audit.record(
        transaction.connection,
        now=transaction.now,
        actor_id=account_id,
        act="guard.registered",
        subject_id=account_id,
        facts={"category": claim.category.value, **({"name_claimed": True} if names.claimed else {})},
    )


def _let_in_as_listed(transaction: Transaction, was: AccountAndPlaces, claim: Claim, limits: Limits) -> None:
    """Approve who comes as his list has him: by his telephone, in the same category, at the same school or station."""
    if not imports.enrolled(transaction.connection, [was.id]):
        return
    imports.has_come(transaction.connection, [was.id])
    place = (claim.where.school_id, claim.where.station_id)
    if was.status == AccountStatus.APPROVED and (was.category, was.school_id, was.station_id) == (
        claim.category,
        *place,
    ):
        now = accounts.by_id(transaction.connection, was.id)
        assert now is not None
        approving.set_status(
            transaction, now, AccountStatus.APPROVED, limits, actor_id=None, facts={"by": "list"}
        )


def _who_came_back(transaction: Transaction, phone: str) -> AccountAndPlaces:
    """Give the account of somebody who is on a list, withdrew his consent or long stayed away, and registers."""
    found = accounts.by_phone(transaction.connection, phone)
    if (
        found is None
        or found.role != Role.GUARD
        or not (
            found.unused_at
            or imports.enrolled(transaction.connection, [found.id])
            or consents.withdrew(transaction.connection, account_id=found.id)
        )
    ):
        raise Refused("already_registered")
    if found.suspended_at is not None:
        raise Refused("suspended")
    return found


def _forget_unticked(transaction: Transaction, account_id: int, ticked: set[str]) -> None:
    """Let what somebody agreed to before he closed his account hold no longer where he does not agree again."""
    for kind in sorted(set(CONSENT_KINDS) - ticked):
        consents.withdraw(transaction.connection, account_id=account_id, kind=kind, now=transaction.now)
        if kind == POSITION_CONSENT:
            transaction.announce(PositionConsentWithdrawn(account_id))


def _registered_before(transaction: Transaction, phone: str, request_id: str, body: object) -> int:
    found = accounts.by_phone(transaction.connection, phone)
    if found is None or found.status == AccountStatus.SUSPENDED:
        raise Refused("ticket_expired")
    if transaction.remember(found.id, request_id, "register", body) is None:
        raise Refused("ticket_expired")
    return found.id
