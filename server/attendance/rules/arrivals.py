"""When people on duty came, in bands of five minutes around the start of a peak."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

# Minutes after the start at which a band begins; what is before the first of them is a band, too.
EDGES = tuple(range(-20, 21, 5))
BANDS = len(EDGES) + 1
MINUTE = timedelta(minutes=1)


def band_of(arrived_at: datetime, starts_at: datetime) -> int:
    """Give the band of an arrival: 0 is earlier than all edges; a band holds the minute at which it begins."""
    return bisect_right(EDGES, (arrived_at - starts_at) // MINUTE)


def banded(arrivals: Iterable[datetime], starts_at: datetime) -> tuple[int, ...]:
    """Count arrivals by band, the earliest first."""
    counted = Counter(band_of(one, starts_at) for one in arrivals)
    return tuple(counted[band] for band in range(BANDS))


def edges_of(band: int) -> tuple[int | None, int | None]:
    """Give from and until how many minutes after the start a band lasts; ``None``: it has no end there."""
    return (EDGES[band - 1] if band else None, EDGES[band] if band < len(EDGES) else None)
