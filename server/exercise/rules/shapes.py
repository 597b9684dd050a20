"""What exercises answer on the wire: every key by its name and type."""

from typing import TypedDict

from server.alarm.rules.targets import WrittenJudgement


class DeviceView(TypedDict):
    """A gate device as consoles see it; nothing of its key."""

    id: int
    post_id: int
    station_id: int
    school_id: int
    post_name: str
    label: str
    issued_at: str
    rotated_at: str | None
    revoked_at: str | None
    last_signal_at: str | None


class DeviceList(TypedDict):
    """Devices, by post."""

    items: list[DeviceView]


class DeviceWithKey(TypedDict):
    """A device and its new key, if it has just been made."""

    device: DeviceView
    key: str | None


class SignalView(TypedDict):
    """What a device is answered: the alarm that it raised."""

    alarm_id: int | None


class DeviceTestView(TypedDict):
    """A planned test of devices."""

    id: int
    station_id: int | None
    planned_by: int | None
    starts_at: str
    ends_at: str
    announced_at: str
    cancelled_at: str | None


class DeviceTestList(TypedDict):
    """Planned tests, the latest first."""

    items: list[DeviceTestView]


class TestedDevice(TypedDict):
    """How one device came through a test."""

    device_id: int
    label: str
    result: str
    signal: str | None
    signal_at: str | None


class NamedPost(TypedDict):
    """A post with the names of its school and its station."""

    post_id: int
    post_name: str
    school_name: str
    station_id: int
    station_name: str


class TestedPost(NamedPost):
    """How a post came through a test."""

    result: str | None
    devices: list[TestedDevice]


class DeviceTestReport(TypedDict):
    """How a test went, post by post."""

    test: DeviceTestView
    items: list[TestedPost]


class UntestedPost(NamedPost):
    """A post and the labels of its devices that have passed no test."""

    devices: list[str]


class DeviceQuarter(TypedDict):
    """The posts of a quarter whose devices have passed no test."""

    starts_at: str
    ends_at: str
    of: int
    items: list[UntestedPost]


class DrillView(TypedDict):
    """A drill as clients see it."""

    id: int
    station_id: int
    school_id: int
    post_id: int
    kind: str
    scenario: str
    notice: bool
    state: str
    planned_by: int
    alarm_id: int | None
    judgement: list[WrittenJudgement] | None
    called: bool
    planned_for: str
    started_at: str | None
    ended_at: str | None


class DrillPage(TypedDict):
    """A page of drills."""

    items: list[DrillView]
    next: int | None


class SchoolYearView(TypedDict):
    """What a school held in a year."""

    school_id: int
    school_name: str
    station_id: int
    held: int
    reached: bool


class DrillYear(TypedDict):
    """What was held in a year, by school."""

    year: int
    goal: int
    schools: int
    reached: int
    held: int
    items: list[SchoolYearView]


class KeptTest(TypedDict):
    """What is kept of a write about a test of devices."""

    test_id: int


class KeptDrill(TypedDict):
    """What is kept of a write about a drill."""

    drill_id: int


class KeptDevice(TypedDict):
    """What is kept of a write about a device: never its key."""

    device_id: int
