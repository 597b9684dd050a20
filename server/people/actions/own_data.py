"""Asking for a copy of what is held of oneself."""

from datetime import datetime, timedelta

from server.core import audit
from server.core.access.roles import Act, Actor, require
from server.core.database import rate_limits
from server.core.database.transaction import Store
from server.core.jobs import queries as jobs
from server.core.jobs import service
from server.core.jobs.service import JobView
from server.people.service.own_copy import OWN_DATA, OwnDataOf

COPIES = rate_limits.Limit(5, timedelta(days=1))


def take(store: Store, *, actor: Actor, request_id: str, language: str, now: datetime) -> JobView:
    """Ask for a copy; one that is being made is the answer to a second wish.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``too_many`` (retry_after_s).
    """
    require(actor, Act.TAKE_OWN_DATA)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "own_data", language, shape=JobView)
        if first is not None:
            return first
        one = jobs.unfinished_of(connection, actor.account_id, OWN_DATA)
        if one is None:
            rate_limits.take(connection, f"own_data:{actor.account_id}", COPIES, now)
            one = service.ask(transaction, OWN_DATA, OwnDataOf(actor.account_id, language), actor=actor)
            audit.record(
                connection,
                now=now,
                actor_id=actor.account_id,
                act="own_data.asked",
                subject_id=actor.account_id,
                facts={"job_id": one.id},
            )
        return transaction.answer(actor.account_id, request_id, service.view(one, None))
