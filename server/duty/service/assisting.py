"""What helping somebody without a smartphone stands on: who helps, at which post, and who may be helped there."""

from dataclasses import dataclass

from sqlalchemy import Connection

from server.calendar.queries import rosters
from server.core.access.roles import AccountStatus, Actor, Category
from server.core.database.transaction import Transaction
from server.core.refused import Refused
from server.duty.queries import check_ins
from server.duty.rules.confirming import may_assist
from server.duty.service import badges
from server.duty.tables import Badge
from server.people.queries import accounts
from server.people.queries.accounts import AccountAndPlaces
from server.places.queries import districts
from server.places.queries.districts import Place


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom somebody helps: a person found by name, or whose badge he holds up."""

    account_id: int | None = None
    badge: str | None = None


@dataclass(frozen=True, slots=True)
class Helped:
    """The person who is helped, the post where it is, and the badge by which he is known, if it is one."""

    person: AccountAndPlaces
    place: Place
    badge: Badge | None


def helped_by(transaction: Transaction, actor: Actor, whom: Whom) -> Helped:
    """Find whom the actor may help at the post where he stands.

    Raises ``Refused``: ``not_yours_to_confirm``, ``not_found``, ``suspended``; by a badge ``badge_forged``,
    ``badge_revoked`` (revoked_at), ``badge_foreign``, ``badge_suspended`` and ``own_check_in``.
    """
    connection = transaction.connection
    place = _place_of(connection, actor)
    if whom.badge is None:
        person = accounts.by_id(connection, whom.account_id or 0)
        if person is None or person.category is None or person.id == actor.account_id:
            raise Refused("not_found")
        if not _may_stand(transaction, person, place):
            raise Refused("not_found")
        if person.status == AccountStatus.SUSPENDED:
            raise Refused("suspended")
        return Helped(person, place, None)
    badge = badges.read(connection, whom.badge)
    person = accounts.by_id(connection, badge.account_id)
    if badge.account_id == actor.account_id:
        raise Refused("own_check_in")
    if person is None or person.category is None or not _may_stand(transaction, person, place):
        raise Refused("badge_foreign")
    if person.status == AccountStatus.SUSPENDED:
        raise Refused("badge_suspended")
    return Helped(person, place, badge)


def _place_of(connection: Connection, actor: Actor) -> Place:
    duty = check_ins.open_of_account(connection, actor.account_id)
    if duty is None or not may_assist(actor, on_verified_duty=duty.verified):
        raise Refused("not_yours_to_confirm")
    place = districts.place(connection, duty.post_id)
    if place is None:
        raise Refused("not_found")
    return place


def _may_stand(transaction: Transaction, helped: AccountAndPlaces, place: Place) -> bool:
    """Tell whether somebody may be vouched for at a post: of its school, or of the police on its roster."""
    if helped.category != Category.POLICE:
        return helped.school_id == place.school_id
    mine = rosters.of_account(transaction.connection, helped.id, transaction.now)
    return any(row.post_id == place.post_id for row in mine)
