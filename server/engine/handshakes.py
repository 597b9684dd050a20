"""Clients that do not get through the TLS handshake: counted, and told in one line a minute."""

import logging
import ssl
import time

logger = logging.getLogger("huxue.tls")

SAY_EVERY_S = 60.0
UNTRUSTED = (
    "UNKNOWN_CA",
    "CERTIFICATE_UNKNOWN",
    "BAD_CERTIFICATE",
    "CERTIFICATE_EXPIRED",
    "UNSUPPORTED_CERTIFICATE",
)


class Handshakes:
    """What failed since the last line about it."""

    def __init__(self) -> None:
        """Begin with nothing failed and nothing said."""
        self._said_at = float("-inf")
        self._failed = 0

    def failed(self, why: ssl.SSLError) -> None:
        """Count a connection that ended in its handshake; say how many there were, with the newest one's reason."""
        self._failed += 1
        if time.monotonic() - self._said_at < SAY_EVERY_S:
            return
        logger.warning("TLS: %s without a handshake, the last: %s", _counted(self._failed), reason(why))
        self._said_at, self._failed = time.monotonic(), 0


def reason(why: ssl.SSLError) -> str:
    """Say why a handshake failed, in words where it is one of the usual reasons."""
    code = why.reason or type(why).__name__
    if code.endswith(UNTRUSTED):
        return f"the client does not trust HUXUE_CERTIFICATE ({code})"
    if code == "HTTP_REQUEST":
        return f"the client speaks plain HTTP ({code})"
    return code


def _counted(number: int) -> str:
    return "1 connection" if number == 1 else f"{number:,} connections"
