"""A duty leader's post now: who is expected there, and the telephone of who is missing."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.calendar.queries.answers import Answer
from server.core.access.roles import Category, Group, Role
from server.core.http.auth import allow, current_actor
from server.core.http.wire import Moment, Wire, number_of, one_of, platform, request_id
from server.duty.actions import expected
from server.duty.api.telephones import TelephoneView
from server.duty.rules import shapes
from server.duty.rules.expected import Whereabouts

blueprint = Blueprint("expected", __name__, url_prefix="/api/duty", description="Who is expected at a post")


class ExpectedPersonView(Wire):
    """Somebody expected, without a number before he registers; ``may_ring``: his telephone may be asked for."""

    account_id = fields.Integer(required=True, allow_none=True)
    name = fields.String(required=True)
    category = one_of(Category, required=True)
    group = one_of(Group, required=True)
    where = one_of(Whereabouts, required=True)
    answer = one_of(Answer, required=True, allow_none=True)
    may_ring = fields.Boolean(required=True)


class ExpectedHereView(Wire):
    """Who is expected at the caller's post in his shift, in the order of the plan."""

    post_id = fields.Integer(required=True)
    peak = fields.String(required=True)
    starts_at = Moment(required=True)
    items = fields.List(fields.Nested(ExpectedPersonView), required=True)


class RingUp(Wire):
    """Who is to be rung up."""

    request_id = request_id()
    account_id = number_of(required=True)


@blueprint.get("/expected")
@allow(Role.GUARD)
@blueprint.response(200, ExpectedHereView)
def listed() -> expected.ExpectedHere:
    """List who is expected at the post that the caller leads now. Refused: ``not_leading``."""
    here = platform()
    return expected.listed(here.store, actor=current_actor(), now=here.now())


@blueprint.post("/expected/telephone")
@allow(Role.GUARD)
@blueprint.arguments(RingUp)
@blueprint.response(200, TelephoneView)
def ring_up(body: dict[str, Any]) -> shapes.TelephoneView:
    """Show the telephone of who is missing there; recorded. Refused: ``not_leading``, ``not_missing``, ``too_many``."""
    here = platform()
    return expected.ring_up(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        account_id=body["account_id"],
        now=here.now(),
    )
