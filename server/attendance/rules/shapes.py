"""What attendance tells clients: the keys of its answers."""

from typing import TypedDict


class FiguresView(TypedDict):
    """Sums over closed peaks; heads of all groups together."""

    peaks: int
    peaks_planned: int
    required: int
    filled: int
    present: int
    late: int
    waiting: int
    planned: int
    absent: int
    replaced: int
    required_minutes: int
    covered_minutes: int
    served_minutes: int


class SchoolFigures(TypedDict):
    """A school, its number of posts, and their figures."""

    school_id: int
    school_name: str
    station_id: int
    station_name: str
    posts: int
    figures: FiguresView


class PostFigures(TypedDict):
    """A post, its school, and its figures."""

    post_id: int
    post_name: str
    school_id: int
    school_name: str
    figures: FiguresView


class Attendance(TypedDict):
    """The figures of some days: together, by school and by post; ``last_closed`` ends the last peak counted."""

    since: str
    until: str
    last_closed: str | None
    total: FiguresView
    schools: list[SchoolFigures]
    posts: list[PostFigures]


class PeakView(TypedDict):
    """A closed peak of a post; heads by group, those of a plan empty where there was none."""

    key: str
    post_id: int
    post_name: str
    date: str
    peak: str
    starts_at: str
    ends_at: str
    required: dict[str, int]
    present: dict[str, int]
    late: dict[str, int]
    waiting: dict[str, int]
    missing: dict[str, int]
    planned: dict[str, int] | None
    absent: dict[str, int] | None
    replaced: dict[str, int] | None
    required_minutes: int
    covered_minutes: int
    served_minutes: int
    corrected: int


class PeakRows(TypedDict):
    """Some closed peaks, how many there are, and the key to ask on with."""

    total: int
    items: list[PeakView]
    after: str | None


class GroupView(TypedDict):
    """Heads of a group, summed over closed peaks."""

    group: str
    required: int
    filled: int
    present: int
    late: int
    waiting: int
    planned: int
    absent: int
    replaced: int


class Groups(TypedDict):
    """Heads by group, in the order of seats."""

    items: list[GroupView]


class MinutesView(TypedDict):
    """Minutes at full composition, and those that were required."""

    covered: int
    required: int


class SchoolWeeks(TypedDict):
    """A school's minutes, week by week."""

    school_id: int
    weeks: list[MinutesView]


class Weeks(TypedDict):
    """Minutes by school and week, whose Mondays are told, and of all schools by weekday, Monday first."""

    mondays: list[str]
    schools: list[SchoolWeeks]
    weekdays: list[MinutesView]


class Band(TypedDict):
    """How many of those on duty came within some minutes after the start, from one on and before the other."""

    since: int | None
    until: int | None
    people: int


class Arrivals(TypedDict):
    """Arrivals by band, the earliest first, and of how many of the peaks they are known."""

    peaks: int
    bands: list[Band]
