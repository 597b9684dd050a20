"""How far a swap of duties has come, until when it is made, and who says yes to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.core.refused import Refused


class SwapState(StrEnum):
    """A duty is offered, somebody takes it, the school (or a rule) agrees; or it ends in another way.

    ::

        open ──► taken ──► agreed
          ▲        │ ├──► refused
          └────────┘ └──► withdrawn, over

    Until it is agreed each duty stays whose it is.
    """

    OPEN = "open"
    TAKEN = "taken"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OVER = "over"


GOES_ON = (SwapState.OPEN, SwapState.TAKEN)


@dataclass(frozen=True, slots=True)
class SwapLimits:
    """Whether a swap that breaks no rule needs no school's word, and how long before the first duty it must stand."""

    by_rule: bool = False
    hours: int = 2


def open_until(starts: Iterable[datetime], limits: SwapLimits) -> datetime:
    """Give until when a swap of duties that start at some times can be made."""
    return min(starts) - timedelta(hours=limits.hours)


def require_in_time(starts: Iterable[datetime], now: datetime, limits: SwapLimits) -> None:
    """Let a swap be made before its deadline. Raises ``Refused``: ``too_late_to_swap`` (hours)."""
    if now >= open_until(starts, limits):
        raise Refused("too_late_to_swap", hours=limits.hours)


def require_open(state: SwapState) -> None:
    """Let somebody take what nobody took yet. Raises ``Refused``: ``swap_taken``, ``swap_over``."""
    if state in {SwapState.TAKEN, SwapState.AGREED}:
        raise Refused("swap_taken")
    if state is not SwapState.OPEN:
        raise Refused("swap_over")


def require_taken(state: SwapState) -> None:
    """Let a school decide about what somebody took and nobody decided. Raises ``Refused``: ``swap_over``."""
    if state is not SwapState.TAKEN:
        raise Refused("swap_over")


def left_by(state: SwapState, *, is_owner: bool) -> SwapState:
    """Give the state after somebody of the two steps back: the taker lets it be open again, the owner ends it.

    Raises ``Refused``: ``swap_over`` where it was agreed or has ended.
    """
    if state not in GOES_ON or (state is SwapState.OPEN and not is_owner):
        raise Refused("swap_over")
    return SwapState.WITHDRAWN if is_owner else SwapState.OPEN
