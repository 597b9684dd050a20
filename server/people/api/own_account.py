"""The caller's own account at a console: its password, and its open sessions."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.core.access.roles import Role
from server.core.http.auth import allow, current_actor
from server.core.http.wire import Moment, Wire, platform
from server.people.actions import own_account
from server.people.api.caller import caller
from server.people.api.sessions import Password
from server.people.rules.shapes import OwnSessionList

blueprint = Blueprint("own account", __name__, url_prefix="/api/me", description="The caller's own account")

# A guard has no password, and one session at a time.
AT_A_CONSOLE = tuple(role for role in Role if role != Role.GUARD)


class OwnSession(Wire):
    """An open session of the caller; ``here`` is the one that asks."""

    id = fields.Integer(required=True)
    browser = fields.String(
        required=True, allow_none=True, metadata={"description": "Browser and system, as it says of itself."}
    )
    network = fields.String(
        required=True, allow_none=True, metadata={"description": "The network that the sign-in came from."}
    )
    signed_in_at = Moment(required=True)
    expires_at = Moment(required=True)
    here = fields.Boolean(required=True)


class OwnSessions(Wire):
    """The caller's open sessions, the newest first."""

    items = fields.List(fields.Nested(OwnSession), required=True)


class NewPassword(Wire):
    """The password until now, and the new one, of at least ten characters."""

    old = Password(required=True)
    new = Password(required=True)


@blueprint.get("/sessions")
@allow(*AT_A_CONSOLE)
@blueprint.response(200, OwnSessions)
def own_sessions() -> OwnSessionList:
    """List the caller's open sessions."""
    return own_account.own_sessions(platform().store, actor=current_actor(), now=platform().now())


@blueprint.delete("/sessions/<int:session_id>")
@allow(*AT_A_CONSOLE)
@blueprint.response(204)
def end_session(session_id: int) -> None:
    """End one of the caller's sessions and its sockets; one that is over stays so."""
    here = platform()
    own_account.end_session(here.store, actor=current_actor(), session_id=session_id, now=here.now())


@blueprint.delete("/sessions")
@allow(*AT_A_CONSOLE)
@blueprint.response(204)
def end_other_sessions() -> None:
    """End all of the caller's sessions but the one that asks."""
    own_account.end_other_sessions(platform().store, actor=current_actor(), now=platform().now())


@blueprint.put("/password")
@allow(*AT_A_CONSOLE)
@blueprint.arguments(NewPassword)
@blueprint.response(204)
def change_password(body: dict[str, Any]) -> None:
    """Change the caller's password; his other sessions end. Asked once more, it is done.

    Refused: ``wrong_password``, ``same_password``, ``password_too_short`` (shortest), ``password_too_common``,
    ``too_many``.
    """
    here = platform()
    own_account.change_password(
        here.store,
        actor=current_actor(),
        old=body["old"],
        new=body["new"],
        caller=caller(),
        in_real_thread=here.in_real_thread,
        now=here.now(),
    )
