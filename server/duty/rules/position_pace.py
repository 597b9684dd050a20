"""How often a phone on duty is asked for its position: more seldom where many send theirs, or check-ins wait."""

from math import ceil

QUICKEST_S, SLOWEST_S = 30, 120
# What one process takes beside all else without being felt: all of a district every two minutes.
A_SECOND = 275
# Check-ins that wait for longer than a blink: positions can wait, people at a gate cannot.
MANY_WAITING = 100


def next_after_s(*, phones: int, check_ins_waiting: int) -> int:
    """Give the seconds after which a phone sends its position again; ``phones`` are those that send theirs."""
    if check_ins_waiting >= MANY_WAITING:
        return SLOWEST_S
    return min(max(ceil(phones / A_SECOND), QUICKEST_S), SLOWEST_S)
