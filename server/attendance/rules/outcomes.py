"""What became of a peak at a post, and of each person's part in it: worked out of the log alone.

The definitions stand here; docs/attendance.md and the console's page say them in the same words. Of a peak at a post:

- *required*: heads by group, by the strictest rule of staffing of that day.
- *on duty* (``present``): people with a verified check-in who were there after the start. A confirmed check-in counts
  from its arrival, however late it was confirmed; one that waited in a phone counts from the time that it claims.
- *late*: those on duty whose first verified check-in was late; *on time* are all others on duty.
- *arrivals*: those on duty by when they first came, as verified, in bands of five minutes around the start.
- *unverified* (``waiting``): people with check-ins of which nobody confirmed any.
- *missing*: required heads less those on duty, group by group; too many of one group never stand in for another.
- *planned*: people with an account who were on the plan. *No-show* (``absent``): those of them who had not checked in
  here when the peak was closed, nor did later. Without a plan for the peak neither is known.
- *replaced*: no-shows in whose place somebody of the same group came who was not planned.
- *covered minutes*: minutes of the peak at full composition. *Required minutes*: its length; 0 where nobody is asked.
- *service* (``minutes``): from the arrival to the check-out, at most until the duty is closed by the clock; until the
  end of the peak where nobody checked out. Only verified people serve.

No figure depends on the order in which the log is read, nor on how a stay is divided into several.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from operator import itemgetter

from server.attendance.rules.arrivals import banded
from server.core.access.roles import Group
from server.places.rules.composition import Composition

MINUTE = timedelta(minutes=1)
# A post's peak on a local date.
PeakKey = tuple[int, date, str]


class Standing(StrEnum):
    """How a person's part in a peak counts."""

    ON_TIME = "on_time"
    LATE = "late"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Presence:
    """A stay at a post as the log has it; ``starts_at`` is the start of the peak that it was for."""

    account_id: int
    group: Group
    verified: bool
    late: bool
    starts_at: datetime
    arrived_at: datetime
    left_at: datetime

    @property
    def stood(self) -> bool:
        """Tell whether somebody was there after the start."""
        return self.left_at > max(self.starts_at, self.arrived_at)


@dataclass(frozen=True, slots=True)
class ClosedPeak:
    """A peak that is over: from when to when it was, and the heads that it required."""

    starts_at: datetime
    ends_at: datetime
    required: Composition


