"""The demo's message list: the code that would have come as an SMS. Registered in demo mode alone."""

import json
from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.alarm.queries import joint_links
from server.core.http.auth import allow_public, only_here
from server.core.http.wire import Moment, Wire, platform
from server.delivery.channels.settings import ChannelSettings
from server.delivery.channels.words import text_of
from server.delivery.queries import messages
from server.delivery.rules.bodies import JointTaskBody
from server.people.api.sessions import TOKEN
from server.people.queries.sessions import hashed

MOST_LISTED = 20

blueprint = Blueprint("demo_messages", __name__, url_prefix="/api", description="Messages of the demo")


class WhichMessages(Wire):
    """The request that the code was asked for with: nobody sees another's."""

    request = fields.String(required=True, validate=TOKEN)


class MessageView(Wire):
    """A message as it would have arrived."""

    text = fields.String(required=True)
    code = fields.String(required=True)
    at = Moment(required=True)


class MessageList(Wire):
    """The messages of one request, oldest first."""

    messages = fields.List(fields.Nested(MessageView), required=True)


class JointMessageView(Wire):
    """A message that a unit of the joint response would have got, and the page behind its link."""

    unit = fields.String(required=True)
    text = fields.String(required=True)
    page = fields.String(required=True)
    at = Moment(required=True)


class JointMessageList(Wire):
    """The newest messages to units, the newest first."""

    messages = fields.List(fields.Nested(JointMessageView), required=True)


@blueprint.get("/demo/messages")
@allow_public
@blueprint.arguments(WhichMessages, location="query")
@blueprint.response(200, MessageList)
def shown(query: dict[str, Any]) -> dict[str, Any]:
    """List what a real phone would have been sent for a request."""
    here = platform()
    with here.store.read() as connection:
        found = messages.shown(connection, channel="demo", reference=hashed(query["request"]), now=here.now())
    return {
        "messages": [
            {
                "text": text_of(one.purpose, one.body, here.limits[ChannelSettings]),
                "code": one.body,
                "at": one.created_at,
            }
            for one in found
        ]
    }


@blueprint.get("/demo/joint-messages")
@allow_public
@only_here
@blueprint.response(200, JointMessageList)
def to_units() -> dict[str, Any]:
    """List what units of the joint response would have been sent. Refused: ``loopback_only``."""
    here = platform()
    with here.store.read() as connection:
        found = joint_links.listed(connection, here.now(), MOST_LISTED)
    return {
        "messages": [
            {
                "unit": (facts := _task(one.body))["unit"],
                "text": text_of(messages.JOINT_TASK, one.body, here.limits[ChannelSettings]),
                "page": f"/j/{facts['token']}",
                "at": one.created_at,
            }
            for one in found
        ]
    }


def _task(body: str) -> JointTaskBody:
    facts: JointTaskBody = json.loads(body)
    return facts
