"""What is answered of units and their plans on the wire: every key by its name and type."""

from datetime import datetime
from typing import TypedDict


class UnitView(TypedDict):
    """A unit, and where it is rung up."""

    id: int
    name: str
    kind: str
    telephone: str
    desk: str
    archived: bool


class UnitKept(TypedDict):
    """What is kept of a unit for a retry: all but its telephone."""

    id: int
    name: str
    kind: str
    desk: str
    archived: bool


class UnitPage(TypedDict):
    """A page of units."""

    items: list[UnitView]
    next: int | None


class PlanView(TypedDict):
    """Who comes to an alarm of a kind at a school."""

    id: int
    kind: str | None
    school_id: int | None
    lead_unit_id: int
    support_unit_ids: list[int]


class PlanPage(TypedDict):
    """A page of plans."""

    items: list[PlanView]
    next: int | None


class CallableUnit(TypedDict):
    """A unit that could still be called, without its telephone."""

    id: int
    name: str
    kind: str
    desk: str


class CallableUnits(TypedDict):
    """The units that could still be called to an alarm."""

    items: list[CallableUnit]


class TaskPage(TypedDict):
    """What a unit's page shows behind its link: the place, not the people."""

    unit_name: str
    lead_name: str | None
    gate_latitude: float
    gate_longitude: float
    telephone: str | None
    place_name: str
    part: str
    state: str
    notified_at: datetime
    acknowledged_at: datetime | None
    on_the_way_at: datetime | None
    arrived_at: datetime | None
    expires_at: datetime
    kind: str | None
    drill: bool
    raised_at: datetime
    place_from: str
    latitude: float
    longitude: float
    accuracy_m: float | None
