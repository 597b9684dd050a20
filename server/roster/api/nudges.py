"""Reminding those who are expected at a post and have not come."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.core.access.roles import Role
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.wire import Moment, Wire, one_of, platform, request_id
from server.roster.actions import nudges

blueprint = Blueprint("nudges", __name__, url_prefix="/api/posts", description="Reminding who has not come")


class NudgeShown(Wire):
    """A reminder: when, by whom, how many were missing, to how many it went by push and by SMS."""

    at = Moment(required=True)
    role = one_of(Role, required=True)
    missing = fields.Integer(required=True)
    pushed = fields.Integer(required=True)
    texted = fields.Integer(required=True)


class NudgeStateShown(Wire):
    """How many are missing, how many are excused, from when on they may be reminded; the last one of this peak."""

    missing = fields.Integer(required=True)
    excused = fields.Integer(required=True)
    again_at = Moment(required=True, allow_none=True)
    last = fields.Nested(NudgeShown, required=True, allow_none=True)


class NudgeAsked(Wire):
    """Remind those missing."""

    request_id = request_id()


@blueprint.get("/<int:post_id>/nudge")
@allow(*CONSOLE, Role.GUARD)
@blueprint.response(200, NudgeStateShown)
def state(post_id: int) -> nudges.NudgeState:
    """Tell how many are missing at a post, and when they may be reminded. Refused: ``not_leading``."""
    here = platform()
    return nudges.state(
        here.store, actor=current_actor(), post_id=post_id, limits=here.limits, now=here.now()
    )


@blueprint.post("/<int:post_id>/nudge")
@allow(*CONSOLE, Role.GUARD)
@blueprint.arguments(NudgeAsked)
@blueprint.response(200, NudgeStateShown)
def nudge(body: dict[str, Any], post_id: int) -> nudges.NudgeState:
    """Remind those missing by push or SMS. Refused: ``not_leading``, ``nobody_missing``, ``nudged_already``."""
    here = platform()
    return nudges.nudge(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        post_id=post_id,
        limits=here.limits,
        now=here.now(),
    )
