"""The note for the next shift: its leader writes it at the post, the next shift marks it as read."""

from datetime import datetime

from sqlalchemy import Connection

from server.calendar.rules import Shift
from server.core import audit
from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.refused import Refused
from server.duty.queries import check_ins, hand_overs
from server.duty.queries.check_ins import Duty
from server.duty.rules.confirming import may_confirm
from server.duty.rules.hand_overs import HandOver, written
from server.duty.service import hand_overs as notes
from server.duty.service.people_at_post import sees_people
from server.places.queries import districts
from server.places.queries.districts import Place


def leave(
    store: Store, *, actor: Actor, request_id: str, text: str, limits: Limits, now: datetime
) -> HandOver:
    """Leave a note for the next shift of the post that the actor leads, in place of the one of his shift.

    An empty text takes it back. Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_leading``.
    """
    require(actor, Act.HAND_OVER)
    text = written(text)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "hand_over", text, shape=HandOver)
        if first is not None:
            return first
        place, duty = _here(connection, actor, "not_leading")
        if not may_confirm(actor, **place.scope, on_verified_duty_there=duty.verified):
            raise Refused("not_leading")
        shift = Shift.from_dict(duty.shift)
        if text:
            hand_overs.put(
                connection,
                post_id=place.post_id,
                on=shift.date,
                peak=shift.peak,
                starts_at=shift.starts_at,
                text=text,
                by=actor.account_id,
                now=now,
            )
        elif not hand_overs.take_back(connection, post_id=place.post_id, on=shift.date, peak=shift.peak):
            return transaction.answer(
                actor.account_id, request_id, notes.of_shift(connection, place, shift, limits)
            )
        act = "hand_over" if text else "hand_over_taken_back"
        facts = {"post_id": place.post_id, "peak": shift.peak, "date": shift.date.isoformat()}
        audit.record(connection, now=now, actor_id=actor.account_id, act=act, facts=facts)
        answer = notes.of_shift(connection, place, shift, limits)
        return transaction.answer(actor.account_id, request_id, answer)


def mark_read(
    store: Store, *, actor: Actor, request_id: str, note_id: int, limits: Limits, now: datetime
) -> HandOver:
    """Mark the note that the shift before left as read; who did first stays.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_on_duty``, ``not_found`` for any other note.
    """
    require(actor, Act.SEE_DUTY)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "read_hand_over", note_id, shape=HandOver)
        if first is not None:
            return first
        place, duty = _here(connection, actor, "not_on_duty")
        shift = Shift.from_dict(duty.shift)
        received = notes.of_shift(connection, place, shift, limits)["received"]
        if received is None or received["id"] != note_id or not sees_people(actor, place, duty):
            raise Refused("not_found")
        hand_overs.mark_read(connection, note_id, by=actor.account_id, now=now)
        answer = notes.of_shift(connection, place, shift, limits)
        return transaction.answer(actor.account_id, request_id, answer)


def _here(connection: Connection, actor: Actor, code: str) -> tuple[Place, Duty]:
    duty = check_ins.open_of_account(connection, actor.account_id)
    place = districts.place(connection, duty.post_id) if duty else None
    if duty is None or place is None:
        raise Refused(code)
    return place, duty
