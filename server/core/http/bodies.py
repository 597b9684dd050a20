"""Bodies that are no JSON: read up to a length and within a time."""

import time

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from server.core.refused import Refused

PIECE_BYTES = 64 * 1024
# A phone on a poor line sends 300 KB in this time with 40 kbit/s.
WITHIN_S = 60.0


def sent_bytes(most: int, *, too_large: str) -> bytes:
    """Read the body. Raises ``Refused``: what ``too_large`` says, ``busy`` where it does not come within a minute."""
    request.max_content_length = most
    until, found = time.monotonic() + WITHIN_S, bytearray()
    try:
        while piece := request.stream.read(PIECE_BYTES):
            found += piece
            if time.monotonic() > until:
                raise Refused("busy")
    except RequestEntityTooLarge as why:
        raise Refused(too_large) from why
    return bytes(found)
