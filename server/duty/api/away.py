"""Being away from one's post: who is, and what he says."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.core.access.roles import Category, Role
from server.core.http.auth import allow, current_actor
from server.core.http.wire import Moment, Wire, one_of, platform, request_id
from server.duty.actions import away
from server.duty.rules.away import AwayAnswer, OwnAway

blueprint = Blueprint("away", __name__, url_prefix="/api/duty", description="Away from the post")


class OwnAwayView(Wire):
    """Since when the caller is away from his post, and what he answered."""

    since = Moment(required=True)
    answer = one_of(AwayAnswer, required=True, allow_none=True)


class AwayPersonView(Wire):
    """Somebody who is away: since when, when and how far off he was last seen, what he says."""

    account_id = fields.Integer(required=True)
    name = fields.String(required=True)
    category = one_of(Category, required=True)
    since = Moment(required=True)
    seen_at = Moment(required=True)
    distance_m = fields.Float(required=True)
    answer = one_of(AwayAnswer, required=True, allow_none=True)


class AwayState(Wire):
    """Whether the caller is away, and for a leader who else of the post is."""

    own = fields.Nested(OwnAwayView, required=True, allow_none=True)
    others = fields.List(fields.Nested(AwayPersonView), required=True)


class AwayAnswered(Wire):
    """An answer."""

    request_id = request_id()
    answer = one_of(AwayAnswer, required=True)


@blueprint.post("/away")
@allow(Role.GUARD)
@blueprint.arguments(AwayAnswered)
@blueprint.response(200, OwnAwayView)
def answer(body: dict[str, Any]) -> OwnAway:
    """Answer whether the caller is still at the post. Refused: ``not_away``."""
    here = platform()
    return away.answer(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        said=AwayAnswer(body["answer"]),
        now=here.now(),
    )
