"""A load generator in one thread: so many kept connections, each with one request under way."""

import selectors
import socket
import time
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Result:
    """What came back: seconds in all, milliseconds of each answer, and how many of each status."""

    seconds: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    statuses: Counter = field(default_factory=Counter)

    @property
    def a_second(self) -> float:
        return len(self.latencies_ms) / self.seconds


@dataclass
class Line:
    """One connection: what it received of the current answer, and since when it waits."""

    link: socket.socket
    heard: bytes = b""
    since: float = 0.0


def hammer(port: int, requests: list[bytes], connections: int = 32, host: str = "127.0.0.1") -> Result:
    """Send all requests over so many connections as fast as the answers come."""
    result = Result()
    waiting = iter(requests)
    selector = selectors.DefaultSelector()

    def send(line: Line) -> bool:
        asked = next(waiting, None)
        if asked is None:
            selector.unregister(line.link)
            line.link.close()
            return False
        line.heard, line.since = b"", time.perf_counter()
        line.link.sendall(asked)
        return True

    began = time.perf_counter()
    open_lines = 0
    for _number in range(min(connections, len(requests))):
        link = socket.create_connection((host, port))
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = Line(link)
        selector.register(link, selectors.EVENT_READ, line)
        open_lines += send(line)
    while open_lines:
        for key, _events in selector.select():
            line = key.data
            received = line.link.recv(65536)
            if not received:
                raise ConnectionError("the server closed a connection")
            line.heard += received
            head, ended, body = line.heard.partition(b"\r\n\r\n")
            if not ended or len(body) < _length(head):
                continue
            result.latencies_ms.append((time.perf_counter() - line.since) * 1000)
            result.statuses[int(head[9:12])] += 1
            if not send(line):
                open_lines -= 1
    result.seconds = time.perf_counter() - began
    return result


def _length(head: bytes) -> int:
    for name, _, value in (row.partition(b":") for row in head.split(b"\r\n")[1:]):
        if name.lower() == b"content-length":
            return int(value)
    return 0
