"""What a page missed, as its account may see it by now."""

from typing import Any

from sqlalchemy import Connection

from server.core.access.roles import Actor
from server.core.access.rooms import account_room, room_of
from server.core.access.sessions import AsSeen
from server.core.database import event_log


def missed(
    connection: Connection,
    actor: Actor,
    as_seen: AsSeen,
    *,
    after: int,
    epoch: str,
    history: str,
    limit: int = 500,
    stands: event_log.Standing | None = None,
) -> dict[str, Any]:
    """Read what an actor's page missed, as ``event_log.missed`` does.

    Raises ``Refused``: ``epoch_changed`` or ``cursor_too_old``.
    """
    room = room_of(actor)
    batch = event_log.missed(
        connection, room, after=after, epoch=epoch, history=history, limit=limit, stands=stands
    )
    if room == account_room(actor.account_id):
        batch["events"] = as_seen(connection, batch["events"], actor)
    return batch
