"""How the auditor is heard: signed webhooks of its own, and a watchdog that waits to be called."""

import time
from collections.abc import Callable

from server.auditor.settings import AuditorSettings
from server.delivery.channels import outside, signed


def cry_of(settings: AuditorSettings) -> Callable[[bytes], None]:
    """Make the call that raises the auditor's own alert; without an address it is only logged."""
    return _signed_call(settings, settings.auditor_url, "auditor")


def anchor_of(settings: AuditorSettings) -> Callable[[bytes], None]:
    """Make the call that leaves the newest seal of the audit log outside; without an address it does nothing."""
    return _signed_call(settings, settings.seal_url, "seal")


def _signed_call(settings: AuditorSettings, url: str, kind: str) -> Callable[[bytes], None]:
    bounds = _bounds(settings)

    def call(body: bytes) -> None:
        if not url:
            return
        timestamp = str(int(time.time()))
        headers = signed.headers(settings.auditor_secret, timestamp, body, reference=f"{kind}:{timestamp}")
        outside.post(url, body, headers, bounds)

    return call


def watchdog_of(settings: AuditorSettings) -> Callable[[], None]:
    """Make the call that says that all is well."""
    bounds = _bounds(settings)

    def call() -> None:
        if settings.watchdog_url:
            outside.post(settings.watchdog_url, b"", {"User-Agent": "huxue"}, bounds)

    return call


def _bounds(settings: AuditorSettings) -> outside.Bounds:
    return outside.Bounds(hosts=settings.auditor_hosts, private=settings.auditor_private)
