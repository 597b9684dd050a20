"""A gate device as one is on the wall: one call with its key, without a cookie."""

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.tools.client import Caller


class Gate:
    """Calls with a device's key."""

    def __init__(self, app: Flask, key: str) -> None:
        self.client = app.test_client()
        self.key = key

    def press(self, body: Any = None, **more: Any) -> TestResponse:
        """Press the button; without a body none is sent."""
        sent = {} if body is None else {"json": body}
        headers = {"Authorization": f"Bearer {self.key}"}
        return self.client.post("/api/device-alarms", headers=headers, **sent, **more)


def issued(console: Caller, post_id: int, label: str = "门卫室") -> dict[str, Any]:
    """Let a console make a device at a post; gives ``device`` and ``key``."""
    answer = console.post("/api/devices", {"post_id": post_id, "label": label})
    assert answer.status_code == 201, answer.json
    made: dict[str, Any] = answer.json
    return made
