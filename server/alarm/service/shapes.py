"""Answers about alarms beside the alarm itself, key by key; ``server.alarm.schemas`` and ``api`` document the same."""

from collections.abc import Mapping
from typing import TypedDict

from server.alarm.rules.shapes import AlarmView, EntryView, WrittenStep


class TimelinePage(TypedDict):
    """Lines of a timeline, the newest first."""

    items: list[EntryView]
    next: int | None


class AlarmPage(TypedDict):
    """Alarms, the newest first, with the cursor from which events go on."""

    epoch: str
    last: int
    items: list[AlarmView]
    next: int | None


class PersonOfAlarm(TypedDict):
    """A person of an alarm by name; null is what the viewer may not know."""

    account_id: int
    name: str
    category: str | None
    group: str | None
    telephone: str | None
    post_name: str | None
    school_name: str | None


class UnitContact(TypedDict):
    """Where a unit is rung up."""

    unit_id: int
    desk: str
    telephone: str


class PeopleOfAlarm(TypedDict):
    """The people and the units of an alarm."""

    people: list[PersonOfAlarm]
    units: list[UnitContact]


class CandidateView(TypedDict):
    """Somebody whom the console could add, and what speaks against it."""

    account_id: int
    name: str
    category: str
    group: str
    distance_m: float
    post_name: str
    below_floor: bool
    busy: bool


class CandidateList(TypedDict):
    """Whom the console could add, the nearest first."""

    items: list[CandidateView]


class PlanView(TypedDict):
    """The steps of a kind of alarm."""

    kind: str
    own: bool
    steps: list[WrittenStep]


class PlanList(TypedDict):
    """The steps for any kind first, then kind by kind."""

    items: list[PlanView]


class PlaceOfReport(TypedDict):
    """The post by name and place."""

    post_name: str
    school_name: str
    station_name: str
    latitude: float
    longitude: float


class PersonOfReport(TypedDict):
    """Somebody who took part, without a telephone."""

    account_id: int
    name: str
    category: str | None


class TargetView(TypedDict):
    """A tier against its target, and who met it."""

    tier: int
    target_s: int
    mark: str
    took_s: float | None
    late_s: float | None
    met_by: int | None


class ToldView(TypedDict):
    """One message: to whom, by what, and when it got how far."""

    account_id: int | None
    channel: str
    tier: int | None
    state: str
    reason: str | None
    created_at: str
    sent_at: str | None
    delivered_at: str | None


class PointView(TypedDict):
    """Where somebody was."""

    at: str
    latitude: float
    longitude: float
    accuracy_m: float


class MovementView(TypedDict):
    """Where a responder went."""

    account_id: int
    points: list[PointView]


class FollowUpView(TypedDict):
    """What is still to be done, whose it is, until when."""

    id: int
    text: str
    owner: str
    added_by: int
    done_by: int | None
    due_on: str
    added_at: str
    done_at: str | None


class FollowUpList(TypedDict):
    """The follow-ups of an alarm, by due date."""

    items: list[FollowUpView]


class ChainFault(TypedDict):
    """Where the timeline's chain is broken."""

    ordinal: int
    kind: str


class ChainView(TypedDict):
    """The end of the timeline's chain, and what is wrong with it."""

    entries: int
    head: str
    faults: list[ChainFault]


class ReportView(TypedDict):
    """All that is known of an alarm or a drill."""

    alarm: AlarmView
    place: PlaceOfReport
    people: list[PersonOfReport]
    targets: list[TargetView]
    told: list[ToldView]
    movements: list[MovementView]
    follow_ups: list[FollowUpView]
    chain: ChainView
    made_at: str
    # As the area of drills shows it.
    drill: Mapping[str, object] | None


class KeptPress(TypedDict, total=False):
    """What is kept of a press; nothing of it where its number was another write's."""

    alarm_id: int
    recorded_only: bool
