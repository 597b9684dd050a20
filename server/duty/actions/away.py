"""What somebody answers who is asked whether he is still at his post: it is kept and shown, and refuses nothing."""

from datetime import datetime

from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store
from server.core.refused import Refused
from server.duty.queries import away, check_ins
from server.duty.rules.away import AwayAnswer, OwnAway
from server.duty.service import away as looking


def answer(store: Store, *, actor: Actor, request_id: str, said: AwayAnswer, now: datetime) -> OwnAway:
    """Keep what the actor answers.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_away`` for who is back.
    """
    require(actor, Act.SEE_DUTY)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "answer_away", said.value, shape=OwnAway)
        if first is not None:
            return first
        duty = check_ins.open_of_account(connection, actor.account_id)
        if duty is None or not away.answer(connection, duty.id, said=said.value, now=now):
            raise Refused("not_away")
        own = looking.view(connection, actor, duty.post_id, leads=False)["own"]
        if own is None:
            raise Refused("not_away")
        return transaction.answer(actor.account_id, request_id, own)
