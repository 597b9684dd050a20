"""A phone that signs in and registers over the API, as the page does."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from flask import Flask
from werkzeug.test import TestResponse

CONSENTS = [{"kind": kind, "version": "2026-11"} for kind in ("account", "identity", "position")]


@dataclass
class Phone:
    """A browser with a phone number; it keeps its cookie and CSRF token."""

    app: Flask
    number: str
    csrf_token: str = ""
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def post(self, path: str, body: dict[str, Any], **more: Any) -> TestResponse:
        """Write with the session's CSRF token."""
        return self.client.post(path, json=body, headers={"X-CSRF-Token": self.csrf_token}, **more)

    def get(self, path: str, **query: Any) -> TestResponse:
        """Read."""
        return self.client.get(path, query_string=query)

    def ask(self) -> str:
        """Ask for a code and give the opaque request."""
        answer = self.post("/api/session/codes", {"phone": self.number})
        assert answer.status_code == 202, answer.json
        request: str = answer.json["request"]
        return request

    def read_code(self, request: str) -> str:
        """Read the code where the demo shows it."""
        shown = self.get("/api/demo/messages", request=request).json["messages"]
        code: str = shown[-1]["code"]
        return code

    def sign_in(self, **more: Any) -> TestResponse:
        """Ask, read and sign in; the answer has *me*, or a ticket for an unknown phone."""
        request = self.ask()
        body = {"request": request, "code": self.read_code(request), **more}
        answer = self.post("/api/session", body)
        if answer.status_code == 200 and answer.json["me"]:
            self.csrf_token = answer.json["me"]["csrf_token"]
        return answer

    def register(self, post_code: str, **changes: Any) -> TestResponse:
        """Sign in with an unknown number and register at a post."""
        body = self.registration(self.sign_in().json["ticket"], post_code, **changes)
        answer = self.post("/api/guards", body)
        if answer.status_code == 201:
            self.csrf_token = answer.json["me"]["csrf_token"]
        return answer

    @staticmethod
    def registration(ticket: str, post_code: str, /, **changes: Any) -> dict[str, Any]:
        """Make the body of a registration."""
        return {
            "request_id": str(uuid4()),
            "ticket": ticket,
            "name": "测试新人",
            "category": "teacher",
            "post_code": post_code,
            "consents": CONSENTS,
            **changes,
        }
