"""Disks, and the certificate that phones see: it is asked for at the public address, since nginx may hold it."""

import shutil
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from server.operations.rules.checklist import Copies
from server.operations.rules.status import Space

# A handshake takes some round trips; a page that asks each half minute need not cause one. An address that does not
# answer is asked again by that page, and not by each call of somebody who calls without end.
WAITS_S, KEPT_S, FAILURE_KEPT_S = 3.0, 600.0, 20.0


@dataclass(frozen=True, slots=True)
class SeenCertificate:
    """When a certificate ends, or why that is not known: ``unreachable``, ``unreadable``."""

    ends_at: datetime | None
    why: str | None = None


def spaces(paths: Iterable[str]) -> list[Space]:
    """Measure the disks of some folders or files; one that is not there is measured where it would be."""
    found = []
    for path in paths:
        there = Path(path).resolve()
        while not there.exists():
            there = there.parent
        used = shutil.disk_usage(there)
        found.append(Space(used.free, used.total))
    return found


def copies(folder: str) -> Copies:
    """Look when the newest file in the folder of copies was written; those in folders below it are not looked at."""
    if not folder:
        return Copies(named=False, readable=False, newest_at=None)
    try:
        written = [one.stat().st_mtime for one in Path(folder).iterdir() if one.is_file()]
    except OSError:
        return Copies(named=True, readable=False, newest_at=None)
    newest = datetime.fromtimestamp(max(written), UTC) if written else None
    return Copies(named=True, readable=True, newest_at=newest)


class PublicCertificate:
    """The certificate at a public address: looked at once in ten minutes at most, in 20 s where it was not seen."""

    def __init__(self, public_url: str) -> None:
        self._address = urlsplit(public_url)
        self._seen: tuple[float, SeenCertificate] | None = None
        self._looking = threading.Lock()

    @property
    def wanted(self) -> bool:
        """Tell whether phones reach the server over HTTPS."""
        return self._address.scheme == "https"

    def seen(self) -> SeenCertificate:
        """Give what is known of it; asks the address, which may take three seconds."""
        with self._looking:
            if self._seen is None or time.monotonic() > self._seen[0]:
                found = self._look()
                # From its end: a look that took long is kept as long as others.
                self._seen = time.monotonic() + (FAILURE_KEPT_S if found.why else KEPT_S), found
            return self._seen[1]

    def _look(self) -> SeenCertificate:
        # Whoever it is from and however long it has been over: its end is all that is asked.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        host, port = self._address.hostname or "", self._address.port or 443
        try:
            with socket.create_connection((host, port), WAITS_S) as plain:
                plain.settimeout(WAITS_S)
                with context.wrap_socket(plain, server_hostname=host) as secure:
                    shown = secure.getpeercert(binary_form=True)
        except (OSError, ValueError):
            return SeenCertificate(None, "unreachable")
        try:
            return SeenCertificate(
                x509.load_der_x509_certificate(shown or b"").not_valid_after_utc.astimezone(UTC)
            )
        except ValueError:
            return SeenCertificate(None, "unreadable")
