"""How long the choice of responders takes among 33,000 people on duty, next to one plain numpy dot product.

Run: ``python -m bench.responders``. The ratio is what compares between machines.
"""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np

from server.alarm.rules.alarm import AlarmKind
from server.alarm.rules.dispatch import choose, complete_for_kind, next_responder
from server.alarm.rules.engagement import Bound
from server.alarm.rules.nearest import Candidate, Field
from server.alarm.rules.needs import DispatchLimits
from server.alarm.rules.search import Call
from server.core.access.roles import Category, Group
from server.core.geo import Point

PEOPLE, POSTS, ROUNDS = 33_000, 201, 200
NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
CATEGORIES = (
    *(Category.DUTY_LEADER, Category.TEACHER, Category.SECURITY, Category.SECURITY),
    *(Category.VOLUNTEER, Category.VOLUNTEER, Category.POLICE),
)


def crowd(random: Random) -> list[Candidate]:
    """Spread people over posts of a district some 20 km wide; two of three have a fresh fix."""
    posts = [Point(31.85 + random.random() * 0.2, 117.2 + random.random() * 0.2) for _ in range(POSTS)]
    people = []
    for number in range(PEOPLE):
        post = number % POSTS
        has_fix = random.random() < 2 / 3
        north, east = random.gauss(0, 0.0005), random.gauss(0, 0.0005)
        people.append(
            Candidate(
                account_id=number + 1,
                category=CATEGORIES[random.randrange(len(CATEGORIES))],
                post_id=post + 1,
                post_point=posts[post],
                fix_point=Point(posts[post].latitude + north, posts[post].longitude + east)
                if has_fix
                else None,
                fix_at=NOW - timedelta(seconds=random.randrange(400)) if has_fix else None,
                verified=random.random() < 0.9,
                bound=Bound.ASKED if random.random() < 0.01 else Bound.FREE,
            )
        )
    return people


def milliseconds(work: Callable[[], object]) -> list[float]:
    """Time a piece of work again and again by the CPU it takes."""
    taken = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        work()
        taken.append((time.process_time() - begin) * 1000)
    return taken


def main() -> None:
    """Measure and print."""
    people = crowd(Random(1))
    begin = time.process_time()
    field = Field(people)
    built_ms = (time.process_time() - begin) * 1000
    spot = people[0].post_point
    call = Call(point=spot, post_id=1, kind=None, now=NOW)
    told = Call(point=spot, post_id=1, kind=AlarmKind.INTRUDER, now=NOW)
    limits = DispatchLimits()
    asked = {one.account_id for one in choose(field, call, asked={1}, limits=limits).responders}
    vectors, one = np.random.default_rng(1).random((PEOPLE, 3)), np.array([0.1, 0.2, 0.97])
    plain = statistics.median(milliseconds(lambda: vectors @ one))
    print(f"{PEOPLE} people: a plain dot product {plain:.3f} ms; made into arrays once, {built_ms:.0f} ms")
    for name, work in (
        ("first choice, three tiers", lambda: choose(field, call, asked={1}, limits=limits)),
        (
            "completed for a kind",
            lambda: complete_for_kind(field, told, asked=asked, standing={}, limits=limits),
        ),
        (
            "one more in somebody's stead",
            lambda: next_responder(field, call, tier=2, group=Group.SECURITY, asked=asked, limits=limits),
        ),
    ):
        taken = sorted(milliseconds(work))
        middle, high = statistics.median(taken), taken[int(len(taken) * 0.99)]
        print(f"{name}: median {middle:.2f} ms, p99 {high:.2f} ms, {middle / plain:.0f} × the dot product")


if __name__ == "__main__":
    main()
