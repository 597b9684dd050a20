"""Which claims the imported roster approves, and which of those that wait may be handed on to a station."""

from collections.abc import Collection
from datetime import datetime

from server.core.access.roles import AccountStatus, Category
from server.core.moments import moment
from server.core.refused import Refused

# How many a console approves with one tap: they keep SQLite's one writer for a seventh of a second, and an alarm waits.
MOST_AT_ONCE = 50
SHORTEST_REASON = 2


def roster_vouches(
    category: Category | str,
    *,
    status: AccountStatus | str,
    claims_a_name: bool,
    rostered_as: Collection[str],
) -> bool:
    """Tell whether the roster approves a claim: it has the same telephone in that very category.

    The telephone is proven by its code. Never police, whom their station alone approves; nobody who was suspended;
    nobody whose name sounds like an office, who is asked first.
    """
    category = Category(category)
    if category == Category.POLICE or AccountStatus(status) != AccountStatus.PENDING or claims_a_name:
        return False
    return category.value in rostered_as


def approved_together(status: AccountStatus | str, *, claims_a_name: bool) -> bool:
    """Tell whether one tap for a selection approves somebody: who waits, and calls himself no office."""
    return AccountStatus(status) == AccountStatus.PENDING and not claims_a_name


def is_claim_shown(shown: datetime | None, registered_at: datetime) -> bool:
    """Tell whether a claim is the one that was decided on: whoever registers anew makes another claim.

    ``shown`` is when it was registered as the page had it, to the millisecond of the wire; ``None``: an older page.
    """
    return shown is None or moment(shown) == moment(registered_at)


def require_reason(status: AccountStatus | str, reason: str | None) -> None:
    """Let whoever is approved be suspended with a reason alone; a claim is declined without one.

    Raises ``Refused``: ``reason_missing``.
    """
    if AccountStatus(status) == AccountStatus.APPROVED and len(reason or "") < SHORTEST_REASON:
        raise Refused("reason_missing")
