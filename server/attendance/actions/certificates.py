"""Certificates of service: made by a guard, revoked by the district; anybody asks whether a number is genuine."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from server.attendance.queries import certificates, outcomes
from server.attendance.rules.certificates import Service, Whose, grouped, new_number, number_of, service_of
from server.attendance.service import certificates as papers
from server.attendance.tables import Certificate
from server.core import audit
from server.core.access.roles import AccountStatus, Act, Actor, require
from server.core.database import rate_limits
from server.core.database.transaction import Store, Transaction
from server.core.jobs import service as jobs
from server.core.jobs.service import JobView
from server.core.moments import moment, moment_or_none
from server.core.refused import Refused
from server.people.queries import accounts
from server.places.queries import districts

MADE = rate_limits.Limit(10, timedelta(days=1))
# Numbers that are none, from one network: whoever mistypes has some left, whoever guesses needs 2^100.
MISSES = rate_limits.Limit(20, timedelta(minutes=10))
AT_ONCE = 50


class CertificateView(TypedDict):
    """A certificate as its guard and the district see it; ``reason``: why it is revoked."""

    id: int
    number: str
    account_id: int
    name: str
    since: str
    until: str
    minutes: int
    duties: int
    issued_at: str
    revoked_at: str | None
    reason: str | None


class CertificateList(TypedDict):
    """Certificates, the newest first, and before which to ask on."""

    items: list[CertificateView]
    before: int | None


class Made(TypedDict):
    """A certificate, and the job that makes its paper."""

    certificate: CertificateView
    job: JobView


class Genuine(TypedDict):
    """All that anybody hears of a certificate: that it is one, since which day, and since when not any more."""

    issued_on: str
    revoked_on: str | None


@dataclass(frozen=True, slots=True)
class Months:
    """From which month to which, both included."""

    first: date
    last: date


def own(store: Store, *, actor: Actor) -> CertificateList:
    """List the actor's certificates. Raises ``Refused``: ``not_your_role``, ``suspended``."""
    require(actor, Act.TAKE_CERTIFICATE)
    with store.read() as connection:
        found = certificates.of_account(connection, actor.account_id)
    return {"items": [_shown(one) for one in found], "before": None}


def make(store: Store, *, actor: Actor, request_id: str, months: Months, url: str, now: datetime) -> Made:
    """Make a certificate of the actor's service in some months; where one says the same already, its paper again.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_approved``, ``bad_months``, ``still_adding_up``,
    ``no_service``, ``too_many`` (retry_after_s).
    """
    require(actor, Act.TAKE_CERTIFICATE)
    if actor.status != AccountStatus.APPROVED:
        # Name, capacity and unit are a claim until then, also of who served and then registered anew.
        raise Refused("not_approved")
    with store.transaction(now) as transaction:
        connection = transaction.connection
        asked = [months.first.isoformat(), months.last.isoformat()]
        first = transaction.remember(actor.account_id, request_id, "make_certificate", asked, shape=Made)
        if first is not None:
            return first
        # Twins wait here, so that the second finds what the first made.
        rate_limits.take(connection, f"certificates:{actor.account_id}", MADE, now)
        place = districts.the_district(connection, actor.district_id)
        service = service_of(
            outcomes.months_of(connection, actor.account_id),
            first=months.first,
            last=months.last,
            today=now.astimezone(ZoneInfo(place.time_zone)).date(),
        )
        whose = _whose(connection, actor)
        one = certificates.same(connection, service, whose)
        if one is None:
            one = _issue(transaction, actor, service, whose)
        made = Made(certificate=_shown(one), job=_paper(transaction, actor, one, url))
        return transaction.answer(actor.account_id, request_id, made)


def paper(
    store: Store, *, actor: Actor, request_id: str, certificate_id: int, url: str, now: datetime
) -> JobView:
    """Ask for the paper of one's own certificate again.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``, ``certificate_revoked``, ``too_many``.
    """
    require(actor, Act.TAKE_CERTIFICATE)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(
            actor.account_id, request_id, "certificate_paper", certificate_id, shape=JobView
        )
        if first is not None:
            return first
        one = certificates.by_id(connection, certificate_id)
        if one is None or one.account_id != actor.account_id:
            raise Refused("not_found")
        if one.revoked_at is not None:
            raise Refused("certificate_revoked")
        rate_limits.take(connection, f"certificates:{actor.account_id}", MADE, now)
        return transaction.answer(actor.account_id, request_id, _paper(transaction, actor, one, url))


