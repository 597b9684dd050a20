"""A client as a browser is one: a cookie, the CSRF token, a fresh request_id for each write."""

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import insert
from werkzeug.test import TestResponse

from server.people.queries.sessions import hashed
from server.people.tables import session


class Caller:
    """Calls the API for one account (``None``: for nobody)."""

    def __init__(self, app: Flask, account_id: int | None, now: datetime) -> None:
        self.client = app.test_client()
        self.account_id = account_id
        self.csrf_token = secrets.token_urlsafe(16)
        if account_id is not None:
            token = secrets.token_urlsafe(32)
            with app.extensions["huxue"].store.transaction(now) as transaction:
                self.session_id = transaction.connection.execute(
                    insert(session)
                    .values(
                        token_hash=hashed(token),
                        csrf_token=self.csrf_token,
                        account_id=account_id,
                        created_at=now,
                        expires_at=now + timedelta(days=30),
                    )
                    .returning(session.c.id)
                ).scalar_one()
            self.token = token
            self.client.set_cookie("huxue", token)

    def get(self, path: str, **query: Any) -> TestResponse:
        """Read."""
        return self.client.get(path, query_string=query)

    def post(self, path: str, body: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Write, with a fresh ``request_id`` unless the body has one."""
        sent = {"request_id": str(uuid4()), **(body or {})}
        return self.client.post(path, json=sent, headers={"X-CSRF-Token": self.csrf_token}, **more)

    def put(self, path: str, body: dict[str, Any]) -> TestResponse:
        """Write the whole of something, with a fresh ``request_id`` unless the body has one."""
        sent = {"request_id": str(uuid4()), **body}
        return self.client.put(path, json=sent, headers={"X-CSRF-Token": self.csrf_token})

    def patch(self, path: str, body: dict[str, Any] | None = None) -> TestResponse:
        """Change, with a fresh ``request_id`` unless the body has one."""
        sent = {"request_id": str(uuid4()), **(body or {})}
        return self.client.patch(path, json=sent, headers={"X-CSRF-Token": self.csrf_token})

    def delete(self, path: str) -> TestResponse:
        """Delete."""
        return self.client.delete(path, headers={"X-CSRF-Token": self.csrf_token})


def code(answer: TestResponse) -> tuple[int, str]:
    """Give a refusal's status and code."""
    return answer.status_code, answer.json["code"]  # type: ignore[index]
