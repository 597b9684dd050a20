"""Receipts of calls: who was called has seen it."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.alarm.actions import receipts
from server.core.access.roles import Role
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.wire import Wire, one_of, platform
from server.delivery.channels.settings import ChannelSettings
from server.delivery.channels.words import text_of
from server.delivery.rules import shapes
from server.delivery.rules.channels import ChannelName
from server.delivery.schemas import NewReceipt, ReceiptView

blueprint = Blueprint("receipts", __name__, url_prefix="/api", description="Receipts of calls")


class ListedView(Wire):
    """A message that never left, as it would have arrived."""

    id = fields.Integer(required=True)
    channel = one_of(ChannelName, required=True)
    account_id = fields.Integer(required=True, allow_none=True)
    text = fields.String(required=True)


class ListedList(Wire):
    """Messages that never left, oldest first."""

    items = fields.List(fields.Nested(ListedView), required=True)


@blueprint.get("/alarms/<int:alarm_id>/messages")
@allow(*CONSOLE)
@blueprint.response(200, ListedList)
def listed(alarm_id: int) -> dict[str, Any]:
    """List what a drill's or a demo's alarm would have sent; what really left is not kept."""
    here = platform()
    calls = receipts.listed(here.store, actor=current_actor(), alarm_id=alarm_id)
    return {
        "items": [
            {
                "id": one.id,
                "channel": one.channel,
                "account_id": one.account_id,
                "text": text_of(one.purpose, one.body, here.limits[ChannelSettings]),
            }
            for one in calls
        ]
    }


@blueprint.post("/alarms/<int:alarm_id>/receipts")
@allow(Role.GUARD, *CONSOLE)
@blueprint.arguments(NewReceipt)
@blueprint.response(200, ReceiptView)
def received(body: dict[str, Any], alarm_id: int) -> shapes.ReceiptView:
    """Say that the caller's page or phone has shown the call of an alarm; twice is harmless.

    Refused: ``not_found``, ``not_called`` to who may see the alarm and was not called to it.
    """
    return receipts.received(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        alarm_id=alarm_id,
        channel=ChannelName(body["channel"]),
        now=platform().now(),
    )
