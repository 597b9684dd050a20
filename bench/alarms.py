"""What alarms cost a process: CPU time and statements of raising one, of an answer and of the clock's steps.

The demo district with 603 people on duty (three at each post), each with an open page and a phone that may be woken.

Run: .venv/bin/python -m bench.alarms [sqlite | postgresql] [--profile]
"""

import cProfile
import pstats
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy import insert

from bench.bench_district import furnish, load, quantile
from deploy.programs import postgres
from server.alarm.jobs.escalation import take_due
from server.app import create_app
from server.config import read_settings
from server.core.database.migrate import upgrade
from server.core.database.transaction import Store
from server.core.live import presence_rows
from server.delivery.tables import push_subscription
from server.demo.district import DemoDistrict
from server.duty.tables import check_in
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.keys import TEST_KEYS
from tests.tools.statements import counted

Work = Callable[[], object]
PROFILE = cProfile.Profile(time.process_time)
HEADS_A_POST, ALARMS, STEP_S = 3, 40, 31


def on_duty(store: Store, paper: DemoDistrict, now: datetime) -> dict[int, list[int]]:
    """Put three people of each post's school on duty; gives them by post."""
    post_of = {row["school_id"]: row["id"] for row in paper.post}
    found: dict[int, list[int]] = {row["id"]: [] for row in paper.post}
    rows = []
    for row in paper.account:
        post = post_of.get(row["school_id"])
        if row["role"] != "guard" or row["status"] != "approved" or post is None:
            continue
        if len(found[post]) == HEADS_A_POST:
            continue
        found[post].append(row["id"])
        rows.append(_duty(row["id"], post, row["category"], now))
    with store.transaction(now) as transaction:
        transaction.connection.execute(insert(check_in), rows)
    return found


def _duty(account: int, post: int, category: str, now: datetime) -> dict[str, object]:
    return {
        "account_id": account,
        "post_id": post,
        "category": category,
        "peak": "morning_arrival",
        "shift": {},
        "date": now.date(),
        "starts_at": now,
        "ends_at": now + timedelta(hours=1),
        "at": now,
        "claimed_at": now,
        "verdict": "on_time",
        "minutes_late": 0,
        "flags": [],
        "verified": True,
    }


def reachable(store: Store, accounts: list[int], now: datetime) -> None:
    """Let people have a page open and a phone that may be woken."""
    sockets = {f"page-{account}": account for account in accounts}
    browsers = [
        {
            "account_id": account,
            "endpoint_hash": f"{account:064}",
            "endpoint": f"https://push.example/{account}",
            "p256dh": "p",
            "auth": "a",
            "created_at": now,
            "failures": 0,
        }
        for account in accounts
    ]
    with store.transaction(now) as transaction:
        later = now + timedelta(hours=12)
        presence_rows.enter(transaction.connection, sockets, worker="bench", now=later)
        transaction.connection.execute(insert(push_subscription), browsers)


def measure(name: str, store: Store, works: list[Work], after: Work = lambda: None) -> None:
    """Do some works, count the statements of the first and print what each of the others took."""
    with counted(store) as heard:
        works[0]()
    after()
    took = []
    for work in works[1:]:
        with profiled():
            began = time.process_time()
            work()
            took.append((time.process_time() - began) * 1000)
        after()
    if "--profile" in sys.argv:
        pstats.Stats(PROFILE).sort_stats("tottime").print_stats(40)
    if "--told" in sys.argv:
        print(heard.told())
    said = f"{len(heard.work)} statements, {len(heard.locks)} locks"
    print(
        f"{name:32} {said:28} p50 {quantile(took, 0.5):6.1f} ms  p90 {quantile(took, 0.9):6.1f} ms of CPU time"
    )


