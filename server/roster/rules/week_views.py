"""Shapes of a school's week as it is shown."""

from typing import TypedDict


class DayOfWeek(TypedDict):
    """A day of the week: whether there is school, what it is called, whether that is provisional."""

    date: str
    school_day: bool
    make_up: bool
    name: str | None
    provisional: bool


class PeakOfPost(TypedDict):
    """A peak of a post on a date, in local clock time; over: nothing of it can be planned any more."""

    date: str
    peak: str
    starts: str
    ends: str
    over: bool


class SeatView(TypedDict):
    """A seat: who is planned, who was told to come, and what speaks against whom is planned.

    ``needed``: the rules of staffing ask for it; one beyond them stands as long as somebody is planned there.
    ``wish``: what whoever is planned said of that peak and weekday.
    ``left_by``: who opened it by himself since he is away; ``why``: a proposal left it open, or fills it with a remark.
    ``answer``: what who was told to come said about it, ``reminded``: a message has asked him.
    ``stand_in``: he looks for somebody who takes it, or took it over from ``stands_in_for``.
    """

    date: str
    peak: str
    group: str
    seat: int
    area: str | None
    needed: bool
    account_id: int | None
    name: str | None
    category: str | None
    version: int
    source: str | None
    left_by: str | None
    why: str | None
    conflicts: list[str]
    wish: str | None
    published_id: int | None
    published_name: str | None
    answer: str | None
    answered_at: str | None
    reminded: bool
    stand_in: str | None
    stand_in_id: int | None
    stands_in_for: str | None


class PostOfWeek(TypedDict):
    """A post of the school: its peaks and its seats."""

    post_id: int
    name: str
    peaks: list[PeakOfPost]
    seats: list[SeatView]


class RosterWeek(TypedDict):
    """A school's week; ``fingerprint`` names its plan as it is shown, for publishing it."""

    school_id: int
    school_name: str
    week: str
    today: str
    may_plan: list[str]
    fingerprint: str
    days: list[DayOfWeek]
    posts: list[PostOfWeek]
