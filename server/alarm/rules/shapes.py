"""What goes over the wire about alarms, key by key; ``server.alarm.schemas`` documents the same shapes.

Times are written as on the wire. An alarm's whole view is made by ``server.alarm.service.views``, what others see of it
by ``server.alarm.rules.sight``.
"""

from collections.abc import Mapping
from typing import NotRequired, TypedDict

from server.alarm.rules.alarm import WrittenTier
from server.alarm.rules.needs import WrittenShortage


class ResponseView(TypedDict):
    """Somebody who was asked, why, and what became of it."""

    id: int
    account_id: int | None
    tier: int
    category: str
    group: str
    state: str
    why: str | None
    distance_m: float | None
    bearing_deg: float | None
    from_post_id: int | None
    replaces: int | None
    doubt: str | None
    off_scene_m: float | None
    counts: bool
    off_scene: bool
    notified_at: str
    answer_due_at: str | None
    responded_at: str | None
    on_scene_at: str | None
    ended_at: str | None


class ReporterView(TypedDict):
    """Somebody who pressed the button."""

    account_id: int | None
    kind: str | None
    covert: bool
    at: str


class PlaceView(TypedDict):
    """A further place of an alarm."""

    id: int
    post_id: int
    latitude: float
    longitude: float
    accuracy_m: float | None
    place_from: str
    account_id: int | None
    place_name: str
    at: str


class AsideView(TypedDict):
    """An account that a police console has put aside, until when and by whom."""

    account_id: int
    by: int | None
    presses: int
    at: str
    until: str


class EntryView(TypedDict):
    """A line of the timeline; which facts it has its act decides."""

    id: int
    at: str
    actor_id: int | None
    act: str
    facts: Mapping[str, object]


class LadderView(TypedDict):
    """Where a tier stands."""

    tier: int
    phase: str
    next_step: int
    happened: int
    due_at: str | None


class DeliveryView(TypedDict):
    """How the newest call of a receiver went by one channel."""

    account_id: int | None
    hook_id: int | None
    room: str | None
    channel: str
    tier: int | None
    state: str
    reason: str | None
    at: str
    calls: int
    called_at: str


class LetterView(TypedDict):
    """How the newest message with a unit's link went."""

    channel: str
    state: str
    reason: str | None
    at: str
    calls: int


class JointTaskView(TypedDict):
    """A unit of the joint response at the alarm."""

    delivery: LetterView | None
    id: int
    unit_id: int
    name: str
    kind: str
    part: str
    state: str
    channel: str | None
    notified_at: str | None
    acknowledged_at: str | None
    on_the_way_at: str | None
    arrived_at: str | None


class AlarmParts(TypedDict):
    """What an alarm's own row tells."""

    id: int
    version: int
    post_id: int
    station_id: int
    school_id: int
    kind: str | None
    state: str
    drill: bool
    raised_by: int | None
    session_state: str
    source: str
    latitude: float
    longitude: float
    accuracy_m: float | None
    place_from: str
    acknowledged_by: int | None
    tiers: list[WrittenTier]
    shortages: list[WrittenShortage]
    resolved_by: int | None
    outcome: str | None
    finding: str | None
    merged_into: int | None
    full_standing: bool
    covert: bool
    raised_at: str
    claimed_at: str
    acknowledged_at: str | None
    resolved_at: str | None
    held_until: str | None
    # Only in the answer to a press: it was recorded and calls nobody.
    recorded_only: NotRequired[bool]


class AlarmView(AlarmParts):
    """An alarm with all that belongs to it."""

    place_name: str
    responses: list[ResponseView]
    reporters: list[ReporterView]
    reporter_count: int
    ladders: list[LadderView]
    deliveries: list[DeliveryView]
    joint_tasks: list[JointTaskView]
    places: list[PlaceView]
    asides: list[AsideView]
    timeline: list[EntryView]
    timeline_count: int


class OwnParts(TypedDict):
    """What of an alarm's whole view is for somebody who does not see it: ``names`` are fields that name him."""

    account_id: int | None
    names: list[str]
    reporters: list[ReporterView]
    responses: list[ResponseView]
    deliveries: list[DeliveryView]
    asides: list[AsideView]
    timeline: list[EntryView]
    # Of a school's further place: who of its people stands in which field.
    named: NotRequired[dict[str, int | None]]


class OwnPartsInEvent(OwnParts):
    """The same in the one event for several accounts, with how much each sees."""

    seen: str


class AlarmForAccounts(AlarmView):
    """The event for several who see counts alone, with what is for each of them, by account or room."""

    own: dict[str, OwnPartsInEvent]


class WrittenStep(TypedDict):
    """A step as the API and the database have it."""

    tier: int
    after_s: int
    channels: list[str]
    groups: list[str]
    roles: list[str]
    more: int
