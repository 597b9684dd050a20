"""Gate devices: the one call that raises an alarm, and their keys. See docs/gate-devices.md."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.core.access.roles import Role
from server.core.http.any_body import sent_json, understood
from server.core.http.auth import allow, current_actor, proved
from server.core.http.typed_fields import PostCode, Text
from server.core.http.wire import Moment, Wire, number_of, platform, request_id
from server.exercise.actions import devices
from server.exercise.api.device_key import allow_device, current_device
from server.exercise.rules import shapes

blueprint = Blueprint("devices", __name__, url_prefix="/api", description="Gate devices")

READERS = (Role.STATION_OFFICER, Role.DISPATCHER, Role.DISTRICT_ADMIN)
KEEPERS = (Role.STATION_OFFICER, Role.DISTRICT_ADMIN)


class NewSignal(Wire):
    """What a device sends. Nothing is required, and what is wrong never stops an alarm."""

    request_id = fields.UUID(metadata={"description": "New for each press; the same one on a retry."})
    test = fields.Boolean(
        truthy={True}, falsy={False}, metadata={"description": "True: record it, raise nothing."}
    )
    post_id = number_of(metadata={"description": "If sent, it must be the post of the key."})
    post_code = PostCode()


class SignalView(Wire):
    """The alarm's number; null for a test."""

    alarm_id = fields.Integer(required=True, allow_none=True)


class DeviceView(Wire):
    """A gate device; its key is in no answer but the first."""

    id = fields.Integer(required=True)
    post_id = fields.Integer(required=True)
    station_id = fields.Integer(required=True)
    school_id = fields.Integer(required=True)
    post_name = fields.String(required=True)
    label = fields.String(required=True)
    issued_at = Moment(required=True)
    rotated_at = Moment(required=True, allow_none=True)
    revoked_at = Moment(required=True, allow_none=True)
    last_signal_at = Moment(required=True, allow_none=True)


class DeviceList(Wire):
    """The devices in scope, by post."""

    items = fields.List(fields.Nested(DeviceView), required=True)


class DeviceWithKey(Wire):
    """A device and its new key, shown this once; null on a retry and after a revocation."""

    device = fields.Nested(DeviceView, required=True)
    key = fields.String(required=True, allow_none=True)


class NewDevice(Wire):
    """A device at a post."""

    request_id = request_id()
    post_id = number_of(required=True)
    label = Text(longest=60, required=True)


class DeviceAct(Wire):
    """An act about a device or a test of devices that needs no words."""

    request_id = request_id()


@blueprint.post("/device-alarms")
@allow_device
@blueprint.doc(
    requestBody={"content": {"application/json": {"schema": NewSignal}}},
    parameters=[
        {
            "in": "header",
            "name": "Authorization",
            "schema": {"type": "string"},
            "description": "`Bearer KEY`, the device's own key.",
        }
    ],
)
@blueprint.response(201, SignalView)
def signal() -> shapes.SignalView:
    """Raise an alarm at the post of the device's key, or with ``test`` record that the device works.

    Never limited in number; wrong keys are. Refused: ``unknown_device``, ``device_of_other_post``.
    """
    here = platform()
    device, sent = current_device(), _sent()
    with here.store.admission.ahead():
        return devices.signal(here.store, device=device, sent=sent, limits=here.limits, now=here.now())


@blueprint.get("/devices")
@allow(*READERS)
@blueprint.response(200, DeviceList)
def list_devices() -> shapes.DeviceList:
    """List the devices in the caller's scope."""
    return devices.listed(platform().store, actor=current_actor())


@blueprint.post("/devices")
@allow(*KEEPERS)
@proved
@blueprint.arguments(NewDevice)
@blueprint.response(201, DeviceWithKey)
def issue(body: dict[str, Any]) -> shapes.DeviceWithKey:
    """Make a device and its key, which is shown this once."""
    return devices.issue(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        post_id=body["post_id"],
        label=body["label"],
        now=platform().now(),
    )


@blueprint.post("/devices/<int:device_id>/key")
@allow(*KEEPERS)
@proved
@blueprint.arguments(DeviceAct)
@blueprint.response(200, DeviceWithKey)
def rotate(body: dict[str, Any], device_id: int) -> shapes.DeviceWithKey:
    """Give a device another key, shown this once; the old one is good for nothing from now."""
    return devices.rotate(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        device_id=device_id,
        now=platform().now(),
    )


@blueprint.post("/devices/<int:device_id>/revocation")
@allow(*KEEPERS)
@blueprint.arguments(DeviceAct)
@blueprint.response(200, DeviceWithKey)
def revoke(body: dict[str, Any], device_id: int) -> shapes.DeviceWithKey:
    """Take a device's key away for good."""
    return devices.revoke(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        device_id=device_id,
        now=platform().now(),
    )


def _sent() -> devices.Signal:
    """Read what can be understood of the body, whatever it is."""
    body, not_understood = understood(NewSignal(), sent_json(without={}))
    sent_id = body.get("request_id")
    return devices.Signal(
        request_id=str(sent_id) if sent_id else None,
        test=body.get("test", False),
        post_id=body.get("post_id"),
        post_code=body.get("post_code"),
        not_understood=not_understood,
    )
