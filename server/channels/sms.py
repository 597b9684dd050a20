"""SMS through a webhook: one signed JSON call a message. The receiving side: docs/sms-webhook.md."""

import hmac
import json
import time
from collections.abc import Callable
from hashlib import sha256

from server.channels import outside


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Sign a call: HMAC-SHA256 over the timestamp, a full stop and the body, in hexadecimal."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, sha256).hexdigest()


class SmsWebhook:
    """Posts ``{to, text, reference}``; a 2xx answer means that the gateway has taken it over."""

    keeps_body = False

    def __init__(
        self, url: str, secret: str, bounds: outside.Bounds, wall_clock_s: Callable[[], float] = time.time
    ) -> None:
        self._url, self._secret, self._bounds = url, secret, bounds
        self._wall_clock_s = wall_clock_s

    def send(self, address: str, body: str, reference: str) -> None:
        """Send a text to a phone number, or raise ``NotSent``."""
        sent = json.dumps({"to": address, "text": body, "reference": reference}, ensure_ascii=False).encode()
        timestamp = str(int(self._wall_clock_s()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "huxue",
            "X-Huxue-Timestamp": timestamp,
            "X-Huxue-Signature": f"sha256={signature(self._secret, timestamp, sent)}",
        }
        outside.post(self._url, sent, headers, self._bounds)
