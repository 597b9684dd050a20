"""What the area ``exercise`` brings to the server."""

from server.alarm.facts import AlarmEnded, AlarmReported
from server.core.area import Area, on
from server.core.event_names import EventName
from server.exercise.api import device_tests, devices, drills
from server.exercise.api.device_tests import DeviceTestView
from server.exercise.api.drills import DrillView
from server.exercise.kept_data import KEPT
from server.exercise.own_data import NOT_OWN_DATA
from server.exercise.queries import drills as planned
from server.exercise.tables import gate_device

AREA = Area(
    name="exercise",
    blueprints=(device_tests.blueprint, devices.blueprint, drills.blueprint),
    commands="server.exercise.commands",
    reactions=(on(AlarmEnded, planned.judge), on(AlarmReported, planned.of_report)),
    event_payloads={EventName.DRILL_CHANGED: DrillView, EventName.DEVICE_TEST_CHANGED: DeviceTestView},
    audit_names={"device_id": gate_device.c.label},
    kept=KEPT,
    not_own_data=NOT_OWN_DATA,
)
