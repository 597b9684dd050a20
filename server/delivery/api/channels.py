"""The channels: how each does, and tests by the very path of a real alarm."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import fields

from server.core.access.roles import Role
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.wire import Moment, Wire, number_of, one_of, platform, request_id
from server.delivery.actions import channel_tests, sms_use
from server.delivery.channels.settings import ChannelSettings
from server.delivery.rules import shapes
from server.delivery.rules.channels import ChannelName, MessageState
from server.delivery.schemas import NewReceipt, ReceiptView

blueprint = Blueprint("channels", __name__, url_prefix="/api", description="Channels and their tests")

WITH_PEOPLE = (Role.GUARD, *CONSOLE)


class ChannelView(Wire):
    """A channel: set up or not, when it last worked, and what has failed since."""

    channel = one_of(ChannelName, required=True)
    set_up = fields.Boolean(required=True)
    last_ok_at = Moment(required=True, allow_none=True)
    last_reason = fields.String(required=True, allow_none=True)


class ChannelList(Wire):
    """All channels, in the order of the ladder."""

    items = fields.List(fields.Nested(ChannelView), required=True)


class SmsUse(Wire):
    """SMS of duties and notices in a month (``2026-11``): the budget (0: none), how many went, how many were held."""

    month = fields.String(required=True)
    budget = fields.Integer(required=True)
    sent = fields.Integer(required=True)
    held = fields.Integer(required=True)


class NewTest(Wire):
    """Where a test goes: to a webhook, or (none named) to the caller himself."""

    request_id = request_id()
    hook_id = number_of(load_default=None, allow_none=True)


class TestMessageView(Wire):
    """How one message of a test stands."""

    channel = one_of(ChannelName, required=True)
    state = one_of(MessageState, required=True)
    reason = fields.String(required=True, allow_none=True)
    tries = fields.Integer(required=True)
    at = Moment(required=True)


class TestView(Wire):
    """A test and its messages."""

    test_id = fields.String(required=True)
    items = fields.List(fields.Nested(TestMessageView), required=True)


@blueprint.get("/channels")
@allow(*CONSOLE)
@blueprint.response(200, ChannelList)
def states() -> shapes.ChannelList:
    """Tell how each channel does."""
    return channel_tests.states(platform().store, actor=current_actor(), limits=platform().limits)


@blueprint.get("/channels/sms-use")
@allow(*CONSOLE)
@blueprint.response(200, SmsUse)
def used() -> shapes.SmsUseView:
    """Tell what the district has used of the month's budget for SMS."""
    here = platform()
    settings = here.limits[ChannelSettings]
    return sms_use.of_this_month(here.store, actor=current_actor(), settings=settings, now=here.now())


@blueprint.post("/channels/tests")
@allow(*WITH_PEOPLE)
@blueprint.arguments(NewTest)
@blueprint.response(201, TestView)
def begin(body: dict[str, Any]) -> shapes.ChannelTestView:
    """Send a marked test; its ``request_id`` is its name.

    Refused: ``no_channel`` where no way leads to the receiver, ``not_found``, ``not_your_role``, ``too_many``.
    """
    return channel_tests.begin(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        hook_id=body["hook_id"],
        limits=platform().limits,
        now=platform().now(),
    )


@blueprint.get("/channels/tests/<uuid:test_id>")
@allow(*WITH_PEOPLE)
@blueprint.response(200, TestView)
def one(test_id: UUID) -> shapes.ChannelTestView:
    """Show how the caller's own test stands."""
    return channel_tests.one(platform().store, actor=current_actor(), test_id=str(test_id))


@blueprint.post("/channels/tests/<uuid:test_id>/receipts")
@allow(*WITH_PEOPLE)
@blueprint.arguments(NewReceipt)
@blueprint.response(200, ReceiptView)
def received(body: dict[str, Any], test_id: UUID) -> shapes.ReceiptView:
    """Say that the caller's page or phone has had a test; twice is harmless."""
    return channel_tests.received(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        test_id=str(test_id),
        channel=ChannelName(body["channel"]),
        now=platform().now(),
    )
