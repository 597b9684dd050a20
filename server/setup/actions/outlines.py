"""The outline of a district, which its administrator brings in as a file."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store
from server.places.queries import districts
from server.places.service import outlines as service
from server.setup.files.outline_file import read_areas
from server.setup.rules.outlines import OutlineView


def give(
    store: Store,
    *,
    who: Callable[[], Actor],
    request_id: str,
    gcj02: bool,
    read: Callable[[], bytes],
    in_real_thread: Callable[..., Any],
    now: datetime,
) -> OutlineView:
    """Store the outline and the stations' areas that a file gives; what it does not give stays as it is.

    ``read`` reads the file, ``who`` gives the caller as he is once it has come. A retry gets the first answer.
    Raises ``Refused``: ``not_your_role``, ``suspended``, ``outline_too_large``, ``outline_not_geojson``,
    ``outline_without_area``, ``outline_swapped``, ``outline_outside_country``, ``several_outlines`` (names),
    ``posts_outside_outline`` (number, of).
    """
    require(who(), Act.EDIT_PLACES)
    content = read()
    areas = in_real_thread(read_areas, content, gcj02=gcj02)
    actor = who()
    require(actor, Act.EDIT_PLACES)
    with store.transaction(now) as transaction:
        asked = [sha256(content).hexdigest(), gcj02]
        first = transaction.remember(actor.account_id, request_id, "give_outline", asked, shape=OutlineView)
        if first is not None:
            return first
        found = districts.the_district(transaction.connection, actor.district_id)
        given = service.keep(transaction, found, areas, by=actor.account_id)
        view: OutlineView = {
            "corners": given.corners,
            "areas": given.areas,
            "stations": given.stations,
            "posts": given.posts,
            "outside": list(given.outside),
        }
        return transaction.answer(actor.account_id, request_id, view)
