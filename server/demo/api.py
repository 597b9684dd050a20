"""One-click sign-ins of the demo. Registered in demo mode alone, answered on this very machine alone."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import Category, Role
from server.core.http.auth import allow_public, only_here
from server.core.http.wire import Wire, one_of, platform
from server.demo import actions as demo_actions
from server.people.actions import sessions
from server.people.api.caller import SignedInView, caller, signed_in_answer

blueprint = Blueprint("demo", __name__, url_prefix="/api/demo", description="One-click sign-ins of the demo")

WHO = validate.Regexp(
    r"(guard|duty_leader|school|station|dispatcher|district|account:[0-9]{1,18})\Z", error="unknown_choice"
)


class DemoPerson(Wire):
    """Somebody to sign in as; ``post_code`` is where a guard stands."""

    who = fields.String(required=True)
    name = fields.String(required=True)
    role = one_of(Role, required=True)
    category = one_of(Category, required=True, allow_none=True)
    post_code = fields.String(required=True, allow_none=True)


class DemoPeople(Wire):
    """The persons offered on the demo's page."""

    people = fields.List(fields.Nested(DemoPerson), required=True)


class NewDemoSession(Wire):
    """Who to be."""

    who = fields.String(
        required=True,
        validate=WHO,
        metadata={
            "description": "guard, duty_leader, school, station, dispatcher, district or account:NUMBER"
        },
    )


@blueprint.get("/people")
@allow_public
@only_here
@blueprint.response(200, DemoPeople)
def people() -> dict[str, Any]:
    """List whom a visitor may sign in as. Refused: ``loopback_only``, ``not_a_demo``."""
    here = platform()
    return {"people": demo_actions.people(here.store, limits=here.limits, now=here.now())}


@blueprint.post("/sessions")
@allow_public
@only_here
@blueprint.arguments(NewDemoSession)
@blueprint.response(200, SignedInView)
def sign_in(body: dict[str, Any]) -> dict[str, Any]:
    """Sign in with one click.

    Refused: ``loopback_only``, ``not_a_demo``, ``not_found``, ``suspended``, ``not_let_in``.
    """
    here, now = platform(), platform().now()
    account_id = demo_actions.account_of(here.store, who=body["who"], limits=here.limits, now=now)
    signed_in = sessions.open_session(
        here.store, account_id=account_id, caller=caller(), limits=here.limits, now=now
    )
    return signed_in_answer(signed_in, now)
