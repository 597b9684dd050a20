"""A light load generator: thousands of Socket.IO clients on bare sockets in one thread."""

import json
import resource
import select
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

# What a client sends, masked with zeros: Socket.IO's greeting and Engine.IO's pong.
GREETING, PONG = b"\x81\x82" + bytes(4) + b"40", b"\x81\x81" + bytes(4) + b"3"
# As a phone's page greets, which asks for what changed of its post alone.
ASKS_SHORT = b'40{"lines":"short"}'
SHORT_GREETING = bytes((0x81, 0x80 | len(ASKS_SHORT))) + bytes(4) + ASKS_SHORT
OPENED, HELLO, PING = b'0{"sid"', b'["hello"', b"\x81\x012"
# The product lets twenty shake hands at once; nobody is measured waiting for a turn.
AT_ONCE = 16
WITHIN_S = 120.0
# A frame is small, and one read takes all that waits.
AT_MOST = 65_536


class Failed(Exception):
    """A socket was turned away, closed or never heard what it should."""


@dataclass
class Told:
    """One event: what the server said of it, when it was asked for, and when each socket heard it."""

    asked_at: float
    answer: dict
    heard_at: list[float]

    @property
    def began_at(self) -> float:
        """Give the moment at which the event stood (the commit, or the call of ``emit``)."""
        return float(self.answer["at"])

    @property
    def last_ms(self) -> float:
        return (max(self.heard_at) - self.began_at) * 1000

    @property
    def from_post_ms(self) -> float:
        return (max(self.heard_at) - self.asked_at) * 1000


@dataclass
class Crowd:
    """Open sockets at one server, and the loop that reads them."""

    port: int
    lines: dict[int, socket.socket] = field(default_factory=dict)
    poll: select.epoll = field(default_factory=select.epoll)
    greeting: bytes = GREETING

    def open(self, clients: Iterable[tuple[str, str]]) -> float:
        """Open a socket for each client, given as its query and its cookie; gives the seconds that it took."""
        waiting = iter(clients)
        began = time.perf_counter()
        shaking = {line for line in (self._begin(one) for one in _take(waiting, AT_ONCE)) if line is not None}
        heard: dict[int, bytes] = dict.fromkeys(shaking, b"")

        def read(line: int, news: bytes) -> None:
            if line not in shaking:
                return
            before, heard[line] = heard[line], heard[line] + news
            if OPENED in heard[line] and OPENED not in before:
                self.lines[line].send(self.greeting)
            if HELLO in heard[line]:
                shaking.discard(line)
                del heard[line]
                shaking.update(further := [self._begin(one) for one in _take(waiting, 1)])
                heard.update(dict.fromkeys(further, b""))

        self._read(read, lambda: not shaking)
        return time.perf_counter() - began

    def hear(self, marker: bytes, ask: bytes) -> Told:
        """Send a POST that makes the server tell something, and note when each socket has heard it."""
        heard_at: dict[int, float] = {}
        answered: list[bytes] = []
        asking = socket.create_connection(("127.0.0.1", self.port))
        asking.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.poll.register(asking, select.EPOLLIN)
        everybody = len(self.lines)

        def read(line: int, news: bytes) -> None:
            if line == asking.fileno():
                answered.append(news)
            elif marker in news:
                heard_at.setdefault(line, time.perf_counter())

        asked_at = time.perf_counter()
        asking.sendall(ask)
        self._read(read, lambda: len(heard_at) == everybody and _whole(answered), beside=asking)
        self.poll.unregister(asking)
        asking.close()
        answer = json.loads(b"".join(answered).partition(b"\r\n\r\n")[2])
        return Told(asked_at, answer, list(heard_at.values()))

    def idle(self, seconds: float, *, lost: Callable[[], None] | None = None) -> None:
        """Do what a quiet page does: answer pings. A socket that is closed fails, or is told to ``lost``."""
        until = time.perf_counter() + seconds
        self._read(lambda _line, _news: None, lambda: time.perf_counter() > until, lost=lost)

    def close(self) -> None:
        """Close all sockets."""
        for line in self.lines.values():
            line.close()
        self.lines.clear()
        self.poll.close()

    def _begin(self, client: tuple[str, str]) -> int:
        query, cookie = client
        line = socket.create_connection(("127.0.0.1", self.port))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.send(
            f"GET /socket.io/?EIO=4&transport=websocket{query} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Cookie: {cookie}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n".encode()
        )
        line.setblocking(False)
        self.lines[line.fileno()] = line
        self.poll.register(line, select.EPOLLIN)
        return line.fileno()

    def _read(
        self,
        read: Callable[[int, bytes], None],
        done: Callable[[], bool],
        *,
        beside: socket.socket | None = None,
        lost: Callable[[], None] | None = None,
    ) -> None:
        until = time.perf_counter() + WITHIN_S
        while not done():
            for number, _event in self.poll.poll(0.5):
                line = self.lines.get(number, beside)
                assert line is not None
                news = line.recv(AT_MOST)
                if not news and lost is not None:
                    self.poll.unregister(line)
                    lost()
                    continue
                if not news:
                    raise Failed("a socket was closed")
                read(number, news)
                if PING in news:
                    line.send(PONG)
            if time.perf_counter() > until and lost is None:
                raise Failed("not everybody heard it")


def many_files(number: int) -> None:
    """Let this process, and those that it starts, have so many open files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, number)), hard))


def _take(clients: Iterator[tuple[str, str]], most: int) -> list[tuple[str, str]]:
    return [one for _number, one in zip(range(most), clients, strict=False)]


def _whole(answered: list[bytes]) -> bool:
    return b"".join(answered).partition(b"\r\n\r\n")[2].rstrip().endswith(b"}")
