"""The curve of arrivals: how many seats were filled at each minute of a peak."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.core.access.roles import Group
from server.places.rules.composition import Composition


@dataclass(frozen=True, slots=True)
class Stay:
    """A verified person at a post: counted ``[since, until)``; ``None`` while still there."""

    post_id: int
    group: Group
    since: datetime
    until: datetime | None


def filled_seats(
    stays: Iterable[Stay], required: Mapping[int, Composition], at: Sequence[datetime]
) -> list[int]:
    """Count the filled seats of all posts at some moments, which are given in order of time.

    One definition on every page: verified heads that fill a seat; too many of one group stand in for no other.
    """
    steps: list[tuple[datetime, int, int, Group]] = []
    for stay in stays:
        if stay.until is None or stay.until > stay.since:
            steps.append((stay.since, 1, stay.post_id, stay.group))
            if stay.until is not None:
                steps.append((stay.until, -1, stay.post_id, stay.group))
    steps.sort(key=lambda step: step[0])
    here: Counter[tuple[int, Group]] = Counter()
    filled, done, counts = 0, 0, []
    for moment in at:
        while done < len(steps) and steps[done][0] <= moment:
            _at, change, post_id, group = steps[done]
            seats = required[post_id].of(group)
            before = min(here[post_id, group], seats)
            here[post_id, group] += change
            filled += min(here[post_id, group], seats) - before
            done += 1
        counts.append(filled)
    return counts
