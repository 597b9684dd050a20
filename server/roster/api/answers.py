"""A guard's answers about his duties."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.calendar.queries.answers import Answer
from server.core.access.roles import Role
from server.core.http.auth import allow, current_actor
from server.core.http.wire import Day, Moment, Wire, number_of, one_of, platform, request_id
from server.roster.actions import answers
from server.roster.rules.named_places import WantedPlace

blueprint = Blueprint(
    "duty_answers", __name__, url_prefix="/api/me/duties", description="Whether one comes to a duty"
)


class NewAnswer(Wire):
    """Whether one comes to a duty."""

    request_id = request_id()
    post_id = number_of(required=True)
    date = Day(required=True)
    peak = fields.String(required=True, validate=validate.Length(1, 30))
    answer = one_of(Answer, required=True)


class AnswerShown(Wire):
    """What somebody answered about which of his duties, and when."""

    post_id = fields.Integer(required=True)
    date = fields.String(required=True)
    peak = fields.String(required=True)
    answer = one_of(Answer, required=True)
    answered_at = Moment(required=True)


class DutyAnswered(AnswerShown):
    """Who answered what about which of his duties, and when."""

    account_id = fields.Integer(required=True)


@blueprint.post("/answers")
@allow(Role.GUARD)
@blueprint.arguments(NewAnswer)
@blueprint.response(200, AnswerShown)
def answer(body: dict[str, Any]) -> answers.OwnAnswer:
    """Say whether one comes to a duty. Refused: ``duty_begun``."""
    here = platform()
    return answers.answer(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        wanted=WantedPlace(body["post_id"], body["date"], body["peak"]),
        said=Answer(body["answer"]),
        limits=here.limits,
        now=here.now(),
    )