def run(url: str) -> None:
    """Measure on one database."""
    upgrade(url)
    store, paper, _passes = furnish(url)
    store.close()
    clock = WoundClock(datetime.now(UTC))
    settings = {
        "HUXUE_MODE": "demo",
        "HUXUE_KEYS": TEST_KEYS,
        "HUXUE_DATABASE_URL": url,
        "HUXUE_ENGINE": "threads",
    }
    app = create_app(read_settings(settings), now=clock.now)
    store = app.extensions["huxue"].store
    guards = on_duty(store, paper, clock.now())
    consoles = [row["id"] for row in paper.account if row["role"] != "guard"]
    people = [account for post in guards.values() for account in post]
    reachable(store, [*people, *consoles], clock.now())
    print(f"{len(people)} on duty, {store.engine.dialect.name}; {load()}")
    raised = _alarms(app, store, paper, guards, clock)
    _answers(app, store, set(people), raised, clock)
    _steps(app, store, clock)
    store.close()


def _alarms(
    app: Flask, store: Store, paper: DemoDistrict, guards: dict[int, list[int]], clock: WoundClock
) -> list[dict]:
    """Raise alarms one by one, each ended before the next; then as many that stay open, and give them."""
    codes = {row["post_id"]: row["code"] for row in paper.post_code}
    # Far enough from each other that none joins another.
    posts = list(guards)[:: len(guards) // (ALARMS + 2)][: ALARMS + 1]
    raisers = {post: Caller(app, guards[post][0], clock.now()) for post in posts}
    raised: dict[int, dict] = {}
    dispatcher = Caller(
        app, next(row["id"] for row in paper.account if row["role"] == "dispatcher"), clock.now()
    )

    def press(post: int) -> None:
        answer = raisers[post].post("/api/alarms", {"post_code": codes[post]})
        assert answer.status_code == 201, answer.text
        raised[post] = answer.json

    def end() -> None:
        for number in [one["id"] for one in raised.values()]:
            said = {"outcome": "false", "finding": "bench"}
            answer = dispatcher.post(f"/api/alarms/{number}/resolution", said)
            assert answer.status_code == 200, answer.text
        raised.clear()

    press(posts[0])
    end()
    measure("an alarm raised", store, [partial(press, post) for post in posts[1:]], after=end)
    measure(f"one beside up to {len(posts)} others", store, [partial(press, post) for post in posts])
    return list(raised.values())


def _answers(app: Flask, store: Store, guards: set[int], raised: list[dict], clock: WoundClock) -> None:
    """Let the first guard who was asked to each of some alarms be on his way, then be there."""

    def answer(alarm: dict, caller: Caller, state: str) -> None:
        got = caller.post(f"/api/alarms/{alarm['id']}/responses", {"state": state})
        assert got.status_code == 200, got.text

    first = [
        next(one["account_id"] for one in alarm["responses"] if one["account_id"] in guards)
        for alarm in raised
    ]
    callers = [Caller(app, account, clock.now()) for account in first[:20]]
    for state in ("responding", "on_scene"):
        works: list[Work] = [
            partial(answer, alarm, caller, state) for alarm, caller in zip(raised, callers, strict=False)
        ]
        measure(f"an answer: {state}", store, works)


def _steps(app: Flask, store: Store, clock: WoundClock) -> None:
    """Let the clock take the steps that are due, as many alarms as it takes in a round."""
    for number in range(3):
        clock.wind(seconds=STEP_S)
        with counted(store) as heard, profiled():
            began = time.process_time()
            steps = take_due(store, app.extensions["huxue"].limits, clock.now())
            took = (time.process_time() - began) * 1000
        print(
            f"the clock, round {number + 1}: {steps} steps of {heard.writes_of('ladder_step')} alarms, "
            f"{len(heard.work) / steps:.0f} statements and {took / steps:.1f} ms of CPU time a step"
        )


@contextmanager
def profiled() -> Iterator[None]:
    """Note where the time goes, where that is asked for."""
    if "--profile" not in sys.argv:
        yield
        return
    PROFILE.enable()
    yield
    PROFILE.disable()


def main() -> None:
    """Measure on SQLite or PostgreSQL."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "postgresql" not in sys.argv:
            run(f"sqlite:///{folder}/huxue.db")
            return
        with postgres.running(folder) as server:
            upgrade(server.template_url())
            run(server.fresh_url())


if __name__ == "__main__":
    main()
