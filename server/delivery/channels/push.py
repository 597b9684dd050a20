"""Web Push: the text encrypted for one browser, signed with the server's key, sent through its push service."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02, VapidException

from server.core.settings import BadSetting
from server.delivery.channels import outside
from server.delivery.channels.base import USEFUL_S, Gone, NotSent
from server.delivery.tables import PushSubscription

# How long a push service may keep what a phone that is off has not got.
LONGEST_S = 7 * 24 * 3600
SIGNED_FOR_S = 12 * 3600
NO_MORE = {"status_404", "status_410"}
# What a push says; the rest of a message's facts stays here.
SAID = ("alarm_id", "test_id", "title", "line", "page", "drill", "covert", "silent", "test")

Find = Callable[[int], PushSubscription | None]


def new_keys() -> tuple[str, str]:
    """Make a pair of keys as the settings take them: the public one, and the private one."""
    made = Vapid02()
    made.generate_keys()
    number = made.private_key.private_numbers().private_value
    return _public(made), _b64(number.to_bytes(32, "big"))


class PushService:
    """Sends to the browser whose subscription's number is the address."""

    keeps_body = False
    takes_facts = True

    def __init__(
        self,
        find: Find,
        bounds: outside.Bounds,
        *,
        keys: tuple[str, str],
        subject: str,
        wall_clock_s: Callable[[], float],
    ) -> None:
        """Take the pair of keys; raises ``BadSetting`` when they do not belong together."""
        self._find, self._bounds, self._subject, self._wall_clock_s = find, bounds, subject, wall_clock_s
        try:
            self._key = Vapid02.from_raw(keys[1].encode())
        except (VapidException, ValueError) as why:
            raise BadSetting("HUXUE_PUSH_PRIVATE_KEY is no key: flask channels make-keys makes one.") from why
        if _public(self._key) != keys[0].rstrip("="):
            raise BadSetting("HUXUE_PUSH_PUBLIC_KEY is not that of HUXUE_PUSH_PRIVATE_KEY.")

    def target(self, address: str) -> str:
        """Give what is called: the push service of the browser's maker."""
        row = self._find(int(address))
        return urlsplit(row.endpoint).netloc if row else ""

    def send(self, address: str, body: str, reference: str, useful_s: float = USEFUL_S) -> None:
        """Wake a browser, or raise ``NotSent``, ``Gone`` when it has taken back its agreement."""
        row = self._find(int(address))
        if row is None:
            raise Gone
        facts = json.loads(body)
        said = {name: facts[name] for name in SAID if name in facts} | {"reference": reference}
        try:
            outside.post(
                row.endpoint,
                _encrypted(row, said),
                self._headers(row.endpoint, reference, useful_s),
                self._bounds,
            )
        except NotSent as why:
            if why.reason in NO_MORE:
                raise Gone from why
            raise

    def _headers(self, endpoint: str, reference: str, useful_s: float) -> dict[str, str]:
        parts = urlsplit(endpoint)
        signed = self._key.sign(
            {
                "aud": f"{parts.scheme}://{parts.netloc}",
                "exp": int(self._wall_clock_s()) + SIGNED_FOR_S,
                "sub": self._subject,
            }
        )
        return {
            **signed,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(max(0.0, min(useful_s, LONGEST_S)))),
            "Urgency": "high",
            # A double that has not reached the phone yet takes the place of the first.
            "Topic": _b64(sha256(reference.encode()).digest())[:32],
        }


def _encrypted(row: PushSubscription, said: Mapping[str, object]) -> bytes:
    """Encrypt what a push says for one browser (RFC 8291), or raise ``Gone``."""
    try:
        encrypted: bytes = http_ece.encrypt(
            json.dumps(said, ensure_ascii=False).encode(),
            private_key=ec.generate_private_key(ec.SECP256R1()),
            dh=_raw(row.p256dh),
            auth_secret=_raw(row.auth),
            version="aes128gcm",
        )
    except (http_ece.ECEException, ValueError) as why:
        # Keys that are no point of the curve: such a subscription never gets anything.
        raise Gone from why
    return encrypted


def _public(key: Vapid02) -> str:
    return _b64(key.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "==")


def _b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
