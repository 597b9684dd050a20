"""Pictures as phones and bad people make them, and sending them."""

import struct
import zlib
from io import BytesIO
from typing import Any
from uuid import uuid4

import requests
from PIL import Image
from werkzeug.test import TestResponse

from tests.tools.client import Caller
from tests.tools.web import WebCaller

# 28 July 1976, a made-up camera, a place in the sea, and words that no picture may carry on.
SECRET = b"a-secret-of-the-camera"
ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825
PLACE = {1: "N", 2: (31.0, 30.0, 0.0), 3: "E", 4: (117.0, 30.0, 0.0)}


def scene(width: int = 640, height: int = 480) -> Image.Image:
    """Draw a picture that is red at its left upper corner and blue elsewhere."""
    picture = Image.new("RGB", (width, height), (20, 40, 220))
    picture.paste((220, 30, 20), (0, 0, max(1, width // 2), max(1, height // 2)))
    return picture


def jpeg(width: int = 640, height: int = 480, *, orientation: int = 1, **more: Any) -> bytes:
    """Make a JPEG as a camera does, with its place and much else in it."""
    told = Image.Exif()
    told[ORIENTATION], told[MAKE] = orientation, SECRET.decode()
    told.get_ifd(GPS).update(PLACE)
    return written(scene(width, height), "JPEG", exif=told, comment=SECRET, **more)


def written(picture: Image.Image, kind: str, **more: Any) -> bytes:
    """Write a picture in some format."""
    out = BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def png(width: int, height: int, rows: bytes, *, depth: int = 8, colour: int = 0) -> bytes:
    """Write a PNG by hand: its head may say what its rows do not hold."""

    def part(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + part(b"IHDR", head)
        + part(b"IDAT", zlib.compress(rows, 9))
        + part(b"IEND", b"")
    )


def segments(content: bytes) -> list[int]:
    """Give the markers of a JPEG before its pixels, and see that nothing stands behind its end."""
    found, at = [], 2
    assert content[:2] == b"\xff\xd8" and content.endswith(b"\xff\xd9") and content.count(b"\xff\xd9") == 1
    while content[at + 1] != 0xDA:
        assert content[at] == 0xFF
        found.append(content[at + 1])
        at += 2 + struct.unpack(">H", content[at + 2 : at + 4])[0]
    return found


def send(one: Caller, alarm_id: int, content: bytes, *, request_id: str | None = None) -> TestResponse:
    """Send a picture to an alarm as a phone does."""
    return one.client.post(
        f"/api/alarms/{alarm_id}/pictures",
        query_string={"request_id": request_id or str(uuid4())},
        data=content,
        content_type="image/jpeg",
        headers={"X-CSRF-Token": one.csrf_token},
    )


def send_over(one: WebCaller, alarm_id: int, content: bytes) -> requests.Response:
    """Send a picture to a real server."""
    return one.line.post(
        f"{one.world.server.url}/api/alarms/{alarm_id}/pictures",
        params={"request_id": str(uuid4())},
        data=content,
        headers={"X-CSRF-Token": one.csrf_token, "Content-Type": "image/jpeg"},
        timeout=60,
    )
