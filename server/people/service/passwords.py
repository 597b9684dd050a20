"""Passwords of console accounts, kept as argon2id hashes."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# Checked in place of the hash of an unknown user, so that he takes as long to refuse as a known one.
NOBODY = HASHER.hash(secrets.token_urlsafe(32))


def hash_password(password: str) -> str:
    """Hash a password; takes some 36 ms of a real thread."""
    return HASHER.hash(password)


def fits(password_hash: str | None, password: str) -> bool:
    """Tell whether a password is the hashed one; without a hash it is not, after just as long a look."""
    try:
        return HASHER.verify(password_hash or NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False
