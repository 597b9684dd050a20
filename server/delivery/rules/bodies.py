"""What the bodies of messages hold as JSON: who writes one and who makes a text of it agree here.

A one-time code's body is the code itself.
"""

from typing import NotRequired, TypedDict


class AlarmCallBody(TypedDict):
    """A call of an alarm; nothing of a person. A message that an earlier version wrote may lack what is new."""

    alarm_id: int
    kind: str | None
    place: str
    page: str
    drill: NotRequired[bool]
    covert: NotRequired[bool]
    # Where it is shown no phone may sound.
    silent: NotRequired[bool]


class JointTaskBody(TypedDict):
    """A unit's task, and the secret of its link."""

    kind: str | None
    drill: bool
    place: str
    part: str
    unit: str
    token: str


class ChannelTestBody(TypedDict):
    """A test of a channel."""

    test_id: str
    page: str


class DutyLine(TypedDict):
    """A duty: its date (``2026-12-01``), its peak, when it starts there, and its post."""

    date: str
    peak: str
    starts: str
    place: str


class DutyChangeBody(TypedDict):
    """What changed of somebody's duties; ``more``: so many that are not named."""

    given: list[DutyLine]
    taken: list[DutyLine]
    more: int
    page: str


class DutyNudgeBody(TypedDict):
    """Somebody is expected at a post since a local time (``07:20``) and has not come."""

    place: str
    starts: str
    page: str


class DutyReminderBody(TypedDict):
    """Duties that somebody is reminded of; ``more``: so many that are not named."""

    duties: list[DutyLine]
    more: int
    page: str


class StandInOfferBody(TypedDict):
    """A duty that somebody is asked to take over."""

    duty: DutyLine
    page: str


class SwapOffBody(TypedDict):
    """A swap does not come about: a duty stays whose it was, or was ``withdrawn`` from the plan."""

    duty: DutyLine
    withdrawn: NotRequired[bool]
    page: str


class LendBody(TypedDict):
    """Somebody on duty is asked to go to another post so many meters off."""

    place: str
    meters: int
    page: str


class UnusedNoticeBody(TypedDict):
    """An account closes on a day (``2027-01-31``), because nobody used it for so many months."""

    closes_on: str
    months: int
    page: str
