"""Numbers of signing in: one-time codes and how long a session lasts."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class SignInLimits:
    """Settings of one-time codes and sessions; ``code_channel`` is ``None`` where codes cannot be sent."""

    code_channel: str | None = None
    code_lasts: timedelta = timedelta(minutes=5)
    code_tries: int = 5
    codes_per_hour: int = 5
    codes_per_address: int = 500
    guard_session: timedelta = timedelta(days=30)
    console_session: timedelta = timedelta(hours=12)
