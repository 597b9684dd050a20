"""Past weeks of the demo's attendance: figures drawn by chance, of peaks that nobody stood at."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from server.attendance.queries import outcomes
from server.attendance.rules.arrivals import banded
from server.attendance.rules.outcomes import Outcome, PeakOutcome
from server.attendance.tables import peak_outcome
from server.core.access.roles import Group
from server.core.database.many_rows import batched
from server.core.database.transaction import Store
from server.places.rules.composition import Composition
from server.places.rules.days import SATURDAY
from server.places.tables import post

WEEKS = 12
PEAKS = {"morning_arrival": (time(7, 20), time(8)), "afternoon_dismissal": (time(16, 30), time(17, 10))}
MINUTES = 40
# From arrival to the end.
STAY_MINUTES = 47
EARLIEST_MINUTES = 24
ROWS_AT_ONCE = 500


def keep_attendance(store: Store, *, district_id: int, zone: str, now: datetime) -> None:
    """Let the demo district have some weeks of attendance behind it, where it has none."""
    with store.read() as connection:
        if connection.execute(select(peak_outcome.c.post_id).limit(1)).first() is not None:
            return
        posts = _posts(connection, district_id)
    rows = list(_rows(posts, ZoneInfo(zone), now))
    with store.transaction(now) as transaction:
        # What the clock writes begins now.
        outcomes.keep_untils(transaction.connection, dict.fromkeys(posts, now))
    for some in batched(rows, ROWS_AT_ONCE):
        with store.transaction(now) as transaction:
            outcomes.write(transaction.connection, some, now)


def _posts(connection: Connection, district_id: int) -> dict[int, Composition]:
    query = select(post.c.id, post.c.composition).where(post.c.district_id == district_id).order_by(post.c.id)
    return {row.id: Composition.from_dict(row.composition) for row in connection.execute(query)}


def _rows(posts: dict[int, Composition], zone: ZoneInfo, now: datetime) -> Iterator[PeakOutcome]:
    random, today = Random("attendance of the demo"), now.astimezone(zone).date()
    early = Random("arrivals of the demo")
    first = today - timedelta(days=today.weekday(), weeks=WEEKS)
    days = [first + timedelta(days=step) for step in range((today - first).days)]
    for post_id, required in posts.items():
        good, slope = 0.993 - 0.12 * random.betavariate(1, 6), random.uniform(-0.004, 0.004)
        for on in days:
            if on.weekday() < SATURDAY:
                chance = min(0.995, max(0.4, good + slope * ((on - first).days / 7 - WEEKS / 2)))
                for peak, (starts, ends) in PEAKS.items():
                    began = _at(on, starts, zone)
                    made = _outcome(random, early, required, chance, began)
                    yield PeakOutcome(post_id, on, peak, began, _at(on, ends, zone), made)


def _at(on: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, at, zone)


def _outcome(
    random: Random, early: Random, required: Composition, chance: float, starts_at: datetime
) -> Outcome:
    """Draw who came: each seat with a chance, some late, some unverified, some in the place of another.

    ``early`` draws how long before the start people come.
    """
    minutes: list[int] = []
    present, late, waiting, absent, replaced = (dict.fromkeys(Group, 0) for _count in range(5))
    gap = 0
    for group in Group:
        for _seat in range(required.of(group)):
            drawn = random.random()
            if drawn < chance:
                present[group] += 1
                if random.random() > chance:
                    late[group] += 1
                    minutes.append(random.randint(6, 18))
                    gap = max(gap, minutes[-1])
                else:
                    minutes.append(-early.randint(1, EARLIEST_MINUTES))
            elif drawn < chance + (1 - chance) / 4:
                waiting[group] += 1
                gap = MINUTES
            else:
                absent[group] += 1
                if random.random() < 1 / 2:
                    replaced[group] += 1
                    present[group] += 1
                    minutes.append(random.randint(8, 20))
                    gap = max(gap, minutes[-1])
                else:
                    gap = MINUTES
    heads = sum(present.values())
    return Outcome(
        required=required,
        planned=required,
        present=_heads(present),
        late=_heads(late),
        waiting=_heads(waiting),
        absent=_heads(absent),
        replaced=_heads(replaced),
        required_minutes=MINUTES,
        covered_minutes=MINUTES - min(gap, MINUTES),
        served_minutes=heads * STAY_MINUTES - sum(late.values()) * 10,
        arrivals=banded((starts_at + timedelta(minutes=one) for one in minutes), starts_at),
    )


def _heads(by_group: dict[Group, int]) -> Composition:
    return Composition(**{group.value: number for group, number in by_group.items()})
