"""Thousands of pages in one process: each connects again with jitter and asks only for what it missed.

What a page does is pwa/src/lib/feed.ts and socket.ts; here it is made of asyncio, for the sake of their number.
"""

import asyncio
import json
import os
import random
import struct
import time
from collections import Counter
from dataclasses import dataclass, field

RETRY_FIRST_S, RETRY_MOST_S, PATIENCE_S, JITTER_S = 1.0, 15.0, 4.0, 1.5
REFUSED_SPREAD_S, RETRY_S = 4.0, 3.0
CONSOLE_POLL_S, PHONE_POLL_S, TICK_S = 2.0, 15.0, 0.5


class Refused(Exception):
    """The worker does not let a socket in, and says so."""


@dataclass
class Herd:
    """What all pages did, counted, and how long their catch-ups took."""

    host: str
    port: int
    counts: Counter = field(default_factory=Counter)
    took_ms: list[float] = field(default_factory=list)
    pages: "list[Page]" = field(default_factory=list)

    async def get(self, path: str, token: str) -> tuple[int, dict]:
        """GET over a connection of its own."""
        reader, writer = await asyncio.wait_for(asyncio.open_connection(self.host, self.port), 10)
        try:
            head = f"GET {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nCookie: huxue={token}\r\n"
            writer.write(f"{head}Connection: close\r\n\r\n".encode())
            answer = await asyncio.wait_for(reader.read(), 20)
        finally:
            writer.close()
        head, _, body = answer.partition(b"\r\n\r\n")
        if not head:
            raise ConnectionError
        if b"chunked" in head.lower():
            raise ValueError("chunked")
        return int(head[9:12]), json.loads(body)


@dataclass
class Page:
    """One page: its socket, its cursor, and whether it is there."""

    herd: Herd
    token: str
    console: bool
    epoch: str = ""
    last: int = -1
    live: bool = False
    away_since: float = 0.0
    asked_at: float = 0.0
    fetching: bool = False
    patience_s: float = PATIENCE_S
    retry_s: float = 0.0
    failures: int = 0

    async def stay(self) -> None:
        """Keep a socket open, for ever."""
        tries = 0
        while True:
            try:
                await self._listen()
            except Refused:
                self.herd.counts["sockets turned away"] += 1
                await asyncio.sleep(RETRY_FIRST_S + random.uniform(0, REFUSED_SPREAD_S))
                continue
            except (TimeoutError, OSError, EOFError, ValueError):
                self.herd.counts["sockets refused" if not self.live else "sockets lost"] += 1
            if self.live:
                self.live, self.away_since, tries = False, time.monotonic(), 0
                self.patience_s = PATIENCE_S + random.random() * (
                    CONSOLE_POLL_S if self.console else PHONE_POLL_S
                )
            pause = min(RETRY_FIRST_S * 2**tries, RETRY_MOST_S)
            tries += 1
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))

    async def poll(self) -> None:
        """Ask now and then while no socket is to be had."""
        poll = CONSOLE_POLL_S if self.console else PHONE_POLL_S
        while True:
            await asyncio.sleep(TICK_S)
            now, pause = time.monotonic(), max(poll, self.retry_s)
            away = not self.live and self.last >= 0 and now - self.away_since > self.patience_s
            waits = away or self.failures > 0
            if waits and not self.fetching and now - self.asked_at >= pause:
                self.herd.counts["polls" if away else "asked again"] += 1
                await self._fetch(0.0)

    async def _listen(self) -> None:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(self.herd.host, self.herd.port), 10)
        try:
            writer.write(
                f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {self.herd.host}:{self.herd.port}\r\n"
                f"Cookie: huxue={self.token}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n".encode()
            )
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
            if b" 101 " not in head.split(b"\r\n")[0]:
                raise ValueError
            while True:
                text = await asyncio.wait_for(_frame(reader), 45)
                if text.startswith("0"):
                    _send(writer, "40" + json.dumps({"epoch": self.epoch, "last": max(self.last, 0)}))
                elif text == "2":
                    _send(writer, "3")
                elif text.startswith("42"):
                    self._hear(*json.loads(text[2:]))
                elif text[:2] in {"41", "44"}:
                    raise Refused
        finally:
            writer.close()

    def _hear(self, name: str, data: dict) -> None:
        if name == "hello":
            self.live = True
        if self.last < 0:
            # The first hello stands for the first full fetch.
            self.epoch, self.last = data["epoch"], data["last"]
        elif name == "batch" and data["epoch"] == self.epoch and data["prev"] <= self.last:
            self.last = max(self.last, data["last"])
        elif (data["epoch"] != self.epoch or data["last"] > self.last) and not self.fetching:
            self.fetching = True
            task = asyncio.create_task(self._fetch(random.uniform(0, JITTER_S)))
            task.add_done_callback(lambda _task: None)

    async def _fetch(self, jitter_s: float) -> None:
        self.fetching = True
        await asyncio.sleep(jitter_s)
        began = self.asked_at = time.monotonic()
        try:
            path = f"/api/events?after={self.last}&epoch={self.epoch}"
            status, told = await self.herd.get(path, self.token)
            if status == 200:
                self.last = max(self.last, told["last"])
                self.herd.counts["catch-ups"] += 1
                self.retry_s, self.failures = 0.0, 0
                self.herd.took_ms.append((time.monotonic() - began) * 1000)
            elif status == 410:
                self.herd.counts["full fetches"] += 1
                _status, told = await self.herd.get("/api/alarms?state=open", self.token)
                self.epoch, self.last = told["epoch"], told["last"]
            else:
                self.herd.counts[f"asked, {status} {told.get('code')}"] += 1
                self._failed()
        except (TimeoutError, OSError, ValueError, KeyError):
            self.herd.counts["asked, no answer"] += 1
            self._failed()
        finally:
            self.fetching = False

    def _failed(self) -> None:
        self.retry_s = min(RETRY_S * 2**self.failures, RETRY_MOST_S) * random.uniform(1, 1.5)
        self.failures += 1


async def _frame(reader: asyncio.StreamReader) -> str:
    first, second = await reader.readexactly(2)
    length = second & 127
    if length == 126:
        (length,) = struct.unpack(">H", await reader.readexactly(2))
    elif length == 127:
        (length,) = struct.unpack(">Q", await reader.readexactly(8))
    text = await reader.readexactly(length)
    if first & 15 == 8:
        raise EOFError
    return text.decode()


def _send(writer: asyncio.StreamWriter, text: str) -> None:
    mask, data = os.urandom(4), text.encode()
    masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))
    writer.write(bytes([0x81, 0x80 | len(data)]) + mask + masked)
