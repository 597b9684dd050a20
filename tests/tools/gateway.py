"""An SMS gateway on loopback that can be told to misbehave."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Gateway:
    """What it was sent, and how it answers.

    ``how`` is a status, or one of ``hang drip huge redirect garbage close html``; ``answer`` is the body of a status.
    """

    port: int = 0
    how: str = "200"
    answer: bytes = b"{}"
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    redirected: list[str] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    taken: threading.Condition = field(default_factory=threading.Condition)

    def take(self, headers: dict[str, str], body: bytes) -> None:
        """Note a call, and wake who waits for it."""
        with self.taken:
            self.calls.append((headers, body))
            self.taken.notify_all()

    def wait_for_calls(self, number: int, seconds: float = 30) -> None:
        """Wait until so many calls have come; fail when they do not."""
        with self.taken:
            assert self.taken.wait_for(lambda: len(self.calls) >= number, seconds), (
                f"{len(self.calls)} calls came"
            )

    @property
    def url(self) -> str:
        """Give the address that calls go to."""
        return f"http://127.0.0.1:{self.port}/send?from=huxue"


class _Handler(BaseHTTPRequestHandler):
    gateway: Gateway

    def do_GET(self) -> None:
        """Note that somebody followed a redirect."""
        self.gateway.redirected.append(self.path)
        self.send_response(200)
        self.end_headers()

    def do_POST(self) -> None:
        """Take a call and answer it as told."""
        gateway = self.gateway
        if self.path == "/elsewhere":
            gateway.redirected.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        gateway.take(dict(self.headers), body)
        if gateway.how == "close":
            self.close_connection = True
        elif gateway.how == "hang":
            gateway.stopping.wait(60)
        elif gateway.how == "drip":
            self._drip()
        elif gateway.how == "garbage":
            self.wfile.write(b"\x00\x01 not http at all\r\n\r\n")
        elif gateway.how == "redirect":
            self.send_response(307)
            self.send_header("Location", f"http://127.0.0.1:{gateway.port}/elsewhere")
            self.end_headers()
        elif gateway.how == "huge":
            self._answer(200, b"x" * 10_000_000)
        elif gateway.how == "html":
            self._answer(200, b"<!doctype html><title>Sign in</title>")
        else:
            self._answer(int(gateway.how), gateway.answer)

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def _drip(self) -> None:
        """Send a byte now and then, so that no time-out of a single read ever comes."""
        try:
            for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                if self.gateway.stopping.wait(0.05):
                    return
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def running() -> Iterator[Gateway]:
    """Run a gateway on a free port of loopback."""
    gateway = Gateway()
    handler = type("Handler", (_Handler,), {"gateway": gateway})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    gateway.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        gateway.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
