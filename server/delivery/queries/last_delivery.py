"""When each channel last worked for each person: messages themselves are purged long before it stops mattering."""

from datetime import datetime

from sqlalchemy import Connection

from server.core.database.upsert import Upsert
from server.delivery.rules.channels import ChannelName
from server.delivery.tables import last_reached

_note = Upsert(last_reached, keys=("account_id", "channel"), take=("at",))


def note(connection: Connection, account_id: int, channel: ChannelName | str, now: datetime) -> None:
    """Note that a channel worked for somebody just now."""
    _note.run(connection, {"account_id": account_id, "channel": str(channel), "at": now})


def note_code(connection: Connection, account_id: int, channel: str | None, now: datetime) -> None:
    """Note that a one-time code was typed in: only who has read the SMS knows it. A demo's list proves no channel."""
    if channel == ChannelName.SMS:
        note(connection, account_id, ChannelName.SMS, now)
