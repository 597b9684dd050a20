"""How many SMS of a month are left for what is no alarm: beyond them it is held back, alarms and codes never."""

from dataclasses import dataclass
from datetime import datetime

# What is counted and may be held back. A code lets somebody in, a test was pressed for, a unit's link is an alarm's.
COUNTED = frozenset(
    {"duty_change", "duty_lend", "duty_nudge", "duty_reminder", "stand_in_offer", "swap_off", "unused_notice"}
)


@dataclass(frozen=True, slots=True)
class SmsBudget:
    """How many SMS of duties and notices a district may send in a month; 0: as many as there are."""

    a_month: int = 0


def month_of(local: datetime) -> str:
    """Give the month of a local time: ``2026-11``."""
    return f"{local:%Y-%m}"


def granted(wanted: int, sent: int, budget: SmsBudget) -> int:
    """Give how many of some SMS may go where so many have gone this month."""
    return wanted if not budget.a_month else max(0, min(wanted, budget.a_month - sent))
