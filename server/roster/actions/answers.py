"""A guard answers whether he comes to a duty that he was told of; he may change it until the peak begins."""

from datetime import datetime
from typing import TypedDict

from server.calendar.queries import answers
from server.calendar.queries.answers import Answer, DutyKey
from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store, Transaction
from server.core.event_names import EventName, rooms_for_post
from server.core.limits import Limits
from server.core.moments import moment
from server.core.refused import Refused
from server.places.queries import districts
from server.places.queries.districts import Place
from server.roster.queries import plans, stand_ins
from server.roster.rules.named_places import WantedPlace
from server.roster.rules.seats import SeatKey
from server.roster.service import rolls, scopes


class OwnAnswer(TypedDict):
    """What somebody answered about which of his duties, and when."""

    post_id: int
    date: str
    peak: str
    answer: str
    answered_at: str


def answer(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    wanted: WantedPlace,
    said: Answer,
    limits: Limits,
    now: datetime,
) -> OwnAnswer:
    """Keep whether the actor comes to his duty; until he is away or another takes it, it stays his.

    Who comes looks for no stand-in any more.
    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found`` where he has no such duty, or has it no more,
    ``duty_begun`` from its start on.
    """
    require(actor, Act.ANSWER_DUTY)
    with store.transaction(now) as transaction:
        me = actor.account_id
        body = {**wanted.named, "answer": said.value}
        first = transaction.remember(me, request_id, "answer_duty", body, shape=OwnAnswer)
        if first is not None:
            return first
        place, duty = _duty(transaction, me, wanted)
        shift = rolls.shift_of(place, wanted.date, wanted.peak, limits)
        if shift is None:
            raise Refused("not_found")
        if now >= shift.starts_at:
            raise Refused("duty_begun")
        key = DutyKey(me, wanted.post_id, wanted.date, wanted.peak)
        answers.put(transaction.connection, key, said, now)
        if said is Answer.COMING:
            stand_ins.comes_after_all(transaction.connection, me, duty, now)
        told: OwnAnswer = {**wanted.named, "answer": said.value, "answered_at": moment(now)}
        rooms = rooms_for_post(**place.scope, account_ids=[me])
        transaction.publish(EventName.DUTY_ANSWERED, {**told, "account_id": me}, rooms)
        return transaction.answer(me, request_id, told)


def _duty(transaction: Transaction, me: int, wanted: WantedPlace) -> tuple[Place, SeatKey]:
    """Give the post and the seat of a duty that somebody has, and let nobody take it from him meanwhile."""
    places = districts.some_places(transaction.connection, [wanted.post_id])
    if wanted.post_id not in places:
        raise Refused("not_found")
    place = places[wanted.post_id]
    scopes.hold_plan(transaction, place.school_id)
    mine = plans.published_of(transaction.connection, [me], wanted.date, wanted.date)
    duty = next((row for row in mine if (row.post_id, row.peak) == (wanted.post_id, wanted.peak)), None)
    if duty is None:
        raise Refused("not_found")
    return place, plans.key_of(duty)
