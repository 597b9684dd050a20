"""SMS through a webhook: one signed JSON call a message. The receiving side: docs/sms-webhook.md."""

import json
import time
from collections.abc import Callable

from server.delivery.channels import outside, signed
from server.delivery.channels.base import USEFUL_S


class SmsWebhook:
    """Posts ``{to, text, reference}``; a 2xx answer that is no web page means that the gateway has taken it over."""

    keeps_body = False
    takes_facts = False

    def __init__(
        self, url: str, secret: str, bounds: outside.Bounds, wall_clock_s: Callable[[], float] = time.time
    ) -> None:
        self._url, self._secret, self._bounds = url, secret, bounds
        self._wall_clock_s = wall_clock_s

    def target(self, _address: str) -> str:
        """Give what is called: the one gateway, whoever the message is for."""
        return ""

    def send(self, address: str, body: str, reference: str, useful_s: float = USEFUL_S) -> None:
        """Send a text to a phone number, or raise ``NotSent``."""
        sent = json.dumps({"to": address, "text": body, "reference": reference}, ensure_ascii=False).encode()
        timestamp = str(int(self._wall_clock_s()))
        headers = signed.headers(self._secret, timestamp, sent, reference)
        outside.refuse_page(outside.post(self._url, sent, headers, self._bounds))
