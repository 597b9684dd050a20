"""The rows of tables that a district's file becomes."""

from datetime import date, time
from typing import TypedDict


class NewStation(TypedDict):
    """A station as a file has it."""

    district_id: int
    name: str
    telephone: str | None
    latitude: float
    longitude: float


class NewSchool(TypedDict):
    """A school as a file has it."""

    district_id: int
    station_id: int
    name: str
    kind: str
    pupils: int
    boarders: int
    telephone: str | None


class NewPost(TypedDict):
    """A post as a file has it."""

    district_id: int
    school_id: int
    station_id: int
    name: str
    gate: str
    area: str
    latitude: float
    longitude: float
    fence_radius_m: int
    composition: dict[str, int]


class NewPeak(TypedDict):
    """A peak as a file has it, of a school or of a kind of school."""

    district_id: int
    school_id: int | None
    school_kind: str | None
    kind: str
    starts: time
    ends: time


class NewRostered(TypedDict):
    """A row of a roster as a file has it."""

    post_id: int
    account_id: int | None
    phone: str | None
    phone_sealed: str
    phone_index: str
    name: str
    category: str
    peak: str
    weekdays: int


class NewCalendarDay(TypedDict):
    """A day of the calendar as a file has it."""

    district_id: int
    school_id: int | None
    date: date
    school_day: bool
