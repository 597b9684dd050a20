"""People who write while faults happen: check-ins and alarms, each tried until answered, as a phone does."""

import itertools
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import requests
from sqlalchemy import select

from bench.bench_district import BenchDistrict
from server.alarm.tables.alarms import alarm
from server.duty.tables import check_in

A_SECOND, ALARM_EVERY_S, ALARM_LASTS_S = 5, 3.0, 30.0
TRY_FOR_S, ANSWER_WITHIN_S, MOST_PAUSE_S = 120.0, 10.0, 4.0
STANDING_POSTS, STANDING, WRITERS = 40, 7, 10


@dataclass
class Writing:
    """What was acknowledged (by number: whose), how each try ended, and how long each write took."""

    districts: tuple[BenchDistrict, BenchDistrict]
    a_second: float = A_SECOND
    check_ins: dict[int, int] = field(default_factory=dict)
    alarms: dict[int, int] = field(default_factory=dict)
    resolved: set[int] = field(default_factory=set)
    tries: Counter = field(default_factory=Counter)
    took_s: list[float] = field(default_factory=list)
    under_way: int = 0
    paused: bool = False

    def begin(self) -> None:
        """Man some posts, then write on and on in threads of the background."""
        district = self.districts[0]
        by_post = district.guards_by_post()
        posts = list(by_post)[:STANDING_POSTS]
        for number, post in enumerate(posts):
            for guard in by_post[post][:STANDING]:
                self.check_in(guard, post, number)
        self.standing = [(by_post[post][seat], post) for seat in range(STANDING) for post in posts]
        coming = [(guard, post) for post, guards in by_post.items() for guard in guards[STANDING:33]]
        self._coming = itertools.count(), coming
        for number in range(WRITERS):
            threading.Thread(target=self._write_on, args=(number,), daemon=True).start()
        threading.Thread(target=self._raise_on, daemon=True).start()

    def pause(self, within_s: float = 30.0) -> bool:
        """Begin nothing new and wait for what is under way; tells whether all of it ended."""
        self.paused = True
        until = time.monotonic() + within_s
        while self.under_way and time.monotonic() < until:
            time.sleep(0.05)
        return not self.under_way

    def lost(self) -> list[int]:
        """List what was acknowledged and is not kept, or is kept for somebody else or in another state."""
        with self.districts[0].store.read() as connection:
            kept = dict(connection.execute(select(check_in.c.id, check_in.c.account_id)).all())
            raised = dict(connection.execute(select(alarm.c.id, alarm.c.state)).all())
        gone = [number for number, guard in list(self.check_ins.items()) if kept.get(number) != guard]
        gone += [number for number in list(self.alarms) if number not in raised]
        return gone + [number for number in list(self.resolved) if raised.get(number) == "open"]

    def check_in(self, guard: int, post: int, pin: int) -> None:
        """Check a guard in; the worker is another one after each failure."""
        body = self.districts[0].check_in_body(guard, post)
        told = self._until_answered(guard, "/api/check-ins", body, pin)
        if told is not None:
            self.check_ins[told["id"]] = guard

    def _write_on(self, number: int) -> None:
        counter, coming = self._coming
        while True:
            time.sleep(WRITERS / self.a_second)
            if not self.paused:
                guard, post = coming[next(counter) * 37 % len(coming)]
                self.check_in(guard, post, number)

    def _raise_on(self) -> None:
        for number, (guard, post) in enumerate(itertools.cycle(self.standing)):
            time.sleep(ALARM_EVERY_S)
            while self.paused:
                time.sleep(0.1)
            threading.Thread(target=self._alarm, args=(guard, post, number), daemon=True).start()

    def _alarm(self, guard: int, post: int, pin: int) -> None:
        body = {"request_id": str(uuid4()), "post_id": post, "fix": None}
        told = self._until_answered(guard, "/api/alarms", body, pin)
        if told is None:
            return
        self.alarms[told["id"]] = guard
        time.sleep(ALARM_LASTS_S)
        finding = {"request_id": str(uuid4()), "outcome": "test", "finding": "A measurement."}
        path = f"/api/alarms/{told['id']}/resolution"
        if self._until_answered(self.districts[0].console("dispatcher"), path, finding, pin + 1):
            self.resolved.add(told["id"])

    def _until_answered(self, account: int, path: str, body: dict, pin: int) -> dict[str, Any] | None:
        began = time.monotonic()
        self.under_way += 1
        try:
            for number in itertools.count():
                answer = self._try(account, path, body, self.districts[(pin + number) % 2])
                if answer is not None and answer.status_code < 500:
                    self.took_s.append(time.monotonic() - began)
                    return answer.json() if answer.ok else None
                if time.monotonic() - began > TRY_FOR_S:
                    return None
                time.sleep(min(MOST_PAUSE_S, 2.0**number))
        finally:
            self.under_way -= 1

    def _try(self, account: int, path: str, body: dict, district: BenchDistrict) -> requests.Response | None:
        token, csrf = district.passes[account]
        headers = {"Cookie": f"huxue={token}", "X-CSRF-Token": csrf}
        try:
            answer = requests.post(
                district.server.url + path, json=body, headers=headers, timeout=ANSWER_WITHIN_S
            )
        except requests.RequestException as why:
            self.tries[type(why).__name__] += 1
            return None
        code = "" if answer.ok else f" {answer.json().get('code')}"
        self.tries[f"{answer.status_code}{code}"] += 1
        return answer
