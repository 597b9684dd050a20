"""Correcting what the log says of somebody's part in a closed peak: who may, for how long, and what then counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.attendance.rules.outcomes import PeakKey, Presence
from server.core.access.roles import Act, Actor, Group, Role, may
from server.core.refused import Refused

# Check-ins of such days are kept in any case, so that what is worked out anew finds them.
CORRECTED_WITHIN_DAYS = 31
# A guard may come before a peak and stay after it; more than this is a slip of the pen.
BEFORE_AND_AFTER = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Correction:
    """What counts instead of the log for somebody at a peak: from when to when he was there, or that he was not."""

    key: PeakKey
    account_id: int
    group: Group
    starts_at: datetime
    came_at: datetime | None
    left_at: datetime | None
    late: bool


def may_correct(actor: Actor, *, is_police: bool) -> bool:
    """Tell whether an actor may correct somebody's record at a post of his scope: a station police, a school others."""
    role = Role.STATION_OFFICER if is_police else Role.SCHOOL_ADMIN
    return may(actor, Act.CORRECT_ATTENDANCE) and actor.role == role


def check_time(closed_at: datetime, now: datetime) -> None:
    """Let a peak be corrected that is not long over. Raises ``Refused("too_long_ago")`` (days)."""
    if now - closed_at > timedelta(days=CORRECTED_WITHIN_DAYS):
        raise Refused("too_long_ago", days=CORRECTED_WITHIN_DAYS)


def check_stay(
    came_at: datetime | None,
    left_at: datetime | None,
    *,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> None:
    """Let a stay be written that touches its peak, or none at all. Raises ``Refused("stay_outside_peak")``."""
    if came_at is None and left_at is None:
        return
    if came_at is None or left_at is None:
        raise Refused("stay_outside_peak")
    begins, is_over = starts_at - BEFORE_AND_AFTER, min(now, ends_at + BEFORE_AND_AFTER)
    if not (begins <= came_at < left_at <= is_over and came_at < ends_at and left_at > starts_at):
        raise Refused("stay_outside_peak")


def corrected(
    stays: Mapping[PeakKey, list[Presence]], corrections: Iterable[Correction]
) -> dict[PeakKey, list[Presence]]:
    """Put what was corrected in the place of the log's stays; of several for one person the last one counts."""
    newest = {(one.key, one.account_id): one for one in corrections}
    found = {key: [one for one in own if (key, one.account_id) not in newest] for key, own in stays.items()}
    for one in newest.values():
        if one.came_at is not None and one.left_at is not None:
            stay = Presence(
                account_id=one.account_id,
                group=one.group,
                verified=True,
                late=one.late,
                starts_at=one.starts_at,
                arrived_at=one.came_at,
                left_at=one.left_at,
            )
            found.setdefault(one.key, []).append(stay)
    return {key: own for key, own in found.items() if own}
