"""The signature on our own calls: who calls, when, and that nothing was changed on the way."""

import hmac
from hashlib import sha256


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Sign a call: HMAC-SHA256 over the timestamp, a full stop and the body, in hexadecimal."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, sha256).hexdigest()


def headers(secret: str, timestamp: str, body: bytes, reference: str) -> dict[str, str]:
    """Make the headers of a signed JSON call; the receiver drops doubles by the reference."""
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "huxue",
        "X-Huxue-Reference": reference,
        "X-Huxue-Timestamp": timestamp,
        "X-Huxue-Signature": f"sha256={signature(secret, timestamp, body)}",
    }
