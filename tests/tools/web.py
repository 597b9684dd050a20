"""A client of a real server with the words of ``Caller``: one test serves the application and a server."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import requests

from tests.tools.world import WAIT_S, World


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, by the names that Flask's test client uses."""

    status_code: int
    json: Any
    text: str


class WebCaller:
    """Calls a server for one account (``None``: for nobody), under a session of its own where it registers itself."""

    def __init__(self, world: World, account_id: int | None) -> None:
        self.world, self.account_id = world, account_id
        self.csrf_token = ""
        self.line = requests.Session()
        if account_id is not None:
            token, self.csrf_token = world.token(account_id)
            self.line.cookies.set(world.cookie, token)

    @property
    def cookie(self) -> str:
        """Give the session's token, as the browser keeps it."""
        token: str = self.line.cookies[self.world.cookie]
        return token

    def get(self, path: str, **query: Any) -> Answer:
        """Read."""
        return self._send("GET", path, params=query)

    def post(self, path: str, body: dict[str, Any] | None = None) -> Answer:
        """Write, with a fresh ``request_id`` unless the body has one."""
        return self._send("POST", path, json={"request_id": str(uuid4()), **(body or {})})

    def put(self, path: str, body: dict[str, Any]) -> Answer:
        """Write the whole of something, with a fresh ``request_id`` unless the body has one."""
        return self._send("PUT", path, json={"request_id": str(uuid4()), **body})

    def patch(self, path: str, body: dict[str, Any] | None = None) -> Answer:
        """Change, with a fresh ``request_id`` unless the body has one."""
        return self._send("PATCH", path, json={"request_id": str(uuid4()), **(body or {})})

    def delete(self, path: str) -> Answer:
        """Delete."""
        return self._send("DELETE", path)

    def _send(self, method: str, path: str, **more: Any) -> Answer:
        answer = self.line.request(
            method,
            self.world.server.url + path,
            headers={"X-CSRF-Token": self.csrf_token},
            timeout=WAIT_S,
            **more,
        )
        told = answer.json() if answer.headers.get("Content-Type", "").startswith("application/") else None
        return Answer(answer.status_code, told, answer.text)
