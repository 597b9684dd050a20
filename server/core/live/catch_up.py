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
    short: bool = False,
) -> dict[str, Any]:
    """Read what an actor's page missed, as ``event_log.missed`` does; ``short`` is for an account's own room alone.

    Raises ``Refused``: ``epoch_changed`` or ``cursor_too_old``.
    """
    room = room_of(actor)
    is_own = room == account_room(actor.account_id)
    batch = event_log.missed(
        connection,
        room,
        after=after,
        epoch=epoch,
        history=history,
        limit=limit,
        stands=stands,
        short=short and is_own,
    )
    if is_own:
        batch["events"] = as_seen(connection, batch["events"], actor)
    return batch
