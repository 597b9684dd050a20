"""What is answered of units and their plans on the wire: every key by its name and type."""

from typing import TypedDict


class UnitView(TypedDict):
    """A unit, and where it is rung up."""

    id: int
    name: str
    kind: str
    telephone: str
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
