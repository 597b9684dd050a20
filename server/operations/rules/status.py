"""Whether each part of a server does well, by what was measured of it.

What a state means and its limits stand here alone; ``docs/operations.md`` and the alert rules repeat them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypedDict

DAY_S = 86_400
# A free share of a disk below which somebody should make room, and below which he must.
LOW_DISK, FULL_DISK = 0.15, 0.05
# Days to a certificate's end: renewed by itself it has thirty at least.
CERTIFICATE_SOON_DAYS, CERTIFICATE_LATE_DAYS = 21, 7
# A message leaves within seconds; one of an alarm that waits longer is a call that nobody hears.
MESSAGE_LATE_S, ALARM_MESSAGE_LATE_S = 300, 30
JOB_LATE_S = 600
CLOCK_SLEEPS_S = 30
# The auditor tries to write every ten seconds.
AUDITOR_SILENT = timedelta(minutes=2)
CALENDAR_SOON_DAYS, CALENDAR_LATE_DAYS = 62, 32
# So many wrong passwords and codes a day are no slips of fingers any more.
MANY_FAILED_SIGN_INS = 50


class Health(StrEnum):
    """How a part does: ``off`` is not set up, ``soon`` wants somebody's look in the next days, ``wrong`` now."""

    FINE = "fine"
    OFF = "off"
    SOON = "soon"
    WRONG = "wrong"


class Part(StrEnum):
    """What is looked at, in the order of the page."""

    CLOCK = "clock"
    MESSAGES = "messages"
    CHANNELS = "channels"
    AUDITOR = "auditor"
    DATABASE = "database"
    DISK = "disk"
    CERTIFICATE = "certificate"
    JOBS = "jobs"
    SIGN_INS = "sign_ins"
    SECOND_STEPS = "second_steps"
    CALENDAR = "calendar"


class StatusItem(TypedDict):
    """A part of the server, how it does, and the figures that say so."""

    name: str
    health: str
    facts: Mapping[str, int | float | str | list[str] | None]


class StatusView(TypedDict):
    """All parts, as the page lists them, and when they were measured."""

    at: str
    items: list[StatusItem]


@dataclass(frozen=True, slots=True)
class Space:
    """Free and all bytes of a disk."""

    free: int
    total: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, for how long the first of them has (seconds; 0: none)."""

    number: int
    oldest_s: int


def _item(name: Part, health: Health, **facts: float | str | list[str] | None) -> StatusItem:
    return {"name": name.value, "health": health.value, "facts": facts}


def database(kind: str, *, size_bytes: int | None, revision: str | None) -> StatusItem:
    """Judge the database, which has just answered."""
    return _item(Part.DATABASE, Health.FINE, kind=kind, size_bytes=size_bytes, revision=revision)


def disk(spaces: Collection[Space]) -> StatusItem:
    """Judge the fullest of the disks on which the server keeps something."""
    fullest = min(spaces, key=lambda one: one.free / max(1, one.total))
    share = fullest.free / max(1, fullest.total)
    health = Health.WRONG if share < FULL_DISK else Health.SOON if share < LOW_DISK else Health.FINE
    return _item(Part.DISK, health, free_bytes=fullest.free, total_bytes=fullest.total)


def clock(*, beat_s: float | None, failures: Mapping[str, int]) -> StatusItem:
    """Judge what moves alarms: seconds since its last round, and which duties failed since this process began."""
    failing = sorted(name for name, count in failures.items() if count)
    asleep = beat_s is not None and beat_s > CLOCK_SLEEPS_S
    health = Health.WRONG if asleep else Health.SOON if failing else Health.FINE
    return _item(Part.CLOCK, health, beat_s=None if beat_s is None else round(beat_s), failing=failing)


def auditor(wrote_at: datetime | None, now: datetime) -> StatusItem:
    """Judge the process that watches alarms from outside, by the row that it writes."""
    if wrote_at is None:
        return _item(Part.AUDITOR, Health.OFF, silent_s=None)
    silent = now - wrote_at
    health = Health.WRONG if silent > AUDITOR_SILENT else Health.FINE
    return _item(Part.AUDITOR, health, silent_s=max(0, round(silent.total_seconds())))


def messages(of_alarms: Waiting, others: Waiting) -> StatusItem:
    """Judge what should have left by now."""
    late = of_alarms.oldest_s > ALARM_MESSAGE_LATE_S
    health = Health.WRONG if late else Health.SOON if others.oldest_s > MESSAGE_LATE_S else Health.FINE
    return _item(
        Part.MESSAGES,
        health,
        waiting=of_alarms.number + others.number,
        of_alarms=of_alarms.number,
        oldest_s=max(of_alarms.oldest_s, others.oldest_s),
    )


def channels(set_up: Collection[str], failing: Collection[str], leading_out: Collection[str]) -> StatusItem:
    """Judge the ways to people: ``leading_out`` are those that reach somebody whose page is closed."""
    broken = sorted(set(failing) & set(set_up))
    away = not set(set_up) & set(leading_out)
    health = Health.OFF if away else Health.WRONG if broken else Health.FINE
    return _item(Part.CHANNELS, health, set_up=sorted(set_up), failing=broken)


def jobs(waiting: Waiting, *, failed: int) -> StatusItem:
    """Judge long work: what waits for the worker, and what failed within a day."""
    late = waiting.oldest_s > JOB_LATE_S
    health = Health.WRONG if late else Health.SOON if failed else Health.FINE
    return _item(Part.JOBS, health, waiting=waiting.number, oldest_s=waiting.oldest_s, failed=failed)


def certificate(
    ends_at: datetime | None, now: datetime, *, wanted: bool, why: str | None = None
) -> StatusItem:
    """Judge the certificate that phones see; ``wanted``: they reach the server over HTTPS.

    ``why`` it could not be read: ``unreachable`` or ``unreadable``.
    """
    if not wanted:
        return _item(Part.CERTIFICATE, Health.OFF, days=None, why=None)
    if ends_at is None:
        return _item(Part.CERTIFICATE, Health.SOON, days=None, why=why)
    days = (ends_at - now).total_seconds() / DAY_S
    late, soon = days < CERTIFICATE_LATE_DAYS, days < CERTIFICATE_SOON_DAYS
    health = Health.WRONG if late else Health.SOON if soon else Health.FINE
    return _item(Part.CERTIFICATE, health, days=int(days // 1), why=None)


def sign_ins(*, failed: int, locked: int) -> StatusItem:
    """Judge the wrong passwords and codes of a day, and how often so many came that no more were taken."""
    health = Health.SOON if locked or failed > MANY_FAILED_SIGN_INS else Health.FINE
    return _item(Part.SIGN_INS, health, failed=failed, locked=locked)


def second_steps(*, having: int, accounts: int) -> StatusItem:
    """Judge how many console accounts are asked for a second step."""
    return _item(
        Part.SECOND_STEPS,
        Health.FINE if having == accounts else Health.SOON,
        having=having,
        accounts=accounts,
    )


def calendar(known_days: int) -> StatusItem:
    """Judge for how many days ahead a source knows the calendar."""
    late, soon = known_days < CALENDAR_LATE_DAYS, known_days < CALENDAR_SOON_DAYS
    health = Health.WRONG if late else Health.SOON if soon else Health.FINE
    return _item(Part.CALENDAR, health, days=known_days)
