"""Seeing a guard's telephone to ring him up, when he has not come or no channel reaches him."""

from datetime import datetime

from server.core.access.roles import Act, Actor, Role, require
from server.core.database.transaction import Store
from server.core.refused import Refused
from server.duty.queries import telephones
from server.duty.rules.shapes import Looked, TelephoneView
from server.duty.rules.telephones import Reason, facts_of, may_ring_up
from server.duty.service import looks
from server.people.queries import accounts


def show(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    account_id: int,
    reason: Reason,
    words: str | None,
    now: datetime,
) -> TelephoneView:
    """Show a guard's telephone; the look is recorded with its reason and whom it was about.

    A retry is no look of its own for two minutes; the same request after that is one.

    Raises ``Refused``: ``not_your_role``, ``words_needed``, ``not_found`` (also outside the scope), ``too_many``
    (retry_after_s).
    """
    require(actor, Act.SEE_TELEPHONES)
    facts = facts_of(reason, words)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(
            actor.account_id, request_id, "see_telephone", [account_id, *facts.values()], shape=Looked
        )
        row = accounts.by_id(connection, account_id)
        number = row.telephone if row else None
        if row is None or row.role != Role.GUARD or number is None:
            raise Refused("not_found")
        if not may_ring_up(
            actor,
            district_id=row.district_id,
            station_id=row.station_id,
            school_id=row.school_id,
            at_stations=telephones.stations_of(connection, account_id, now),
        ):
            raise Refused("not_found")
        looks.record(transaction, actor, account_id, facts, is_retry=first is not None)
        if first is None:
            # The number itself is not kept with the request.
            transaction.answer(actor.account_id, request_id, Looked(account_id=account_id))
        return {"account_id": account_id, "telephone": number}