def listed(store: Store, *, actor: Actor, before: int | None, text: str | None) -> CertificateList:
    """List certificates of the actor's district, ``AT_ONCE`` before a key. Raises ``Refused``: ``not_your_role``."""
    require(actor, Act.KEEP_CERTIFICATES)
    wanted = None if text is None else number_of(text) or text
    with store.read() as connection:
        found = certificates.of_district(
            connection, actor.district_id, before=before, text=wanted, limit=AT_ONCE + 1
        )
    items = [_shown(one) for one in found[:AT_ONCE]]
    return {"items": items, "before": items[-1]["id"] if len(found) > AT_ONCE else None}


def revoke(
    store: Store, *, actor: Actor, request_id: str, certificate_id: int, reason: str, now: datetime
) -> CertificateView:
    """Let a certificate of the actor's district count no more.

    Raises ``Refused``: ``not_your_role``, ``not_found``, ``already_revoked``.
    """
    require(actor, Act.KEEP_CERTIFICATES)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        asked = [certificate_id, reason]
        first = transaction.remember(
            actor.account_id, request_id, "revoke_certificate", asked, shape=CertificateView
        )
        if first is not None:
            return first
        one = certificates.by_id(connection, certificate_id, lock=True)
        if one is None or one.district_id != actor.district_id:
            raise Refused("not_found")
        if one.revoked_at is not None:
            raise Refused("already_revoked")
        certificates.revoke(connection, one.id, by=actor.account_id, reason=reason, now=now)
        _record(transaction, actor, "certificate.revoked", one, {"reason": reason})
        after = certificates.by_id(connection, certificate_id)
        assert after is not None
        return transaction.answer(actor.account_id, request_id, _shown(after))


def genuine(store: Store, *, typed: str, address: str | None, now: datetime) -> Genuine:
    """Tell of a number whether it is a certificate's; nothing of whose and of what it is.

    Raises ``Refused``: ``unknown_certificate``, and ``too_many`` (retry_after_s) after many of these from a network.
    """
    key = f"certificate:{address or 'here'}"
    with store.read() as connection:
        spent = rate_limits.hits(connection, key, MISSES, now) >= MISSES.most
        found = None if spent else _genuine(connection, number_of(typed))
    if found is not None:
        return found
    with store.transaction(now) as transaction:
        # It raises where they are spent; else the miss is written down before it is told.
        rate_limits.take(transaction.connection, key, MISSES, now)
    raise Refused("unknown_certificate")


def _genuine(connection: Connection, number: str | None) -> Genuine | None:
    one = None if number is None else certificates.by_number(connection, number)
    if one is None:
        return None
    zone = ZoneInfo(districts.the_district(connection, one.district_id).time_zone)
    revoked_on = None if one.revoked_at is None else one.revoked_at.astimezone(zone).date().isoformat()
    return {"issued_on": one.issued_at.astimezone(zone).date().isoformat(), "revoked_on": revoked_on}


def _whose(connection: Connection, actor: Actor) -> Whose:
    found = accounts.by_id(connection, actor.account_id)
    if found is None or found.category is None:
        raise Refused("not_found")
    return Whose(found.id, found.name, found.category, found.school_name or found.station_name or "")


def _issue(transaction: Transaction, actor: Actor, service: Service, whose: Whose) -> Certificate:
    connection = transaction.connection
    key = certificates.add(
        connection,
        number=new_number(),
        account_id=whose.account_id,
        district_id=actor.district_id,
        name=whose.name,
        category=whose.category,
        unit=whose.unit,
        since=service.since,
        until=service.until,
        minutes=service.minutes,
        on_time=service.on_time,
        late=service.late,
        issued_at=transaction.now,
    )
    one = certificates.by_id(connection, key)
    assert one is not None
    _record(transaction, actor, "certificate.made", one, {"minutes": one.minutes})
    return one


def _paper(transaction: Transaction, actor: Actor, one: Certificate, url: str) -> JobView:
    asked = papers.CertificateOf(one.id, url)
    return jobs.view(jobs.ask(transaction, papers.KIND, asked, actor=actor), None)


def _record(
    transaction: Transaction, actor: Actor, act: str, one: Certificate, more: dict[str, object]
) -> None:
    audit.record(
        transaction.connection,
        now=transaction.now,
        actor_id=actor.account_id,
        act=act,
        subject_id=one.account_id,
        facts={"certificate_id": one.id, **more},
    )


def _shown(one: Certificate) -> CertificateView:
    return {
        "id": one.id,
        "number": grouped(one.number),
        "account_id": one.account_id,
        "name": one.name,
        "since": one.since.isoformat(),
        "until": one.until.isoformat(),
        "minutes": one.minutes,
        "duties": one.on_time + one.late,
        "issued_at": moment(one.issued_at),
        "revoked_at": moment_or_none(one.revoked_at),
        "reason": one.reason,
    }
