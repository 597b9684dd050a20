"""The printed code of a post: current, replaced lately, or too old."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.core.refused import Refused


@dataclass(frozen=True, slots=True)
class CodeLimits:
    """How long a code that was replaced is still accepted."""

    stale_code_days: int = 14


class CodeStatus(StrEnum):
    """Whether a printed code still names its post."""

    CURRENT = "current"
    STALE = "stale"
    EXPIRED = "expired"
    VOID = "void"


def require_good(
    replaced_at: datetime | None, now: datetime, limits: CodeLimits, *, void: bool
) -> CodeStatus:
    """Let a printed code pass that is current or stale.

    Raises ``Refused``: ``unknown_post`` (replaced too long ago), ``code_replaced`` (refused since it was replaced).
    """
    found = CodeStatus.VOID if void else code_standing(replaced_at, now, limits)
    if found in {CodeStatus.EXPIRED, CodeStatus.VOID}:
        raise Refused("code_replaced" if void else "unknown_post")
    return found


def code_standing(replaced_at: datetime | None, now: datetime, limits: CodeLimits) -> CodeStatus:
    """Tell whether a printed code is current, or was replaced lately enough to be accepted as stale."""
    if replaced_at is None or now < replaced_at:
        return CodeStatus.CURRENT
    fresh_enough = now - replaced_at <= timedelta(days=limits.stale_code_days)
    return CodeStatus.STALE if fresh_enough else CodeStatus.EXPIRED
