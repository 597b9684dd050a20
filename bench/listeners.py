"""Sockets that note when each event came: consoles and phones, each a real Socket.IO client."""

import threading
import time
from collections.abc import Callable
from typing import Any

import socketio

# What a phone's page asks for when it connects: what changed of its post alone.
PHONE = {"lines": "short"}


class Listener:
    """One socket; ``matches`` picks from an event what is waited for, and ``heard`` notes when it came."""

    def __init__(
        self,
        url: str,
        token: str,
        matches: Callable[[dict[str, Any]], list[Any]],
        asks: dict[str, str] | None = None,
    ) -> None:
        self.heard: dict[Any, float] = {}
        self._came = threading.Condition()
        self._matches = matches
        self.client = socketio.Client(reconnection=False)
        self.client.on("batch", self._batch)
        self.client.connect(url, headers={"Cookie": f"huxue={token}"}, transports=["websocket"], auth=asks)

    def _batch(self, batch: dict[str, Any]) -> None:
        now = time.perf_counter()
        with self._came:
            for event in batch["events"]:
                for key in self._matches(event):
                    self.heard.setdefault(key, now)
            self._came.notify_all()

    def wait_for(self, key: Any, within_s: float = 10.0) -> float:
        """Give the moment at which something was first heard; fails when it never is."""
        with self._came:
            if not self._came.wait_for(lambda: key in self.heard, within_s):
                raise TimeoutError(f"{key} was never heard")
            return self.heard[key]


def seated(event: dict[str, Any]) -> list[int]:
    """Pick the accounts that hold a seat, from a coverage event."""
    if event["name"] != "coverage.changed":
        return []
    return [seat["account_id"] for seat in event["data"]["seats"]]


def raised(event: dict[str, Any]) -> list[int]:
    """Pick the number of the alarm that an event is about."""
    return [event["data"]["id"]] if event["name"].startswith("alarm.") else []
