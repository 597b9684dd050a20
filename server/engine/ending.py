"""The end of a serving process: no new connections, an answer to each request under way, then exit.

Without it a restart cuts off answers that are half written, and no proxy can ask another worker for those.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.wsgi import ClosingIterator

# What was read from a connection just now is a request a moment later.
LEAST_S = 0.3
ANSWER_WITHIN_S = 5.0
LOOK_EVERY_S = 0.1

StartResponse = Callable[..., Any]


class Ending:
    """A WSGI application around another: counts the requests under way and, on SIGTERM, ends the process after them.

    WebSockets are not waited for: their pages connect again elsewhere.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        """Count what ``application`` answers; nothing ends before ``on_signal``."""
        self._application = application
        self._lock = threading.Lock()
        self._under_way = 0
        self._told = False
        self._watch: threading.Thread | None = None

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request; while the process ends, close its connection after it."""
        if environ.get("HTTP_UPGRADE", "").lower() == "websocket":
            return self._application(environ, start_response)

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            last = [("Connection", "close")] if self._told else []
            return start_response(status, [*headers, *last], *exc_info)

        self._count(1)
        try:
            body = self._application(environ, start)
        except BaseException:
            self._count(-1)
            raise
        return ClosingIterator(body, lambda: self._count(-1))

    def on_signal(self, stop_listening: Callable[[], None]) -> None:
        """Let SIGTERM end the process: ``stop_listening`` gives the port up, then what is under way is answered."""
        signal.signal(signal.SIGTERM, self._tell)
        self._watch = threading.Thread(target=self._end, args=(stop_listening,), daemon=True)
        self._watch.start()

    def wait(self) -> None:
        """Once the engine has given its port up, stay until the last request is answered."""
        if self._told and self._watch is not None:
            self._watch.join()

    def _count(self, step: int) -> None:
        with self._lock:
            self._under_way += step

    def _tell(self, _number: int, _frame: Any) -> None:
        self._told = True

    def _end(self, stop_listening: Callable[[], None]) -> None:
        while not self._told:
            time.sleep(LOOK_EVERY_S)
        began = time.monotonic()
        stop_listening()
        while time.monotonic() - began < LEAST_S or (
            self._under_way and time.monotonic() - began < ANSWER_WITHIN_S
        ):
            time.sleep(LOOK_EVERY_S)
        # At once: sockets, and threads that wait for the database, would hold an ordinary exit up.
        os._exit(0)
