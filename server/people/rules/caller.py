"""Where a call without a session comes from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a call without a session comes from; each part may be unknown."""

    address: str | None = None
    device_id: str | None = None
    # The token of the session that the browser had until now, which the new one replaces.
    token: str | None = None
    user_agent: str | None = None
