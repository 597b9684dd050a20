"""A simulated page that follows the news as pwa/src/lib/feed.ts does: batches, gaps filled over HTTP, polling."""

import random
import threading
import time
from collections import Counter
from queue import Empty, Queue
from typing import Any

import requests

from tests.tools.line import Line

TICK_S, SOCKET_PATIENCE_S, JITTER_S, RETRY_S, FETCH_WITHIN_S = 0.5, 4.0, 1.5, 3.0, 10.0
RETRY_MOST_S = 15.0
CONSOLE_SILENCE_S, CONSOLE_POLL_S = 8.0, 2.0
PHONE_SILENCE_S, PHONE_POLL_S = 37.5, 15.0
ALARMED_SILENCE_S, ALARMED_POLL_S = 7.5, 2.0

Rows = dict[int, dict[str, Any]]


class TooOld(Exception):
    """Only a full fetch helps."""


class Screen:
    """A console's page, or a phone's: its posts' lines and alarms, and how it came by them.

    ``counts`` says how often it fetched everything, caught up, polled, and failed. ``versions`` lists every
    version of an alarm that it took over, each once and rising when nothing is told twice.
    """

    def __init__(self, url: str, token: str, *, console: bool = True) -> None:
        self.url, self.console = url, console
        self.lines: Rows = {}
        self.alarms: Rows = {}
        self.epoch, self.last = "", -1
        self.mode = "connecting"
        self.stale_since: float | None = None
        self.counts: Counter[str] = Counter()
        self.versions: list[tuple[int, int]] = []
        self._headers = {"Cookie": f"huxue={token}"}
        self._news: Queue[tuple[str, Any]] = Queue()
        self._over = threading.Event()
        self._catching_up = False
        self._wanted_at: float | None = None
        self._heard_at = self._connecting_since = time.monotonic()
        self._asked_at = self._failed_at = 0.0
        self._failures, self._retry_s, self._patience_s = 0, RETRY_S, SOCKET_PATIENCE_S
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._line = Line(url, token, lambda name, data: self._news.put((name, data)))

    def close(self) -> None:
        """Leave the page."""
        self._over.set()
        self._line.close()
        self._thread.join(FETCH_WITHIN_S + 5)

    def fresh(self) -> tuple[Rows, Rows]:
        """Fetch lines and open alarms anew, beside what is on the screen."""
        _epoch, _last, lines, alarms = self._whole()
        return lines, alarms

    def shown(self) -> tuple[Rows, Rows]:
        """Give the lines and the open alarms that are on the screen."""
        return self.lines, {key: one for key, one in self.alarms.items() if one["state"] == "open"}

    def _run(self) -> None:
        self._fetch()
        ticked = time.monotonic()
        while not self._over.is_set():
            try:
                name, data = self._news.get(timeout=0.1)
                self._hear(name, data)
            except Empty:
                pass
            now = time.monotonic()
            if self._wanted_at is not None and now >= self._wanted_at:
                self._fetch()
            if now - ticked >= TICK_S:
                ticked = now
                self._tick(now)

    def _hear(self, name: str, data: Any) -> None:
        if name == "closed":
            self._closed(time.monotonic())
        elif name == "batch":
            self._batch(data)
        elif name in {"hello", "heartbeat"}:
            self.mode = "live"
            if self.last < 0 or data["epoch"] != self.epoch or data["last"] > self.last:
                self._want()
            else:
                self._right()

    def _batch(self, batch: dict[str, Any]) -> None:
        if self.last < 0 or batch["epoch"] != self.epoch or batch["prev"] > self.last:
            if batch["epoch"] == self.epoch:
                self._apply(batch["events"])
            self._want()
        else:
            self._take(batch)

    def _take(self, batch: dict[str, Any]) -> None:
        self.last = max(self.last, batch["last"])
        self._apply(batch["events"])
        self._right()

    def _apply(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            data = event["data"]
            if event["name"] == "coverage.changed" and self.console:
                _newer(self.lines, data["post_id"], data)
            elif event["name"] == "alarm.changed" and _newer(self.alarms, data["id"], data):
                self.versions.append((data["id"], data["version"]))

    def _tick(self, now: float) -> None:
        silence, poll = self._beats()
        if self.mode == "live" and now - self._heard_at > silence:
            self.counts["silences"] += 1
            self._stale()
            self._closed(now)
            self._line.reconnect()
            self._fetch()
        if self.mode == "connecting" and now - self._connecting_since > self._patience_s:
            self.mode = "polling"
        pause = max(self._retry_s, poll) if self._failed_at > self._asked_at else poll
        must = self.mode == "polling" or self.last < 0 or self.stale_since is not None
        if must and now - max(self._asked_at, self._failed_at) >= pause:
            self._fetch()

    def _beats(self) -> tuple[float, float]:
        """Give how long silence may last, and how often to poll."""
        if self.console:
            return CONSOLE_SILENCE_S, CONSOLE_POLL_S
        alarmed = any(one["state"] == "open" for one in list(self.alarms.values()))
        return (ALARMED_SILENCE_S, ALARMED_POLL_S) if alarmed else (PHONE_SILENCE_S, PHONE_POLL_S)

    def _closed(self, now: float) -> None:
        self._connecting_since, self.mode = now, "connecting"
        self._patience_s = SOCKET_PATIENCE_S + random.random() * self._beats()[1]

    def _want(self) -> None:
        """Fill the gap after a moment, so that a herd does not ask at once."""
        if self._wanted_at is None:
            self._wanted_at = time.monotonic() + random.uniform(0, JITTER_S if self.last >= 0 else 0)

    def _right(self) -> None:
        self._heard_at, self.stale_since, self._failures = time.monotonic(), None, 0

    def _stale(self) -> None:
        self.stale_since = self.stale_since or self._heard_at

    def _fetch(self) -> None:
        self._wanted_at, self._asked_at = None, time.monotonic()
        try:
            if self.last >= 0:
                try:
                    self._take(self._after())
                    self.counts["catch-ups"] += 1
                    return
                except TooOld:
                    self.last = -1
            self.epoch, self.last, self.lines, self.alarms = self._whole()
            self.counts["full fetches"] += 1
            self._right()
        except (requests.RequestException, ValueError, KeyError):
            self.counts["failed"] += 1
            self._failed_at = time.monotonic()
            self._retry_s = min(RETRY_S * 2**self._failures, RETRY_MOST_S) * random.uniform(1, 1.5)
            self._failures += 1
            self._stale()

    def _after(self) -> dict[str, Any]:
        answer = self._get("/api/events", after=self.last, epoch=self.epoch)
        if answer.status_code == 410:
            raise TooOld
        answer.raise_for_status()
        return answer.json()

    def _whole(self) -> tuple[str, int, Rows, Rows]:
        answers = [self._get("/api/alarms", state="open", limit=100)]
        if self.console:
            answers.append(self._get("/api/coverage"))
        for answer in answers:
            answer.raise_for_status()
        open_ones = answers[0].json()
        covered = answers[1].json() if self.console else {"posts": []}
        lines = {one["post_id"]: one for one in covered["posts"]}
        last = min(one.json()["last"] for one in answers)
        return open_ones["epoch"], last, lines, {one["id"]: one for one in open_ones["items"]}

    def _get(self, path: str, **query: Any) -> requests.Response:
        return requests.get(self.url + path, query, headers=self._headers, timeout=FETCH_WITHIN_S)


def _newer(rows: Rows, key: int, row: dict[str, Any]) -> bool:
    known = rows.get(key)
    if known is not None and known["version"] >= row["version"]:
        return False
    rows[key] = row
    return True
