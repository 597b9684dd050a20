"""The worker of a server on SQLite: a child process, there while there is something to do."""

import contextlib
import json
import logging
import socket
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from uuid import uuid4

from server.core.database.sealing.ring import KeySource
from server.core.files.store.opening import FileSettings
from server.core.jobs.desk import Desk
from server.core.jobs.pipe import answer_calls

logger = logging.getLogger("huxue.jobs")

ROOT = Path(__file__).resolve().parents[3]
LOOKS_EVERY_S = 1.0
# A child that cannot start must not be started without end.
RESTS_S = 1.0


class WorkerChild:
    """Starts the worker when a job waits, answers its calls, and lets its job come back when it dies."""

    def __init__(self, desk: Desk, database_url: str, files: FileSettings, keys: KeySource) -> None:
        self._desk = desk
        self._told = {"database_url": database_url, "files": files.as_json(), "keys": asdict(keys)}
        # The process, while there is one.
        self.process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Look for work, for ever. What ran when an earlier server ended comes back first."""
        self._desk.lose(None)
        while True:
            if self._desk.any_waiting():
                self._work()
            time.sleep(LOOKS_EVERY_S)

    def _work(self) -> None:
        name = f"child-{uuid4().hex[:12]}"
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                command = [sys.executable, "-m", "server.worker", str(theirs.fileno()), name]
                self.process = subprocess.Popen(  # noqa: S603 -- our own program
                    command, cwd=ROOT, stdin=subprocess.PIPE, pass_fds=[theirs.fileno()]
                )
            try:
                self._tell_how(self.process)
                answer_calls(self._desk, ours)
            except OSError as why:
                logger.warning("the pipe to the worker: %s", why.strerror)
            finally:
                code = self._end(self.process)
                self.process = None
                self._desk.lose(name)
        if code:
            logger.error("the worker ended with %s", code)
            time.sleep(RESTS_S)

    def _tell_how(self, process: "subprocess.Popen[bytes]") -> None:
        """Say by its input what a list of processes must not show; it ends when its input does."""
        assert process.stdin is not None
        process.stdin.write(json.dumps(self._told).encode() + b"\n")
        process.stdin.flush()

    def _end(self, process: "subprocess.Popen[bytes]") -> int:
        """End the child, if it has not; give its code."""
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.close()
        try:
            return process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()
