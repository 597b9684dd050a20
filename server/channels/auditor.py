"""How the auditor is heard: a signed webhook of its own, and a watchdog that waits to be called."""

import time
from collections.abc import Callable

from server.channels import outside, signed
from server.config import Settings


def cry_of(settings: Settings) -> Callable[[bytes], None]:
    """Make the call that raises the auditor's own alert; without an address it is only logged."""
    bounds = _bounds(settings)

    def cry(body: bytes) -> None:
        if not settings.auditor_url:
            return
        timestamp = str(int(time.time()))
        headers = signed.headers(settings.auditor_secret, timestamp, body, reference=f"auditor:{timestamp}")
        outside.post(settings.auditor_url, body, headers, bounds)

    return cry


def watchdog_of(settings: Settings) -> Callable[[], None]:
    """Make the call that says that all is well."""
    bounds = _bounds(settings)

    def call() -> None:
        if settings.watchdog_url:
            outside.post(settings.watchdog_url, b"", {"User-Agent": "huxue"}, bounds)

    return call


def _bounds(settings: Settings) -> outside.Bounds:
    return outside.Bounds(hosts=settings.auditor_hosts, private=settings.auditor_private)
