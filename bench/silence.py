"""An alarm that nobody answers for half an hour: how many are asked, called, and told of in its timeline.

The demo district, 1,407 or 33,000 on duty, every second one with the page open, every way out set up; the clock is
wound by hand. Run: ``python -m bench.silence [PEOPLE]``.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import func, insert, select

from server.alarm.jobs.escalation import take_due
from server.alarm.jobs.unanswered import time_out_due
from server.alarm.queries import nearby, posts, timelines
from server.alarm.rules.needs import DispatchLimits
from server.alarm.rules.search import Call
from server.alarm.service import views
from server.alarm.service.presses import Raising, Source
from server.alarm.service.raising import raise_or_join
from server.alarm.tables import alarms as alarm_alarms
from server.core.database import event_log
from server.core.database.migrate import upgrade
from server.core.database.transaction import Store
from server.core.geo import Point
from server.core.limits import Limits
from server.core.live.presence_rows import presence
from server.delivery import tables as delivery_tables
from server.delivery.rules.channels import AvailableChannels, ChannelName
from server.demo.district import DISTRICT_ID, make_district
from server.demo.people import GUARDS
from server.demo.seed import seed
from server.duty.tables import check_in, last_position
from tests.tools.keys import open_store

NOW = datetime(2026, 11, 22, 23, 15, tzinfo=UTC)
LIMITS = Limits(AvailableChannels(frozenset(ChannelName)))
MINUTES, TICK_S = 30, 1
SEATS = {"duty_leader": 1, "teacher": 1, "security": 2, "volunteer": 2, "police": 1}
ALARM_AT = 100


def fill(store: Store, people: int) -> int:
    """Make the district and put people on duty, spread over all posts; give how many came."""
    seed(store, now=NOW)
    paper, random = make_district(), Random(1)
    guards = paper.account[:GUARDS]
    came, seats = [], Counter[tuple[int, str]]()
    for number, row in enumerate(guards):
        post = paper.post[number * len(paper.post) // GUARDS]
        if people < GUARDS and seats[post["id"], row["category"]] == SEATS[row["category"]]:
            continue
        seats[post["id"], row["category"]] += 1
        came.append((row, post))
    with store.transaction(NOW) as transaction:
        connection = transaction.connection
        connection.execute(insert(check_in), [_duty(row, post) for row, post in came])
        duties = {row[0]: row[1] for row in connection.execute(select(check_in.c.account_id, check_in.c.id))}
        fixes = [_fix(duties[row["id"]], row, post, random) for row, post in came if random.random() < 2 / 3]
        connection.execute(insert(last_position), fixes)
        connection.execute(insert(presence), [_page(row) for row, _post in came[::2]])
    return len(came)


def _fix(duty: int, row: dict, post: dict, random: Random) -> dict:
    return {
        "account_id": row["id"],
        "check_in_id": duty,
        "latitude": post["latitude"] + random.gauss(0, 0.0005),
        "longitude": post["longitude"] + random.gauss(0, 0.0005),
        "accuracy_m": 10.0,
        "at": NOW - timedelta(seconds=random.randrange(400)),
    }


def _page(row: dict) -> dict:
    return {
        "socket": f"page-{row['id']}",
        "worker": "bench",
        "account_id": row["id"],
        "since": NOW,
        "seen_at": NOW + timedelta(hours=2),
    }


def _duty(row: dict, post: dict) -> dict:
    return {
        "account_id": row["id"],
        "post_id": post["id"],
        "category": row["category"],
        "peak": "morning_arrival",
        "shift": {},
        "date": NOW.date(),
        "starts_at": NOW,
        "ends_at": NOW + timedelta(hours=1),
        "at": NOW,
        "claimed_at": NOW,
        "verdict": "on_time",
        "minutes_late": 0,
        "flags": [],
        "verified": True,
    }


def play(store: Store) -> tuple[int, list[float]]:
    """Raise an alarm and let half an hour pass; give its number and how long each round that did something took."""
    with store.transaction(NOW) as transaction:
        post = posts.by_id(transaction.connection, ALARM_AT, DISTRICT_ID)
        assert post is not None
        press = Raising(post=post, source=Source.CONSOLE, actor_id=None, raised_by=None)
        begin = time.perf_counter()
        number = raise_or_join(transaction, press, LIMITS)["id"]
        taken = [(time.perf_counter() - begin) * 1000]
    for second in range(TICK_S, MINUTES * 60 + 1, TICK_S):
        now = NOW + timedelta(seconds=second)
        begin = time.perf_counter()
        if time_out_due(store, LIMITS, now) + take_due(store, LIMITS, now):
            taken.append((time.perf_counter() - begin) * 1000)
    return number, taken


def report(store: Store, number: int) -> None:
    """Print what such an alarm leaves behind."""
    with store.read() as connection:
        responses = Counter(
            connection.execute(
                select(alarm_alarms.response.c.tier).where(alarm_alarms.response.c.alarm_id == number)
            )
            .scalars()
            .all()
        )
        acts = Counter(line.act for line in timelines.entries(connection, [number]))
        sent = delivery_tables.message.c
        of_channel = select(sent.channel, func.count()).where(sent.alarm_id == number)
        calls = connection.execute(of_channel.group_by(sent.channel)).all()
        to_one = (
            select(func.count())
            .where(sent.channel == "sms", sent.alarm_id == number)
            .group_by(sent.account_id)
            .order_by(func.count().desc())
        )
        most = connection.execute(to_one.limit(1)).scalar()
        rooms = connection.execute(
            select(func.count())
            .where(sent.channel == "chat", sent.alarm_id == number)
            .group_by(sent.address)
            .limit(1)
        ).scalar()
        size = len(str(views.view(connection, number)))
        log = connection.execute(
            select(func.count(), func.sum(func.length(event_log.event.c.data))).select_from(event_log.event)
        ).one()
    print(f"asked: {sum(responses.values())}, by tier {dict(sorted(responses.items()))}")
    print(f"timeline: {sum(acts.values())} lines, {dict(acts)}")
    print(
        f"messages: {sum(n for _, n in calls)}, {dict(calls)}; SMS to one phone: {most}; to one room: {rooms}"
    )
    print(f"the alarm's whole state: {size:,} characters; event log: {log[0]} events, {log[1]:,} characters")


def reading(store: Store) -> str:
    """Time the reading of everybody, and of those near the alarm; the best of ten."""
    with store.read() as connection:
        post = posts.by_id(connection, ALARM_AT, DISTRICT_ID)
        assert post is not None
        call = Call(Point(post.latitude, post.longitude), ALARM_AT, None, NOW)

        def best_ms(work: Callable[[], object]) -> float:
            taken = []
            for _ in range(10):
                begin = time.perf_counter()
                work()
                taken.append((time.perf_counter() - begin) * 1000)
            return min(taken)

        everybody = best_ms(lambda: nearby.people_on_duty(connection, DISTRICT_ID, drill=False))
        limits = LIMITS[DispatchLimits]
        near = best_ms(lambda: nearby.Nearby(connection, call, limits, district_id=DISTRICT_ID, drill=False))
        return f"reading all of them {everybody:.1f} ms, those near an alarm {near:.1f} ms"


def main() -> None:
    """Measure and print."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 1407
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{Path(name) / 'silence.db'}"
        upgrade(url)
        store = open_store(url)
        came = fill(store, people)
        print(f"{came} on duty; {reading(store)}")
        number, taken = play(store)
        taken_sorted = sorted(taken[1:])
        print(
            f"raising {taken[0]:.0f} ms; {len(taken_sorted)} rounds, median "
            f"{taken_sorted[len(taken_sorted) // 2]:.0f} ms, worst {taken_sorted[-1]:.0f} ms"
        )
        report(store, number)
        store.close()


if __name__ == "__main__":
    main()
