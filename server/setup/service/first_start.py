"""The secret of the link to the first administrator, made and proved with the keys of this server."""

from datetime import datetime
from hmac import compare_digest

from server.core.database.sealing.ring import KeyRing
from server.setup.rules import first_start as rules


def made(ring: KeyRing, now: datetime) -> str:
    """Make a secret that lasts from now on. Raises ``KeyFault`` where the keys cannot be read."""
    # Whole seconds: the secret says no finer ones.
    ends_at = (now + rules.LASTS).replace(microsecond=0)
    index = ring.newest.index(rules.INDEX_KIND, rules.indexed(ends_at), rules.INDEX_BYTES)
    return rules.written(ends_at, index)


def ends_at(ring: KeyRing, token: str, now: datetime) -> datetime | None:
    """Tell until when a secret lasts; ``None`` for one that this server did not make, or that is over."""
    said = rules.read(token)
    if said is None or not rules.lasts(said.ends_at, now):
        return None
    key = ring.keys.get(said.index.partition(".")[0])
    if key is None:
        return None
    right = key.index(rules.INDEX_KIND, rules.indexed(said.ends_at), rules.INDEX_BYTES)
    return said.ends_at if compare_digest(right, said.index) else None
