"""Lists of guards as a school types them, sent to the API and read by a worker."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from flask import Flask
from werkzeug.test import TestResponse

from tests.tools.client import Caller
from tests.tools.import_file import workbook
from tests.tools.jobs import work_off

HEADINGS = ["姓名", "手机号", "类别", "学校", "派出所"]
SCHOOL = "青禾第1小学"


def guards_file(*rows: Sequence[Any], headings: Sequence[str] = HEADINGS) -> bytes:
    """Write a list as an xlsx file."""
    return workbook({"人员": [list(headings), *(list(row) for row in rows)]})


def send_list(
    one: Caller, content: bytes, *, called: str = "名单.xlsx", request_id: str | None = None
) -> TestResponse:
    """Send a list as a console does."""
    return one.client.post(
        "/api/guard-imports",
        query_string={"request_id": request_id or str(uuid4()), "called": called},
        data=content,
        content_type="application/octet-stream",
        headers={"X-CSRF-Token": one.csrf_token},
    )


def read_list(app: Flask, one: Caller, content: bytes, *, called: str = "名单.xlsx") -> dict[str, Any]:
    """Send a list, let a worker read it, and look at what it would do."""
    sent = send_list(one, content, called=called)
    assert sent.status_code == 202, sent.json
    work_off(app)
    found: dict[str, Any] = one.get(f"/api/guard-imports/{sent.json['id']}").json
    return found


def rows_of(one: Caller, number: int, verdict: str) -> list[dict[str, Any]]:
    """Look at rows of a list."""
    found: list[dict[str, Any]] = one.get(
        f"/api/guard-imports/{number}/rows", verdict=verdict, limit=200
    ).json["items"]
    return found


def faults_of(one: Caller, number: int) -> list[tuple[int, str]]:
    """Give row and code of each fault of a list."""
    return [(row["row"], fault["code"]) for row in rows_of(one, number, "fault") for fault in row["faults"]]


def take_over(app: Flask, one: Caller, number: int) -> dict[str, Any]:
    """Take a list over, and give what became of it."""
    asked = one.post(f"/api/guard-imports/{number}/taking")
    assert asked.status_code == 202, asked.json
    work_off(app)
    found: dict[str, Any] = one.get(f"/api/guard-imports/{number}").json
    return found
