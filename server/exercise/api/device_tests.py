"""Tests of gate devices: planned and announced, reported by post. See docs/gate-devices.md."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from server.core.http.auth import allow, current_actor
from server.core.http.wire import Moment, Wire, number_of, one_of, platform, request_id
from server.exercise.actions import device_tests
from server.exercise.api.devices import READERS, DeviceAct
from server.exercise.rules import shapes
from server.exercise.rules.device import Result, SignalKind

blueprint = Blueprint("device tests", __name__, url_prefix="/api", description="Tests of gate devices")


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


class NamedPost(Wire):
    """A post with the names of its school and its station."""

    post_id = fields.Integer(required=True)
    post_name = fields.String(required=True)
    school_name = fields.String(required=True)
    station_id = fields.Integer(required=True)
    station_name = fields.String(required=True)


class TestedPost(NamedPost):
    """How a post came through; no result where it has no device."""

    result = one_of(Result, required=True, allow_none=True)
    devices = fields.List(fields.Nested(TestedDevice), required=True)


class DeviceTestReport(Wire):
    """A test post by post."""

    test = fields.Nested(DeviceTestView, required=True)
    items = fields.List(fields.Nested(TestedPost), required=True)


class UntestedPost(NamedPost):
    """A post with the devices that have passed no test in the quarter, by their labels."""

    devices = fields.List(fields.String(), required=True)


class DeviceQuarter(Wire):
    """This quarter: how many posts have a device in use, and which of them have not passed yet."""

    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    of = fields.Integer(required=True)
    items = fields.List(fields.Nested(UntestedPost), required=True)


@blueprint.get("/device-tests")
@allow(*READERS)
@blueprint.response(200, DeviceTestList)
def list_tests() -> shapes.DeviceTestList:
    """List the tests that concern the caller's station or district."""
    return device_tests.planned(platform().store, actor=current_actor())


@blueprint.post("/device-tests")
@allow(*READERS)
@blueprint.arguments(NewDeviceTest)
@blueprint.response(201, DeviceTestView)
def plan_test(body: dict[str, Any]) -> shapes.DeviceTestView:
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


@blueprint.get("/device-tests/quarter")
@allow(*READERS)
@blueprint.response(200, DeviceQuarter)
def untested() -> shapes.DeviceQuarter:
    """List the posts with a device that has passed no test in this quarter."""
    return device_tests.untested(platform().store, actor=current_actor(), now=platform().now())


@blueprint.post("/device-tests/<int:test_id>/cancellation")
@allow(*READERS)
@blueprint.arguments(DeviceAct)
@blueprint.response(200, DeviceTestView)
def cancel_test(body: dict[str, Any], test_id: int) -> shapes.DeviceTestView:
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
def test_report(test_id: int) -> shapes.DeviceTestReport:
    """Report a test by post: passed, failed, not tested."""
    return device_tests.report(platform().store, actor=current_actor(), test_id=test_id)
