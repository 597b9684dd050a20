"""What guards agreed to, and whether it still counts: a material change of the text asks everybody anew."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    bindparam,
    case,
    func,
    select,
    update,
)

from server.core.access.roles import AccountStatus, Role
from server.core.database.upsert import Upsert
from server.people.rules.consent_texts import REQUIRED_CONSENTS
from server.people.tables import Consent, account, consent, consent_text

_given = consent.alias("given")
_material = consent_text.alias("material")
_agreed_to = consent_text.alias("agreed_to")


def counts(one: FromClause = _given) -> ColumnElement[bool]:
    """Say that a consent is in force, and to a text that no material change has replaced in its account's district.

    For a statement that reads ``account``. A text that the district does not know counts as the built-in one.
    """
    own = (
        select(_agreed_to.c.id)
        .where(
            _agreed_to.c.kind == one.c.kind,
            _agreed_to.c.version == one.c.version,
            _agreed_to.c.district_id == account.c.district_id,
        )
        .correlate(one, account)
        .scalar_subquery()
    )
    replaced = (
        select(_material.c.id)
        .where(
            _material.c.district_id == account.c.district_id,
            _material.c.kind == one.c.kind,
            _material.c.material,
            _material.c.id > func.coalesce(own, 0),
        )
        .correlate(one, account)
        .exists()
    )
    return one.c.withdrawn_at.is_(None) & ~replaced


def has_agreed(kind: str) -> ColumnElement[bool]:
    """Say that an account has a consent of a kind that counts; for a statement that reads ``account``."""
    mine = (_given.c.account_id == account.c.id) & (_given.c.kind == kind)
    return select(_given.c.id).where(mine, counts()).correlate(account).exists()


_other = consent.alias("other")


def is_asked_anew() -> ColumnElement[bool]:
    """Say that an account agreed to something, and the text of it has changed since; as ``has_agreed``."""
    answered = (
        select(_other.c.id)
        .where(_other.c.account_id == account.c.id, _other.c.kind == _given.c.kind, counts(_other))
        .correlate(account, _given)
        .exists()
    )
    waiting = (_given.c.account_id == account.c.id) & _given.c.withdrawn_at.is_(None) & ~answered
    return select(_given.c.id).where(waiting).correlate(account).exists()


@dataclass(frozen=True, slots=True)
class OwnConsent(Consent):
    """A consent of somebody, and whether it counts by now."""

    counts: bool


def of_account(connection: Connection, account_id: int) -> list[OwnConsent]:
    """Read what an account consented to, and withdrew, oldest first."""
    query = (
        select(_given, counts().label("counts"))
        .join_from(_given, account, _given.c.account_id == account.c.id)
        .where(_given.c.account_id == account_id)
        .order_by(_given.c.given_at, _given.c.id)
    )
    return [OwnConsent(**row) for row in connection.execute(query).mappings()]


_give = Upsert(
    consent,
    keys=["account_id", "kind", "version"],
    take=["given_at", "withdrawn_at"],
    when=lambda _new: consent.c.withdrawn_at.is_not(None),
)


def give(connection: Connection, *, account_id: int, kind: str, version: str, now: datetime) -> None:
    """Record a consent; one that was withdrawn is in force again from now."""
    row = {"account_id": account_id, "kind": kind, "version": version, "given_at": now, "withdrawn_at": None}
    _give.run(connection, row)


# SQLite takes some 32,000 values in a statement, PostgreSQL 65,000.
ASKED_AT_ONCE = 1_000


def agreed(connection: Connection, account_ids: Iterable[int], kind: str) -> set[int]:
    """Tell which of some accounts have a consent that counts; without a row nobody has agreed."""
    asked, query = sorted(set(account_ids)), _agreed_of(kind)
    found: set[int] = set()
    for start in range(0, len(asked), ASKED_AT_ONCE):
        values = {"account_ids": asked[start : start + ASKED_AT_ONCE]}
        found.update(connection.execute(query, values).scalars())
    return found


@cache
def _agreed_of(kind: str) -> Any:
    ids = account.c.id.in_(bindparam("account_ids", expanding=True))
    return select(account.c.id).where(ids, has_agreed(kind))


def withdraw(connection: Connection, *, account_id: int, kind: str, now: datetime) -> bool:
    """Withdraw a consent in all its versions; tells whether there was one in force."""
    done = connection.execute(
        update(consent)
        .where(consent.c.account_id == account_id, consent.c.kind == kind, consent.c.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    return done.rowcount > 0


def withdrew(connection: Connection, *, account_id: int) -> bool:
    """Tell whether an account withdrew a consent without which there is no account."""
    given = [one for one in of_account(connection, account_id) if one.kind in REQUIRED_CONSENTS]
    in_force = {one.kind for one in given if one.withdrawn_at is None}
    return bool({one.kind for one in given} - in_force)


@dataclass(frozen=True, slots=True)
class Answers:
    """How many guards of a district agreed to a text, and how many of those have withdrawn it."""

    gave: int
    withdrew: int


def answers(connection: Connection, district_id: int, kind: str) -> dict[str, Answers]:
    """Count the consents to each text of a kind, by its version."""
    query = (
        select(consent.c.version, func.count(), func.count(consent.c.withdrawn_at))
        .join_from(consent, account, consent.c.account_id == account.c.id)
        .where(
            account.c.district_id == district_id, account.c.role == Role.GUARD.value, consent.c.kind == kind
        )
        .group_by(consent.c.version)
    )
    return {version: Answers(gave, withdrew) for version, gave, withdrew in connection.execute(query)}


def newest_answered(
    connection: Connection, district_id: int, kind: str, order: Mapping[str, int]
) -> dict[int, int]:
    """Count the guards who agree to something of a kind by the newest text that each has answered.

    ``order`` gives each text its place; one that it does not know stands at 0. Whoever is suspended is left out.
    """
    place = case(order, value=consent.c.version, else_=0) if order else func.coalesce(0)
    of_each = (
        select(func.max(place).label("newest"))
        .join_from(consent, account, consent.c.account_id == account.c.id)
        .where(
            account.c.district_id == district_id,
            account.c.role == Role.GUARD.value,
            account.c.status != AccountStatus.SUSPENDED.value,
            consent.c.kind == kind,
        )
        .group_by(consent.c.account_id)
        .having(func.count() > func.count(consent.c.withdrawn_at))
        .subquery()
    )
    query = select(of_each.c.newest, func.count().label("number")).group_by(of_each.c.newest)
    return {row.newest: row.number for row in connection.execute(query)}
