"""Clips as phones and bad people make them: small ones written here, and real ones that Chromium records."""

import base64
import struct
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import requests
from playwright.sync_api import Page
from werkzeug.test import TestResponse

from tests.tools.client import Caller
from tests.tools.web import WebCaller

# A place in the sea and a made-up maker, in each box and element that may carry them.
SECRET = b"+31.5000+117.5000/a-secret-of-the-camera"
SAMPLE, PLACES = b"seen" * 50, SECRET * 2

# Draws something that moves for a second, records it, and gives the bytes.
RECORD = """async (type) => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 160, height: 120 })
  const pen = canvas.getContext('2d')
  const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: type, videoBitsPerSecond: 200000 })
  const parts = []
  recorder.ondataavailable = (event) => parts.push(event.data)
  const ended = new Promise((resolve) => (recorder.onstop = resolve))
  recorder.start(200)
  for (let step = 0; step < 30; step++) {
    pen.fillStyle = `hsl(${step * 12}, 80%, 50%)`
    pen.fillRect(0, 0, 160, 120)
    await new Promise((resolve) => setTimeout(resolve, 40))
  }
  recorder.stop()
  await ended
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer())
  let text = ''
  for (const one of bytes) text += String.fromCharCode(one)
  return btoa(text)
}"""


def recorded(page: Page, kind: str) -> bytes:
    """Let Chromium record a second of what moves: ``video/webm`` or ``video/mp4``."""
    return base64.b64decode(page.evaluate(RECORD, kind))


def box(name: bytes, *parts: bytes) -> bytes:
    """Write a box."""
    content = b"".join(parts)
    return struct.pack(">I", 8 + len(content)) + name + content


def large_box(name: bytes, content: bytes) -> bytes:
    """Write a box with its length in eight bytes."""
    return struct.pack(">I4sQ", 1, name, 16 + len(content)) + content


def table(name: bytes, *numbers: int, before: bytes = b"") -> bytes:
    """Write a box with a version, and numbers of four bytes."""
    return box(name, bytes(4) + before + struct.pack(f">{len(numbers)}I", *numbers))


def track(
    number: int, kind: bytes, *, offset: int, sizes: list[int], description: bytes, more: bytes = b""
) -> bytes:
    """Write a track of one chunk."""
    head = bytes(4) + struct.pack(">4I", 0, 0, number, 0) + bytes(56) + struct.pack(">II", 64 << 16, 48 << 16)
    handler = box(b"hdlr", bytes(8) + kind + b"appl" + bytes(8) + SECRET + b"\0")
    tables = box(
        b"stbl",
        box(b"stsd", bytes(4) + struct.pack(">I", 1), description),
        table(b"stts", 1, len(sizes), 1),
        table(b"stsc", 1, 1, len(sizes), 1),
        table(b"stsz", 0, len(sizes), *sizes),
        table(b"stco", 1, offset),
    )
    here = box(b"dinf", box(b"dref", bytes(4) + struct.pack(">I", 1), box(b"url ", b"\0\0\0\x01")))
    media = box(b"mdia", table(b"mdhd", 0, 0, 1000, 1000, 0), handler, box(b"minf", here, tables))
    return box(b"trak", box(b"tkhd", head), media, more)


def pictures_of(more: bytes = b"") -> bytes:
    """Describe how pictures are written, with the maker's name in two places."""
    before = bytearray(78)
    before[12:16], before[42:74] = b"appl", SECRET[:32]
    return box(b"avc1", bytes(before), box(b"avcC", bytes(7)), more)


