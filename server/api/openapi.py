"""What the OpenAPI document says beyond the routes: the events of the sockets, and the form of a refusal."""

from typing import Any

from flask_smorest import Api
from marshmallow import fields

from server.api.wire import Wire, one_of
from server.domain.events import EventName
from server.domain.roles import AccountStatus

PAYLOADS = {
    EventName.COVERAGE_CHANGED: "LineView",
    EventName.ALARM_CHANGED: "AlarmView",
    EventName.CHECK_IN_CHANGED: "CheckInView",
    EventName.GUARD_CHANGED: "GuardChanged",
    EventName.CHANNEL_TEST_SENT: "ChannelTestSent",
    EventName.DRILL_CHANGED: "DrillView",
    EventName.DEVICE_TEST_CHANGED: "DeviceTestView",
}


class GuardChanged(Wire):
    """A guard was approved or suspended."""

    account_id = fields.Integer(required=True)
    status = one_of(AccountStatus, required=True)


class ChannelTestSent(Wire):
    """Somebody tests his channels: his open page says that it has heard of it."""

    test_id = fields.String(required=True)
    account_id = fields.Integer(required=True)


class Problem(Wire):
    """A refusal: a stable code and its facts, and no prose (RFC 9457 without a title)."""

    status = fields.Integer(required=True)
    code = fields.String(required=True)
    facts = fields.Dict(required=True)
    fields_ = fields.Dict(data_key="fields")


def describe(api: Api) -> None:
    """Add the payloads of events as webhooks, and ``Problem`` as the answer to all that is refused."""
    spec: Any = api.spec
    spec.components.schema("GuardChanged", schema=GuardChanged)
    spec.components.schema("ChannelTestSent", schema=ChannelTestSent)
    spec.components.schema("Problem", schema=Problem)
    spec.options["webhooks"] = {
        name.value: {
            "post": {
                "summary": f"Socket.IO batches carry it as the data of {name.value}",
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{payload}"}}}
                },
                "responses": {"200": {"description": "Nothing is answered."}},
            }
        }
        for name, payload in PAYLOADS.items()
    }
    refusal = {
        "description": "Refused",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path in spec._paths.values():
        for operation in path.values():
            if isinstance(operation, dict) and "responses" in operation:
                operation["responses"]["default"] = refusal
