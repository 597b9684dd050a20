"""A guard's telephone, shown to ring him up."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import Wire, platform, request_id
from server.duty.actions import telephones
from server.duty.rules import shapes
from server.duty.rules.telephones import Reason

blueprint = Blueprint("telephones", __name__, url_prefix="/api", description="Ringing a guard up")


class TelephoneAsked(Wire):
    """What the telephone is needed for."""

    request_id = request_id()
    reason = fields.Enum(Reason, by_value=True, required=True)
    words = Text(
        longest=120,
        load_default=None,
        allow_none=True,
        metadata={"description": "Of the reason ``other``; the guard is shown them."},
    )


class TelephoneView(Wire):
    """A guard's telephone."""

    account_id = fields.Integer(required=True)
    telephone = fields.String(required=True)


@blueprint.post("/guards/<int:account_id>/telephone")
@allow(*CONSOLE)
@blueprint.arguments(TelephoneAsked)
@blueprint.response(200, TelephoneView)
def show(body: dict[str, Any], account_id: int) -> shapes.TelephoneView:
    """Show a guard's telephone within the caller's scope; recorded. Refused: ``words_needed``, ``too_many``."""
    return telephones.show(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        account_id=account_id,
        reason=body["reason"],
        words=body["words"],
        now=platform().now(),
    )
