"""Letting a browser be woken by a push."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import Role
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import WEB_ADDRESS, Wire, platform, request_id
from server.delivery.actions import push_subscriptions
from server.delivery.channels.registry import push_bounds
from server.delivery.channels.settings import ChannelSettings
from server.delivery.rules import shapes

blueprint = Blueprint("push_subscriptions", __name__, url_prefix="/api", description="Web Push")

ENDPOINT = [validate.Length(8, 1000), WEB_ADDRESS]


class NewSubscription(Wire):
    """A browser's subscription, as its PushManager gives it."""

    request_id = request_id()
    endpoint = fields.String(required=True, validate=ENDPOINT)
    # A point of P-256 (65 bytes) and 16 random bytes, in base64url.
    p256dh = fields.String(required=True, validate=validate.Regexp(r"^[A-Za-z0-9_-]{87}=?\Z"))
    auth = fields.String(required=True, validate=validate.Regexp(r"^[A-Za-z0-9_-]{22}(==)?\Z"))
    device = Text(longest=64, load_default=None, allow_none=True)


class SubscriptionView(Wire):
    """The number of a subscription."""

    id = fields.Integer(required=True)


class OldSubscription(Wire):
    """A browser's subscription by its endpoint."""

    request_id = request_id()
    endpoint = fields.String(required=True, validate=ENDPOINT)


@blueprint.post("/push-subscriptions")
@allow(Role.GUARD, *CONSOLE)
@blueprint.arguments(NewSubscription)
@blueprint.response(201, SubscriptionView)
def subscribe(body: dict[str, Any]) -> shapes.SubscriptionView:
    """Keep the subscription of this browser for the caller's account.

    Refused: ``no_channel`` where the server sends no pushes, ``push_refused`` (reason), ``too_many``.
    """
    here = platform()
    return push_subscriptions.subscribe(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        endpoint=body["endpoint"],
        keys=(body["p256dh"], body["auth"]),
        device=body["device"],
        bounds=push_bounds(here.limits[ChannelSettings]),
        limits=here.limits,
        now=here.now(),
    )


@blueprint.delete("/push-subscriptions")
@allow(Role.GUARD, *CONSOLE)
@blueprint.arguments(OldSubscription)
@blueprint.response(204)
def unsubscribe(body: dict[str, Any]) -> None:
    """Forget the subscription of this browser."""
    push_subscriptions.unsubscribe(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        endpoint=body["endpoint"],
        now=platform().now(),
    )
