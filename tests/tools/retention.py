"""Retention as a server's clock has it done, with all that the areas let it delete."""

from datetime import datetime

from server.areas import AREAS
from server.core.clock import retention
from server.core.database.transaction import Store
from server.core.settings import ServerSettings


def purge(store: Store, settings: ServerSettings, now: datetime) -> dict[str, int]:
    """Purge a batch of each kind of old rows; gives the counts by table."""
    return retention.purge(store, AREAS.old_rows(settings, now), now)
