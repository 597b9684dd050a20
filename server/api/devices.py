"""Gate devices: the one call that raises an alarm, their keys, and their tests. See docs/gate-devices.md."""

from typing import Any

from flask import request
from flask_smorest import Blueprint
from marshmallow import fields

from server.actions import device_tests, devices
from server.api.auth import allow, allow_device, current_actor, current_device
from server.api.wire import Moment, Text, Wire, number_of, one_of, platform, request_id, sent_json, understood
from server.domain.device import Result, SignalKind
from server.domain.roles import Role

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
    post_code = Text(longest=20)


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
    """An act about a device or a test that needs no words."""

    request_id = request_id()


class NewDeviceTest(Wire):
    """When a test runs; without a station it is the district's."""

    request_id = request_id()
    station_id = number_of(load_default=None, allow_none=True)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)


class DeviceTestView(Wire):
    """A planned test of devices. ``device_test.changed`` carries it, too."""

    id = fields.Integer(required=True)
    station_id = fields.Integer(required=True, allow_none=True)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    announced_at = Moment(required=True)
    planned_by = fields.Integer(required=True, allow_none=True)
    cancelled_at = Moment(required=True, allow_none=True)


class DeviceTestList(Wire):
    """The tests that concern the caller's scope, the latest first."""

    items = fields.List(fields.Nested(DeviceTestView), required=True)


class TestedDevice(Wire):
    """How one device came through, and the signal that says so."""

    device_id = fields.Integer(required=True)
    label = fields.String(required=True)
    result = one_of(Result, required=True)
    signal = one_of(SignalKind, required=True, allow_none=True)
    signal_at = Moment(required=True, allow_none=True)


class TestedPost(Wire):
    """How a post came through; no result where it has no device."""

    post_id = fields.Integer(required=True)
    post_name = fields.String(required=True)
    school_name = fields.String(required=True)
    station_id = fields.Integer(required=True)
    station_name = fields.String(required=True)
    result = one_of(Result, required=True, allow_none=True)
    devices = fields.List(fields.Nested(TestedDevice), required=True)


class DeviceTestReport(Wire):
    """A test post by post."""

    test = fields.Nested(DeviceTestView, required=True)
    items = fields.List(fields.Nested(TestedPost), required=True)


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
def signal() -> dict[str, Any]:
    """Raise an alarm at the post of the device's key, or with ``test`` record that the device works.

    Never limited in number; wrong keys are. Refused: ``unknown_device``, ``device_of_other_post``.
    """
    here = platform()
    device, sent = current_device(), _sent()
    with here.store.line.ahead():
        return devices.signal(here.store, device=device, sent=sent, rules=here.rules, now=here.now())


@blueprint.get("/devices")
@allow(*READERS)
@blueprint.response(200, DeviceList)
def list_devices() -> dict[str, Any]:
    """List the devices in the caller's scope."""
    return devices.listed(platform().store, actor=current_actor())


@blueprint.post("/devices")
@allow(*KEEPERS)
@blueprint.arguments(NewDevice)
@blueprint.response(201, DeviceWithKey)
def issue(body: dict[str, Any]) -> dict[str, Any]:
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
@blueprint.arguments(DeviceAct)
@blueprint.response(200, DeviceWithKey)
def rotate(body: dict[str, Any], device_id: int) -> dict[str, Any]:
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
def revoke(body: dict[str, Any], device_id: int) -> dict[str, Any]:
    """Take a device's key away for good."""
    return devices.revoke(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        device_id=device_id,
        now=platform().now(),
    )


@blueprint.get("/device-tests")
@allow(*READERS)
@blueprint.response(200, DeviceTestList)
def list_tests() -> dict[str, Any]:
    """List the tests that concern the caller's station or district."""
    return device_tests.planned(platform().store, actor=current_actor())


@blueprint.post("/device-tests")
@allow(*READERS)
@blueprint.arguments(NewDeviceTest)
@blueprint.response(201, DeviceTestView)
def plan_test(body: dict[str, Any]) -> dict[str, Any]:
    """Plan a test and announce it to the stations that it concerns."""
    return device_tests.plan(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        station_id=body["station_id"],
        starts_at=body["starts_at"],
        ends_at=body["ends_at"],
        now=platform().now(),
    )


@blueprint.post("/device-tests/<int:test_id>/cancellation")
@allow(*READERS)
@blueprint.arguments(DeviceAct)
@blueprint.response(200, DeviceTestView)
def cancel_test(body: dict[str, Any], test_id: int) -> dict[str, Any]:
    """Call a test off."""
    return device_tests.cancel(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        test_id=test_id,
        now=platform().now(),
    )


@blueprint.get("/device-tests/<int:test_id>/report")
@allow(*READERS)
@blueprint.response(200, DeviceTestReport)
def test_report(test_id: int) -> dict[str, Any]:
    """Report a test by post: passed, failed, not tested."""
    return device_tests.report(platform().store, actor=current_actor(), test_id=test_id)


def _sent() -> devices.Signal:
    """Read what can be understood of the body, whatever it is."""
    body, not_understood = understood(NewSignal(), sent_json() if request.get_data(cache=True) else {})
    sent_id = body.get("request_id")
    return devices.Signal(
        request_id=str(sent_id) if sent_id else None,
        test=body.get("test", False),
        post_id=body.get("post_id"),
        post_code=body.get("post_code"),
        not_understood=not_understood,
    )
