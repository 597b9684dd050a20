"""How a moment is written in events and answers."""

from datetime import UTC, datetime


def moment(time: datetime) -> str:
    """Write an aware time for the wire: UTC, milliseconds, ``Z``.

    A naive time would be read as local to the server, so it raises ``ValueError``.
    """
    if time.tzinfo is None:
        raise ValueError("a time without a zone cannot be written")
    utc = time if time.tzinfo is UTC else time.astimezone(UTC)
    return utc.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def moment_or_none(time: datetime | None) -> str | None:
    """Write an aware time for the wire, and ``None`` as it is."""
    return None if time is None else moment(time)