def mp4(*, brand: bytes = b"isom", more: bytes = b"", inside: bytes = b"", size: int = 0) -> bytes:
    """Write a clip as a phone does, with places and makers wherever they are met; ``size``: of what is seen."""
    seen = SAMPLE + bytes(size)
    kind = box(b"ftyp", brand, bytes(4), brand)
    first = len(kind) + 8
    data = box(b"mdat", seen, PLACES)
    place = box(b"\xa9xyz", SECRET)
    sound = box(b"mp4a", bytes(28), box(b"esds", bytes(8)), box(b"meta", SECRET))
    tracks = (
        track(
            1,
            b"vide",
            offset=first,
            sizes=[len(seen)],
            description=pictures_of(box(b"udta", SECRET)),
            more=box(b"udta", place),
        ),
        track(
            2,
            b"soun",
            offset=first,
            sizes=[len(seen)],
            description=sound,
            more=box(b"meta", bytes(4), SECRET),
        ),
        track(
            3, b"meta", offset=first + len(seen), sizes=[len(SECRET)] * 2, description=box(b"mebx", SECRET)
        ),
    )
    told = (box(b"udta", place, box(b"loci", SECRET)), box(b"meta", bytes(4), SECRET), box(b"uuid", SECRET))
    head = box(b"moov", table(b"mvhd", 0, 0, 1000, 1000), *tracks, *told, inside)
    return kind + data + head + large_box(b"uuid", SECRET) + box(b"free", SECRET) + more


def element(number: int, content: bytes, *, wide: bool = True) -> bytes:
    """Write an element, its length in eight bytes or in one."""
    length = b"\x01" + len(content).to_bytes(7, "big") if wide else bytes([0x80 | len(content)])
    return number.to_bytes((number.bit_length() + 7) // 8, "big") + length + content


def webm(*, doc: bytes = b"webm", more: bytes = b"", tracks: bytes | None = None, live: bool = True) -> bytes:
    """Write a clip as a browser does, with places wherever they are met."""
    sides = element(0xB0, b"\x40", wide=False) + element(0xBA, b"\x30", wide=False)
    parts = element(0xD7, b"\x01", wide=False) + element(0x83, b"\x01", wide=False)
    one = element(
        0xAE, parts + element(0x86, b"V_VP8", wide=False) + element(0x536E, SECRET) + element(0xE0, sides)
    )
    info = element(
        0x1549A966, element(0x2AD7B1, b"\x0f\x42\x40") + element(0x4D80, SECRET) + element(0x7BA9, SECRET)
    )
    block = element(0xA3, b"\x81\0\0\x80" + SAMPLE)
    cluster = element(0xE7, b"\0", wide=False) + block
    segment = b"".join(
        (
            info,
            element(0x1654AE6B, one if tracks is None else tracks),
            b"\x1f\x43\xb6\x75\x01" + b"\xff" * 7 + cluster if live else element(0x1F43B675, cluster),
            element(0x1254C367, SECRET),
            element(0xEC, SECRET, wide=False),
            element(0xBF, b"CRC!", wide=False),
            more,
        )
    )
    head = element(0x1A45DFA3, element(0x4282, doc, wide=False))
    if live:
        return head + b"\x18\x53\x80\x67\x01" + b"\xff" * 7 + segment
    return head + element(0x18538067, segment)


def boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give the names of a file's uppermost boxes, and what is in them."""
    at = 0
    while at < len(content):
        length, start = struct.unpack_from(">I", content, at)[0], 8
        if length == 1:
            length, start = struct.unpack_from(">Q", content, at + 8)[0], 16
        yield content[at + 4 : at + 8], content[at + start : at + length]
        at += length


def send_clip(one: Caller, alarm_id: int, content: bytes, *, request_id: str | None = None) -> TestResponse:
    """Send a clip to an alarm as a phone does."""
    return one.client.post(
        f"/api/alarms/{alarm_id}/clips",
        query_string={"request_id": request_id or str(uuid4())},
        data=content,
        content_type="video/mp4",
        headers={"X-CSRF-Token": one.csrf_token},
    )


def send_clip_over(one: WebCaller, alarm_id: int, content: Any) -> requests.Response:
    """Send a clip to a real server."""
    return one.line.post(
        f"{one.world.server.url}/api/alarms/{alarm_id}/clips",
        params={"request_id": str(uuid4())},
        data=content,
        headers={"X-CSRF-Token": one.csrf_token, "Content-Type": "video/mp4"},
        timeout=60,
    )