@dataclass(frozen=True, slots=True)
class Plan:
    """How many people were planned, and who of them, in which group, had not come when the peak was closed."""

    heads: Composition
    missed: tuple[tuple[int, Group], ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """A person's part in a peak, its whole minutes, and when he first came; neither before it is verified."""

    standing: Standing
    minutes: int
    arrived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a peak at a post; ``planned``, ``absent`` and ``replaced`` are ``None`` without a plan."""

    required: Composition
    present: Composition
    late: Composition
    waiting: Composition
    planned: Composition | None
    absent: Composition | None
    replaced: Composition | None
    required_minutes: int
    covered_minutes: int
    served_minutes: int
    # How many people's records somebody corrected.
    corrected: int = 0
    # How many of those on duty came in each band around the start (``arrivals``); rows of before had none.
    arrivals: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class PeakOutcome:
    """A peak of a post that is closed, and what became of it."""

    post_id: int
    date: date
    peak: str
    starts_at: datetime
    ends_at: datetime
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """A person's month: duties on time and late, whole minutes of service, unverified ones, and no-shows."""

    on_time: int = 0
    late: int = 0
    minutes: int = 0
    unverified: int = 0
    no_shows: int = 0

    @property
    def duties(self) -> int:
        """Count the verified duties."""
        return self.on_time + self.late


def outcome_of(peak: ClosedPeak, plan: Plan | None, stays: Iterable[Presence]) -> Outcome:
    """Work out what became of a peak from all stays at its post for it."""
    by_person = _by_person(stays)
    services = {person: service_of(own) for person, own in by_person.items()}
    groups = {person: own[0].group for person, own in by_person.items()}

    def count(*standings: Standing) -> Composition:
        return Composition.count(
            groups[person]
            for person, one in services.items()
            if one is not None and one.standing in standings
        )

    present = count(Standing.ON_TIME, Standing.LATE)
    absent = _absent(plan, by_person) if plan else None
    return Outcome(
        required=peak.required,
        present=present,
        late=count(Standing.LATE),
        waiting=count(Standing.UNVERIFIED),
        planned=plan.heads if plan else None,
        absent=absent,
        replaced=_replaced(plan.heads, absent, present) if plan and absent else None,
        required_minutes=(peak.ends_at - peak.starts_at) // MINUTE if peak.required.total else 0,
        covered_minutes=_covered(peak, by_person.values()) // MINUTE,
        served_minutes=sum(one.minutes for one in services.values() if one is not None),
        arrivals=banded(
            (one.arrived_at for one in services.values() if one is not None and one.arrived_at is not None),
            peak.starts_at,
        ),
    )


def service_of(stays: Sequence[Presence]) -> Service | None:
    """Judge one person's stays at one post's peak; ``None`` for somebody who was gone before the start."""
    verified = [one for one in stays if one.verified]
    if not any(one.stood for one in verified):
        return Service(Standing.UNVERIFIED, 0) if any(one.stood for one in stays) else None
    first = min(verified, key=lambda one: (one.arrived_at, one.late))
    spans = merged((one.arrived_at, one.left_at) for one in verified)
    minutes = sum((end - start for start, end in spans), timedelta()) // MINUTE
    return Service(Standing.LATE if first.late else Standing.ON_TIME, minutes, first.arrived_at)


def month_of(peaks: Iterable[Sequence[Presence]], *, no_shows: int) -> MonthFigures:
    """Add up a person's month, given his stays at each post's peak."""
    services = [one for one in map(service_of, peaks) if one is not None]
    counted = Counter(one.standing for one in services)
    return MonthFigures(
        on_time=counted[Standing.ON_TIME],
        late=counted[Standing.LATE],
        minutes=sum(one.minutes for one in services),
        unverified=counted[Standing.UNVERIFIED],
        no_shows=no_shows,
    )


def merged(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Join spans of time that meet or overlap, in order of time."""
    found: list[tuple[datetime, datetime]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _by_person(stays: Iterable[Presence]) -> dict[int, list[Presence]]:
    found: defaultdict[int, list[Presence]] = defaultdict(list)
    for one in sorted(stays, key=lambda one: (one.account_id, one.arrived_at, one.left_at, one.group)):
        found[one.account_id].append(one)
    return found


def _absent(plan: Plan, came: dict[int, list[Presence]]) -> Composition:
    return Composition.count(group for person, group in dict(plan.missed).items() if person not in came)


def _replaced(planned: Composition, absent: Composition, present: Composition) -> Composition:
    # Who came beyond those of the plan who came, and no more of them than were missed.
    came = planned.missing(absent)
    return absent.filled(present.missing(came))


def _covered(peak: ClosedPeak, people: Iterable[Sequence[Presence]]) -> timedelta:
    """Add up the time of a peak at full composition."""
    if peak.required.total == 0:
        return timedelta()
    here: Counter[Group] = Counter()
    required = [(group, peak.required.of(group)) for group in Group]
    covered = timedelta()
    for (at, group, step), (until, _group, _step) in pairwise([*_steps(peak, people), _end(peak)]):
        if step:
            here[group] += step
        if until > at and all(here[one] >= heads for one, heads in required):
            covered += until - at
    return covered


_Step = tuple[datetime, Group, int]


def _end(peak: ClosedPeak) -> _Step:
    return (peak.ends_at, Group.STAFF, 0)


def _steps(peak: ClosedPeak, people: Iterable[Sequence[Presence]]) -> Iterator[_Step]:
    """Give who comes and goes within a peak, in order of time, beginning with its start."""
    found: list[_Step] = [(peak.starts_at, Group.STAFF, 0)]
    for stays in people:
        verified = ((one.arrived_at, one.left_at) for one in stays if one.verified)
        for start, end in merged(verified):
            begin, until = max(start, peak.starts_at), min(end, peak.ends_at)
            if begin < until:
                found += [(begin, stays[0].group, 1), (until, stays[0].group, -1)]
    return iter(sorted(found, key=itemgetter(0)))
