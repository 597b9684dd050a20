"""Webhooks of stations and districts: chat robots, and plain ones with our own signature. See docs/channels.md."""

import json
import time
from collections.abc import Callable

from server.delivery.channels import outside, robots, signed
from server.delivery.channels.base import USEFUL_S, NotSent
from server.delivery.channels.words import mark_of
from server.delivery.rules.channels import HookFormat
from server.delivery.tables import Hook

Find = Callable[[int], Hook | None]


class _Hooks:
    """Calls the webhook whose number is the address."""

    keeps_body = False

    def __init__(
        self, find: Find, bounds: outside.Bounds, wall_clock_s: Callable[[], float] = time.time
    ) -> None:
        self._find, self._bounds, self._wall_clock_s = find, bounds, wall_clock_s

    def target(self, address: str) -> str:
        """Give what is called: each webhook is one of its own."""
        return address

    def _hook(self, address: str) -> Hook:
        hook = self._find(int(address))
        if hook is None:
            raise NotSent("no_hook", again=False)
        return hook


class ChatRobots(_Hooks):
    """Posts a text in the format of the robot's service; its answer must say that it was taken."""

    takes_facts = False

    def send(self, address: str, body: str, reference: str, useful_s: float = USEFUL_S) -> None:
        """Send a text to a chat room, or raise ``NotSent``. Robots drop no doubles: readers see the mark."""
        hook = self._hook(address)
        kind = HookFormat(hook.format)
        url, written = robots.written(
            kind,
            url=hook.url,
            secret=hook.secret,
            text=f"{body}〔{mark_of(reference)}〕",
            at_s=self._wall_clock_s(),
        )
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "huxue",
            "X-Huxue-Reference": reference,
        }
        sent = json.dumps(written, ensure_ascii=False).encode()
        robots.judge(kind, outside.ask(url, sent, headers, self._bounds))


class PlainWebhooks(_Hooks):
    """Posts the facts as signed JSON; any 2xx is success unless a web page comes back."""

    takes_facts = True

    def send(self, address: str, body: str, reference: str, useful_s: float = USEFUL_S) -> None:
        """Send facts to a machine, or raise ``NotSent``."""
        hook = self._hook(address)
        sent = json.dumps(json.loads(body) | {"reference": reference}, ensure_ascii=False).encode()
        timestamp = str(int(self._wall_clock_s()))
        headers = signed.headers(hook.secret or "", timestamp, sent, reference)
        outside.refuse_page(outside.post(hook.url, sent, headers, self._bounds))
