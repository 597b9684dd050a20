"""The pipe between a server on SQLite and its worker: calls as lines of JSON, each answered before the next.

The worker reads the database by itself. Whatever is written goes through here and is written by the server.
"""

import logging
import socket
import threading
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from server.core import json_text
from server.core.clock.row_retry import DATABASE_AWAY
from server.core.jobs.desk import Desk, NotYours
from server.core.jobs.kinds import Piece
from server.core.jobs.tables import Job

logger = logging.getLogger("huxue.jobs")

CALLS = frozenset({"take", "beat", "progress", "begin_file", "write", "finish", "cancelled", "fail"})
_TIMES = {one.name for one in fields(Job) if one.name.endswith("_at")}


class ServerGone(Exception):
    """The server has ended, or cannot write: whatever the worker does is in vain."""


def answer_calls(desk: Desk, channel: socket.socket) -> None:
    """Answer a worker's calls until it closes its end."""
    with channel.makefile("rb") as calls:
        for line in calls:
            name, arguments = json_text.read(line)
            channel.sendall(json_text.write(_answer(desk, name, arguments)).encode() + b"\n")


def _answer(desk: Desk, name: str, arguments: list[Any]) -> dict[str, Any]:
    assert name in CALLS, name
    try:
        given = getattr(desk, name)(*arguments)
    except NotYours:
        return {"not_yours": True}
    except DATABASE_AWAY as why:
        logger.error("a worker's %s: %s", name, type(why).__name__)
        return {"away": True}
    return {"given": asdict(given) if isinstance(given, Job) else given}


class FarDesk:
    """The desk as the worker sees it at its end of the pipe; calls of two threads wait for each other."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._answers = channel.makefile("rb")
        self._speaking = threading.Lock()

    def take(self, worker: str) -> Job | None:
        """Take a job."""
        found = self._ask("take", worker)
        if found is None:
            return None
        times = {name: found[name] and datetime.fromisoformat(found[name]) for name in _TIMES}
        return Job(**{**found, **times})

    def beat(self, number: int, worker: str) -> bool:
        """Say that this worker lives."""
        return bool(self._ask("beat", number, worker))

    def progress(self, number: int, worker: str, done: int, total: int | None) -> bool:
        """Say how far a job is."""
        return bool(self._ask("progress", number, worker, done, total))

    def begin_file(self, number: int, worker: str, called: str, content_type: str) -> str:
        """Say that a file will be written."""
        return str(self._ask("begin_file", number, worker, called, content_type))

    def write(self, number: int, worker: str, rows: Piece) -> None:
        """Hand a piece of the result over."""
        self._ask("write", number, worker, rows)

    def finish(self, number: int, worker: str, sizes: dict[str, int]) -> None:
        """Say that a job is done."""
        self._ask("finish", number, worker, sizes)

    def cancelled(self, number: int, worker: str) -> None:
        """Say that a job was left."""
        self._ask("cancelled", number, worker)

    def fail(self, number: int, worker: str, reason: str) -> None:
        """Say that a job failed, and why."""
        self._ask("fail", number, worker, reason)

    def _ask(self, name: str, *arguments: object) -> Any:
        with self._speaking:
            try:
                self._channel.sendall(json_text.write([name, arguments]).encode() + b"\n")
                line = self._answers.readline()
            except OSError as why:
                raise ServerGone from why
        if not line:
            raise ServerGone
        answer = json_text.read(line)
        if "not_yours" in answer:
            raise NotYours
        if "away" in answer:
            raise ServerGone
        return answer["given"]
