"""Checking out: all that are asked for at the same moment, as one set (see ``check_ins``)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from server.calendar.rules import Shift
from server.core.access.roles import Act, Actor, require
from server.core.database import requests
from server.core.database.requests import Answered
from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.duty.queries import askers, check_ins
from server.duty.queries.askers import Asker
from server.duty.queries.check_ins import Duty
from server.duty.rules.arrival import CheckOutHow, duty_minutes, require_check_out
from server.duty.rules.shapes import CheckOutView
from server.duty.service import check_ins as arrivals
from server.duty.service import coverage as post_coverage

BODY_HASH = requests.hash_of("check_out", [])


@dataclass(frozen=True, slots=True)
class CheckOutRequest:
    """What a phone says when its guard checks out."""

    actor: Actor
    request_id: str


def check_out(
    transaction: Transaction, asked: Sequence[CheckOutRequest], limits: Limits
) -> list[CheckOutView | Refused]:
    """End people's duties, of each account one; gives for each what came of it.

    Refused: ``not_on_duty``, ``check_out_too_early``, ``request_id_reused``.
    """
    connection, now = transaction.connection, transaction.now
    known = askers.read(connection, {one.actor.account_id: one.request_id for one in asked})
    judged = [_judged(one, known, transaction) for one in asked]
    ending = [one.id for one in judged if isinstance(one, Duty)]
    ended = (
        check_ins.check_out_all(connection, ending, at=now, how=CheckOutHow.CHECK_OUT) if ending else set()
    )
    answers: list[CheckOutView | Refused] = []
    new: list[Answered] = []
    for one, what in zip(asked, judged, strict=True):
        if not isinstance(what, Duty):
            answers.append(what)
        elif what.id not in ended:
            answers.append(Refused("not_on_duty"))
        else:
            answer = _end(transaction, what, limits)
            answers.append(answer)
            new.append(Answered(one.actor.account_id, one.request_id, BODY_HASH, answer))
    requests.keep_new(connection, new, now)
    return answers


def _judged(
    asked: CheckOutRequest, known: Mapping[int, Asker], transaction: Transaction
) -> Duty | CheckOutView | Refused:
    """Judge a check-out: the duty that it ends, the answer that it got before, or what refuses it."""
    try:
        asker = known[asked.actor.account_id]
        require(asker.claim.of(asked.actor), Act.CHECK_OUT)
        if asker.earlier is not None:
            first: CheckOutView = requests.again(asker.earlier, "check_out", BODY_HASH)  # type: ignore[assignment]
            return first
        if asker.duty is not None:
            require_check_out(Shift.from_dict(asker.duty.shift), transaction.now)
    except Refused as refusal:
        return refusal
    return asker.duty or Refused("not_on_duty")


def _end(transaction: Transaction, duty: Duty, limits: Limits) -> CheckOutView:
    now = transaction.now
    over = replace(duty, checked_out_at=now, checked_out_how=CheckOutHow.CHECK_OUT.value)
    post_coverage.publish_at_the_end(transaction, duty.post_id, limits, also=duty.account_id)
    minutes = duty_minutes(duty.at, now, Shift.from_dict(duty.shift))
    return {"check_in": arrivals.tell_own(transaction, over), "minutes": minutes}
