"""What a page missed, as its account may see it by now."""

from collections.abc import Sequence

from sqlalchemy import Connection

from server.core.access.roles import Actor
from server.core.access.rooms import account_room, room_of
from server.core.access.sessions import AsSeen
from server.core.database import event_rooms
from server.core.database.event_log import Event
from server.core.live import news
from server.core.refused import Refused


def missed_events(
    connection: Connection,
    actor: Actor,
    as_seen: AsSeen,
    *,
    after: int,
    epoch: str,
    history: str,
    limit: int = 500,
    stands: event_rooms.Standing | None = None,
    short: bool = False,
) -> str | None:
    """Read what an actor's page missed as a batch in JSON: ``epoch, prev, last, events``; ``None`` if it is nothing.

    ``epoch`` and ``after`` are the page's cursor, ``history`` is what its room follows now, ``stands`` where it stands,
    if that was read already; ``short``, for what changed alone, is for an account's own room. Raises ``Refused``:
    ``epoch_changed`` or ``cursor_too_old``, when only fetching everything anew helps; with ``undone`` where the log
    does not know the event at which the cursor stands: the machine was set back, and nobody made a new epoch.
    """
    room = room_of(actor)
    if epoch != history:
        raise Refused("epoch_changed", epoch=history)
    stands = stands or event_rooms.standing(connection, room, after=after, up_to=after)
    if after < stands.oldest - 1:
        raise Refused("cursor_too_old")
    if after > stands.newest or (after >= stands.oldest > 0 and not stands.client_is_known):
        raise Refused("cursor_too_old", undone=True)
    events = event_rooms.heard(connection, room, after, limit, circles=stands.circles)
    return batch_of(connection, actor, as_seen, events, epoch=epoch, after=after, short=short)


def batch_of(
    connection: Connection,
    actor: Actor,
    as_seen: AsSeen,
    events: Sequence[Event],
    *,
    epoch: str,
    after: int,
    short: bool = False,
) -> str | None:
    """Write what an actor's page missed as a batch, which follows ``after``; ``None`` if it is nothing."""
    if not events:
        return None
    room = room_of(actor)
    if room == account_room(actor.account_id):
        own = as_seen(connection, event_rooms.as_told(events, room, short=short), actor)
        told = [(one["id"], news.written(one)) for one in own]
    else:
        told = [(one.id, news.News(one).text(room)) for one in events]
    return news.batch(epoch, after, told[-1][0], (text for _id, text in told))
