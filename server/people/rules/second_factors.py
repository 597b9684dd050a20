"""The second step of a sign-in: codes by time (RFC 6238: six digits, 30 seconds, SHA-1, as every app has them)."""

import secrets
from datetime import datetime
from hmac import compare_digest

import pyotp

STEP_S = 30
# A telephone's clock may be half a minute off, either way.
STEPS_OFF = 1
RECOVERY_CODES = 10
# Neither 0 and O nor 1, i and l: they are written down by hand. 16 of them are 80 bits.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4


def new_secret() -> str:
    """Make what app and server share, of 160 bits, in base32."""
    return pyotp.random_base32()


def address_of(secret: str, username: str, district_name: str) -> str:
    """Write the ``otpauth`` address that an app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=f"{district_name}护学岗")


def step_of(secret: str, typed: str, now: datetime, last_step: int | None) -> int | None:
    """Give the step of a right code that is newer than the last one taken; ``None`` for any other."""
    digits = "".join(typed.split())
    if len(digits) != 6 or not digits.isascii() or not digits.isdecimal():
        return None
    current, codes = int(now.timestamp()) // STEP_S, pyotp.TOTP(secret)
    right = [
        step
        for step in range(current - STEPS_OFF, current + STEPS_OFF + 1)
        if compare_digest(codes.at(step * STEP_S), digits)
    ]
    newer = [step for step in right if last_step is None or step > last_step]
    return newer[0] if newer else None


def new_recovery_codes() -> list[str]:
    """Make the codes that each stand for one sign-in without the app: ``abcd-efgh-jkmn-pqrs``."""
    return [
        "-".join("".join(secrets.choice(LETTERS) for _letter in range(_GROUP)) for _group in range(_GROUPS))
        for _code in range(RECOVERY_CODES)
    ]


def recovery_code_of(typed: str) -> str | None:
    """Read a recovery code as it was typed, with or without its hyphens; ``None`` for what is none."""
    letters = "".join(typed.lower().replace("-", " ").split())
    if len(letters) != _GROUPS * _GROUP or not set(letters) <= set(LETTERS):
        return None
    return "-".join(letters[first : first + _GROUP] for first in range(0, len(letters), _GROUP))
