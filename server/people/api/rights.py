"""Console accounts, let in and locked by the security administrator where the three roles are separate."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.core.access.roles import AccountStatus, Role
from server.core.http.auth import allow, current_actor, proved
from server.core.http.wire import Moment, Wire, one_of, platform, request_id
from server.people.actions import rights
from server.people.rules import shapes

blueprint = Blueprint("rights", __name__, url_prefix="/api", description="Who is let in to the console")


class ConsoleAccountView(Wire):
    """A console account as the security administrator sees it."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    username = fields.String(required=True, allow_none=True)
    role = one_of(Role, required=True)
    school_name = fields.String(required=True, allow_none=True)
    station_name = fields.String(required=True, allow_none=True)
    status = one_of(AccountStatus, required=True)
    registered_at = Moment(required=True)
    let_in_at = Moment(
        required=True,
        allow_none=True,
        metadata={"description": "Null where no security administrator has looked at it yet."},
    )
    unused_at = Moment(required=True, allow_none=True)


class ConsoleAccountList(Wire):
    """A district's console accounts, those who wait first."""

    items = fields.List(fields.Nested(ConsoleAccountView), required=True)


class LettingIn(Wire):
    """Whether an account may be used."""

    request_id = request_id()
    let_in = fields.Boolean(required=True, truthy={True}, falsy={False})


@blueprint.get("/console-accounts")
@allow(Role.SECURITY_ADMIN)
@blueprint.response(200, ConsoleAccountList)
def listed() -> shapes.ConsoleAccountList:
    """List the district's console accounts, those who wait first."""
    return rights.listed(platform().store, actor=current_actor())


@blueprint.post("/console-accounts/<int:account_id>/letting-in")
@allow(Role.SECURITY_ADMIN)
@proved
@blueprint.arguments(LettingIn)
@blueprint.response(200, ConsoleAccountView)
def decide(body: dict[str, Any], account_id: int) -> shapes.ConsoleAccountView:
    """Let a console account in, or lock it. Refused: ``own_account``, ``last_of_role``, ``holds_another_role``."""
    return rights.decide(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        account_id=account_id,
        let_in=body["let_in"],
        limits=platform().limits,
        now=platform().now(),
    )
