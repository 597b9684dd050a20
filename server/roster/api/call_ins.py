"""Whom to call in for no-shows."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.core.access.roles import Category, Group, Role
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.wire import Wire, number_of, one_of, platform, request_id
from server.duty.api.telephones import TelephoneView
from server.duty.rules import shapes
from server.roster.actions import call_ins

blueprint = Blueprint("call_ins", __name__, url_prefix="/api/posts", description="Calling in for no-shows")


class ProposalShown(Wire):
    """Somebody to call in: how far off the nearest post is where he stood, and his duties of the week."""

    account_id = fields.Integer(required=True)
    name = fields.String(required=True)
    category = one_of(Category, required=True)
    distance_m = fields.Float(required=True, allow_none=True)
    duties = fields.Integer(required=True)


class CallInGroup(Wire):
    """How many of a group did not come, and whom to call in: three at most."""

    group = one_of(Group, required=True)
    missed = fields.Integer(required=True)
    people = fields.List(fields.Nested(ProposalShown), required=True)


class CallInsShown(Wire):
    """The groups of a post that lack somebody who was expected."""

    groups = fields.List(fields.Nested(CallInGroup), required=True)


class CallIn(Wire):
    """Who is to be rung up."""

    request_id = request_id()
    account_id = number_of(required=True)


@blueprint.get("/<int:post_id>/call-ins")
@allow(*CONSOLE, Role.GUARD)
@blueprint.response(200, CallInsShown)
def listed(post_id: int) -> call_ins.CallIns:
    """List whom to call in for the no-shows of a post's running peak. Refused: ``not_leading``."""
    here = platform()
    return call_ins.listed(
        here.store, actor=current_actor(), post_id=post_id, limits=here.limits, now=here.now()
    )


@blueprint.post("/<int:post_id>/call-ins/telephone")
@allow(*CONSOLE, Role.GUARD)
@blueprint.arguments(CallIn)
@blueprint.response(200, TelephoneView)
def telephone(body: dict[str, Any], post_id: int) -> shapes.TelephoneView:
    """Show the telephone of somebody proposed; recorded. Refused: ``not_leading``, ``not_proposed``, ``too_many``."""
    here = platform()
    return call_ins.telephone(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        post_id=post_id,
        account_id=body["account_id"],
        limits=here.limits,
        now=here.now(),
    )
