"""One key: it seals a text so that only its holder reads it, and makes the index by which equal texts are found."""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, CipherAlgorithm, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256, SM3, HashAlgorithm
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

SECRET_BYTES = 32
NONCE_BYTES, TAG_BYTES = 12, 16


class Suite(StrEnum):
    """With what a key seals and indexes: AES-256-GCM and HMAC-SHA256, or SM4-GCM and HMAC-SM3."""

    AES = "aes"
    SM = "sm"


@dataclass(frozen=True, slots=True)
class _Algorithms:
    hash: Callable[[], HashAlgorithm]
    cipher: Callable[[bytes], CipherAlgorithm]
    cipher_key_bytes: int


# Another suite is one more line, a choice of HUXUE_CIPHERS, and a release before any file has such a key: a program
# that does not know a line of its key file reads none of it.
_ALGORITHMS = {
    Suite.AES: _Algorithms(SHA256, algorithms.AES, 32),
    Suite.SM: _Algorithms(SM3, algorithms.SM4, 16),
}


class Key:
    """A key by its id. What seals and what indexes are derived apart: neither gives the other."""

    def __init__(self, key_id: str, suite: Suite, secret: bytes) -> None:
        self.id, self.suite = key_id, suite
        self._secret = secret
        its = _ALGORITHMS[suite]
        self._hash = its.hash()
        self._cipher = its.cipher(self._derived(b"seal", its.cipher_key_bytes))
        self._index = HMAC(self._derived(b"index", 32), self._hash)

    @property
    def line(self) -> str:
        """Write the key as it stands in a key file."""
        return f"{self.id} {self.suite.value} {_text(self._secret)}"

    def seal(self, text: str, where: str) -> str:
        """Seal a text for one column; the same text is sealed differently each time. The key's id stands before it."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        encryptor = Cipher(self._cipher, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(self._bound(where))
        sealed = encryptor.update(text.encode()) + encryptor.finalize()
        return f"{self.id}.{_text(nonce + encryptor.tag + sealed)}"

    def open(self, sealed: str, where: str) -> str | None:
        """Open what ``seal`` made for that column; ``None`` for anything else."""
        try:
            content = _bytes(sealed.partition(".")[2])
            nonce, tag = content[:NONCE_BYTES], content[NONCE_BYTES : NONCE_BYTES + TAG_BYTES]
            decryptor = Cipher(self._cipher, modes.GCM(nonce, tag)).decryptor()
            decryptor.authenticate_additional_data(self._bound(where))
            text = decryptor.update(content[NONCE_BYTES + TAG_BYTES :]) + decryptor.finalize()
            return text.decode()
        except (InvalidTag, ValueError):
            return None

    def index(self, kind: str, text: str, length: int) -> str:
        """Give the keyed index of a text of a kind, of so many bytes, with the key's id before it."""
        keyed = self._index.copy()
        keyed.update(f"{kind}:{text}".encode())
        return f"{self.id}.{_text(keyed.finalize()[:length])}"

    def _derived(self, purpose: bytes, length: int) -> bytes:
        return HKDFExpand(self._hash, length, b"huxue telephones " + purpose).derive(self._secret)

    def _bound(self, where: str) -> bytes:
        return f"{self.id}:{where}".encode()


def new_key(suite: Suite) -> Key:
    """Make a key that nobody has had before."""
    return Key(f"k{secrets.token_hex(4)}", suite, secrets.token_bytes(SECRET_BYTES))


def read_key(line: str) -> Key:
    """Read a key as ``Key.line`` writes it; raises ``ValueError``."""
    key_id, suite, secret = line.split()
    content = _bytes(secret)
    if len(content) != SECRET_BYTES or not key_id.isalnum() or not 4 <= len(key_id) <= 12:
        raise ValueError("no key")
    return Key(key_id, Suite(suite), content)


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
