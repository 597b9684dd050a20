"""What a district still lacks, for its administrator."""

from collections.abc import Callable
from datetime import datetime

from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.delivery.rules.channels import AvailableChannels, ChannelName
from server.operations.queries import checklist as counted
from server.operations.queries import status as measured
from server.operations.rules import checklist
from server.operations.rules.checklist import ChecklistView, Copies, Item


def look(
    store: Store, *, actor: Actor, copies: Callable[[], Copies], limits: Limits, now: datetime
) -> ChecklistView:
    """Judge each item. Raises ``Refused``: ``not_your_role``, ``suspended``."""
    require(actor, Act.SEE_STATUS)
    with store.read() as connection:
        places = counted.places(connection, actor.district_id)
        administrators = counted.administrators(connection, actor.district_id)
        channels = counted.channels(connection, limits[AvailableChannels])
        rooms = counted.rooms(connection, actor.district_id)
        wrote_at = measured.auditor_wrote_at(connection)
    return checklist.whole(
        [
            *checklist.of_places(places),
            checklist.administrators(administrators),
            checklist.channel(Item.SMS, channels[ChannelName.SMS]),
            checklist.channel(Item.PUSH, channels[ChannelName.PUSH]),
            checklist.rooms(rooms),
            checklist.auditor(wrote_at, now),
            # Last, with nothing held: a disk of the network may take its time.
            checklist.backups(copies(), now),
        ]
    )
