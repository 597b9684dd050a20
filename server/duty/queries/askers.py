"""What is known of those who check in or out, and of what they ask: one statement for all of a set."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select

from server.core.access.roles import AccountStatus, Actor, Category, Role
from server.core.database.requests import Earlier, request
from server.core.geo import Point
from server.duty.queries.check_ins import Duty
from server.duty.rules.trust import Fix
from server.duty.tables import check_in, last_position
from server.people.queries.consents import has_agreed
from server.people.rules.consent_texts import POSITION_CONSENT
from server.people.tables import account
from server.places.tables import post


@dataclass(frozen=True, slots=True)
class Claim:
    """What decides an account's rights: a session that a process keeps may be two seconds behind it."""

    role: Role
    category: Category | None
    status: AccountStatus
    district_id: int
    station_id: int | None
    school_id: int | None

    def of(self, actor: Actor) -> Actor:
        """Give an actor as he is by now, himself where nothing of it changed."""
        known = (
            actor.role,
            actor.category,
            actor.status,
            actor.district_id,
            actor.station_id,
            actor.school_id,
        )
        if known == (
            self.role,
            self.category,
            self.status,
            self.district_id,
            self.station_id,
            self.school_id,
        ):
            return actor
        return replace(
            actor,
            role=self.role,
            category=self.category,
            status=self.status,
            district_id=self.district_id,
            station_id=self.station_id,
            school_id=self.school_id,
        )


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who asks for something: his open duty, his last known place, of whatever duty, and his consent.

    ``claim`` is what his account is by now; ``earlier`` is what he asked before under the same number.
    """

    claim: Claim
    duty: Duty | None
    last_fix: Fix | None
    agreed_to_positions: bool
    earlier: Earlier | None


_DUTY = "duty_"
_asking = (
    select(
        account.c.id.label("asker_id"),
        account.c.role,
        account.c.category,
        account.c.status,
        account.c.district_id,
        account.c.station_id,
        account.c.school_id,
        request.c.request_id,
        request.c.body_hash,
        request.c.answer,
        last_position.c.latitude,
        last_position.c.longitude,
        last_position.c.accuracy_m,
        last_position.c.at.label("seen_at"),
        has_agreed(POSITION_CONSENT).label("agreed"),
        post.c.name.label(f"{_DUTY}post_name"),
        *(column.label(f"{_DUTY}{column.name}") for column in check_in.c),
    )
    .outerjoin(
        request,
        and_(
            request.c.account_id == account.c.id,
            request.c.request_id.in_(bindparam("request_ids", expanding=True)),
        ),
    )
    .outerjoin(last_position, last_position.c.account_id == account.c.id)
    .outerjoin(check_in, and_(check_in.c.account_id == account.c.id, check_in.c.checked_out_at.is_(None)))
    .outerjoin(post, check_in.c.post_id == post.c.id)
    .where(account.c.id.in_(bindparam("account_ids", expanding=True)))
)


def read(connection: Connection, asked: Mapping[int, str]) -> dict[int, Asker]:
    """Read what is known of each who asks, given the numbers of their requests by account."""
    found: dict[int, Asker] = {}
    values = {"account_ids": list(asked), "request_ids": list(asked.values())}
    for row in connection.execute(_asking, values).mappings().all():
        # Another account's number may be the same as one that is asked now.
        is_the_same = row["request_id"] == asked[row["asker_id"]]
        if row["asker_id"] not in found or is_the_same:
            found[row["asker_id"]] = _asker(
                row, Earlier(row["body_hash"], row["answer"]) if is_the_same else None
            )
    return found


def _asker(row: Mapping[Any, Any], earlier: Earlier | None) -> Asker:
    last, category = row["seen_at"], row["category"]
    return Asker(
        claim=Claim(
            role=Role(row["role"]),
            category=Category(category) if category else None,
            status=AccountStatus(row["status"]),
            district_id=row["district_id"],
            station_id=row["station_id"],
            school_id=row["school_id"],
        ),
        duty=_duty(row) if row[f"{_DUTY}id"] is not None else None,
        last_fix=Fix(Point(row["latitude"], row["longitude"]), row["accuracy_m"], last) if last else None,
        agreed_to_positions=row["agreed"],
        earlier=earlier,
    )


_COLUMNS = ("post_name", *(column.name for column in check_in.c))


def _duty(row: Mapping[Any, Any]) -> Duty:
    return Duty(**{name: row[f"{_DUTY}{name}"] for name in _COLUMNS})
