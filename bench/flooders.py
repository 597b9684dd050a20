"""What floods a server: sockets, silence, guesses, messages, pages that come back; for ``floods``."""

import asyncio
import multiprocessing
import os
import random
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from uuid import uuid4

from bench.herd import Herd, Page
from server.core.live.floods import FRAMES

FLOODERS, IDLE, GUESSES, TALKERS, MESSAGES_A_SECOND, HERD = 4, 4_000, 40, 1_000, 2_000, 2_000
WORD = '42["hidden",true]'
PING = b"\x81\x012"


@dataclass(frozen=True)
class Target:
    """Where a flood goes, and the sessions that it has."""

    host: str
    port: int
    tokens: list[str]
    counts: dict[str, int]

    def count(self, what: str, times: int = 1) -> None:
        self.counts[what] = self.counts.get(what, 0) + times


def frame(text: bytes, opcode: int = 1) -> bytes:
    """Write a masked frame; the mask is naught, which is allowed."""
    head = bytes([0x80 | opcode])
    if len(text) < 126:
        return head + bytes([0x80 | len(text)]) + b"\0\0\0\0" + text
    return head + bytes([0x80 | 126]) + len(text).to_bytes(2, "big") + b"\0\0\0\0" + text


async def opened(target: Target, token: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
    """Open a socket of a session and ask to come in; ``None`` where it is turned away."""
    reader, writer = await asyncio.open_connection(target.host, target.port)
    writer.write(
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {target.host}:{target.port}\r\n"
        f"Cookie: huxue={token}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n".encode()
    )
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 101 " not in head.partition(b"\r\n")[0]:
        target.count("sockets turned away")
        writer.close()
        return None
    writer.write(frame(b"40"))
    target.count("sockets opened")
    return reader, writer


async def again(one: Callable[[], object], pause_s: float) -> None:
    """Do something for ever, whatever becomes of it."""
    while True:
        with suppress(OSError, EOFError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await one()
        await asyncio.sleep(pause_s)


async def drain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter | None = None) -> None:
    """Read all that comes; with a writer its pings are answered, so that the socket stays."""
    while heard := await reader.read(1 << 16):
        if writer is not None and PING in heard:
            writer.write(frame(b"3"))


async def flooder(target: Target, token: str, kind: int) -> None:
    """Send as fast as the server reads: words, pings, words of 4 KB, one byte after another."""
    line = await opened(target, token)
    if line is None:
        return
    reader, writer = line
    what = (frame(WORD.encode()), frame(b"", 9), frame(b'42["hidden","' + b"x" * 4000 + b'"]'), frame(b"", 1))
    piece = what[kind % 4] * (1 if kind % 4 == 2 else 500)
    listens = asyncio.create_task(drain(reader))
    try:
        while not (listens.done() or writer.is_closing()):
            writer.write(piece)
            await writer.drain()
            target.count("pieces sent")
            await asyncio.sleep(0)
    finally:
        listens.cancel()
        writer.close()


async def sockets(target: Target) -> None:
    """Let four sessions send."""
    each = [
        again(lambda number=number: flooder(target, target.tokens[number], number), 0.05)
        for number in range(FLOODERS)
    ]
    await asyncio.gather(*each)


async def idle(target: Target) -> None:
    """Keep connections open that say nothing."""

    async def one() -> None:
        reader, writer = await asyncio.open_connection(target.host, target.port)
        target.count("connections opened")
        try:
            await reader.read()
        finally:
            writer.close()

    begun = []
    for _number in range(IDLE):
        begun.append(asyncio.create_task(again(one, 1.0)))
        await asyncio.sleep(2.0 / IDLE)
    await asyncio.gather(*begun)


async def guesses(target: Target) -> None:
    """Guess passwords side by side, from many addresses as far as the server believes them."""

    async def one() -> None:
        reader, writer = await asyncio.open_connection(target.host, target.port)
        body = f'{{"username": "dispatcher{random.randrange(10**6)}", "password": "invented-{uuid4()}"}}'
        address = ".".join(str(random.randrange(1, 255)) for _part in range(4))
        writer.write(
            f"POST /api/session/password HTTP/1.1\r\nHost: {target.host}:{target.port}\r\n"
            f"X-Forwarded-For: {address}\r\nContent-Type: application/json\r\nConnection: close\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        answer = await reader.read()
        target.count(f"guesses {answer[9:12].decode()}")
        writer.close()

    await asyncio.gather(*(again(one, 0.0) for _number in range(GUESSES)))


async def messages(target: Target) -> None:
    """Let a thousand sockets say two words a second each, which is within their budget."""
    assert FRAMES.a_second >= MESSAGES_A_SECOND / TALKERS

    async def one(token: str) -> None:
        line = await opened(target, token)
        if line is None:
            return
        reader, writer = line
        listens = asyncio.create_task(drain(reader, writer))
        try:
            while not listens.done():
                writer.write(frame(WORD.encode()))
                await writer.drain()
                target.count("messages")
                await asyncio.sleep(TALKERS / MESSAGES_A_SECOND)
        finally:
            listens.cancel()
            writer.close()

    begun = []
    for token in target.tokens[FLOODERS : FLOODERS + TALKERS]:
        begun.append(asyncio.create_task(again(lambda token=token: one(token), 1.0)))
        await asyncio.sleep(8.0 / TALKERS)
    await asyncio.gather(*begun)


async def herd(target: Target) -> None:
    """Let pages be open, and come back whenever they are lost."""
    pages = Herd(target.host, target.port)
    pages.pages = [Page(pages, token, console=False) for token in target.tokens[-HERD:]]
    for page in pages.pages:
        asyncio.create_task(page.stay()).add_done_callback(lambda _task: None)
        asyncio.create_task(page.poll()).add_done_callback(lambda _task: None)
        await asyncio.sleep(10 / HERD)
    while True:
        target.counts.update({f"pages: {name}": count for name, count in pages.counts.items()})
        target.count(
            "pages there", sum(page.live for page in pages.pages) - target.counts.get("pages there", 0)
        )
        await asyncio.sleep(0.5)


FLOODS = {
    "4 sockets": sockets,
    "4,000 idle": idle,
    "40 guesses": guesses,
    "2,000 messages/s": messages,
    "herd": herd,
}


def flood(names: list[str], host: str, port: int, tokens: list[str], counts: dict[str, int]) -> None:
    """Run floods for ever, in a process of their own."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    os.nice(5)
    kept: dict[str, int] = {}
    target = Target(host, port, tokens, kept)

    async def tell() -> None:
        while True:
            await asyncio.sleep(0.5)
            counts.update(kept)

    async def all_of_them() -> None:
        await asyncio.gather(tell(), *(FLOODS[name](target) for name in names))

    asyncio.run(all_of_them())


@contextmanager
def flooding(names: list[str], host: str, port: int, tokens: list[str]) -> Iterator[dict[str, int]]:
    """Flood meanwhile; gives what was counted so far."""
    with multiprocessing.Manager() as manager:
        counts = manager.dict()
        process = multiprocessing.get_context("spawn").Process(
            target=flood, args=(names, host, port, tokens, counts), daemon=True
        )
        process.start()
        try:
            yield counts  # type: ignore[misc]
        finally:
            process.kill()
            process.join()
