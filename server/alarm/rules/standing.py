"""Who counts in an alarm, and when an alarm calls neighbours at once.

Standing belongs to an account and its duty, never to a session. *To count* is to be chosen for the tiers, to
meet a target, to acknowledge a tier and to stop its ladder. Whoever does not count is warned in addition, is
marked with the reason (``Doubt``), may answer, and changes nothing for anybody else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from server.core.access.roles import CONSOLE, AccountStatus, Category, Role
from server.duty.rules.trust import FOR_INFORMATION, Flag


class Doubt(StrEnum):
    """Why somebody does not count in an alarm."""

    SUSPENDED = "suspended"
    NOT_APPROVED = "not_approved"
    # A claim to be police, confirmed by somebody on the spot: the station alone can say so.
    CLAIMS_POLICE = "claims_police"
    NOT_ON_DUTY = "not_on_duty"
    # Approved, and something speaks against his being where he says.
    PLACE_DOUBTED = "place_doubted"


# What takes no standing away from an approved account: a poor phone, a late one, a roster or a poster that is
# out of date, and an approval that came after the check-in.
HARMLESS = FOR_INFORMATION | {
    Flag.NO_FIX,
    Flag.POOR_FIX,
    Flag.LATE_SYNC,
    Flag.NOT_ROSTERED,
    Flag.STALE_CODE,
    Flag.NOT_APPROVED,
}


@dataclass(frozen=True, slots=True)
class Duty:
    """The last duty of an account, going on or ended since: what was confirmed of it and what speaks against it."""

    verified: bool
    confirmed: bool
    flags: frozenset[Flag] = frozenset()


@dataclass(frozen=True, slots=True)
class AlarmPerson:
    """An account as an alarm sees it, with its duty if it has one; ``vouched``: a police console lets it count."""

    role: Role
    status: AccountStatus
    category: Category | None
    duty: Duty | None = None
    vouched: bool = False


_FLAGS = {flag.value: flag for flag in Flag}


def doubt_about(person: AlarmPerson) -> Doubt | None:
    """Give why somebody does not count in an alarm; ``None``: he counts.

    A gate device has no account, and always counts.
    """
    if person.status is AccountStatus.SUSPENDED:
        return Doubt.SUSPENDED
    if person.role in CONSOLE or person.vouched:
        return None
    if person.status is AccountStatus.APPROVED:
        return _doubt_about_duty(person.duty)
    if person.duty is None or not person.duty.confirmed:
        return Doubt.NOT_APPROVED
    return Doubt.CLAIMS_POLICE if person.category is Category.POLICE else None


def counts(person: AlarmPerson) -> bool:
    """Tell whether somebody counts in an alarm."""
    return doubt_about(person) is None


def gives_full_standing(person: AlarmPerson) -> bool:
    """Tell whether a report of somebody makes an alarm one of full standing, which calls neighbours at once.

    An approved account does, off duty, flagged or signed out too; a pending one whose presence was confirmed.
    """
    if person.status is AccountStatus.SUSPENDED:
        return False
    return person.status is AccountStatus.APPROVED or counts(person)


def of_flags(flags: Iterable[str]) -> frozenset[Flag]:
    """Read flags as they are stored; one that this program does not know speaks against nobody."""
    return frozenset(_FLAGS[flag] for flag in flags if flag in _FLAGS)


def _doubt_about_duty(duty: Duty | None) -> Doubt | None:
    if duty is None:
        return Doubt.NOT_ON_DUTY
    return None if duty.verified or duty.flags <= HARMLESS else Doubt.PLACE_DOUBTED
