"""Passwords of console accounts, kept as argon2id hashes."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.core.refused import Refused
from server.people.rules.password_guessing import tried_early

SHORTEST = 10

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# Checked in place of the hash of an unknown user, so that he takes as long to refuse as a known one.
NOBODY = HASHER.hash(secrets.token_urlsafe(32))


def checked_hash(password: str, *about: str) -> str:
    """Hash a password that is fit to be one; ``about`` are words of its account. Takes some 50 ms of a real thread.

    Raises ``Refused``: ``password_too_short`` (shortest), ``password_too_common``.
    """
    if len(password) < SHORTEST:
        raise Refused("password_too_short", shortest=SHORTEST)
    if tried_early(password, about=about):
        raise Refused("password_too_common")
    return hash_password(password)


def hash_password(password: str) -> str:
    """Hash a password; takes some 36 ms of a real thread."""
    return HASHER.hash(password)


def fits(password_hash: str | None, password: str) -> bool:
    """Tell whether a password is the hashed one; without a hash it is not, after just as long a look."""
    try:
        return HASHER.verify(password_hash or NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False
