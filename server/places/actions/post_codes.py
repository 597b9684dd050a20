"""The printed codes of posts: giving a post another one, listing them for the posters."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from server.core import audit
from server.core.database.transaction import Store
from server.core.refused import Refused
from server.places.queries import districts, post_codes


@dataclass(frozen=True, slots=True)
class Coded:
    """A post as its poster names it."""

    post_id: int
    name: str
    school_name: str
    district_name: str
    gate: str
    code: str


def reissue(store: Store, *, post: str, now: datetime) -> Coded:
    """Give a post another code; the old one stays good as a stale one for the days of the setting.

    ``post`` is its number, its name or its current code; only the command line comes here.
    Raises ``Refused("unknown_post")``.
    """
    with store.transaction(now) as transaction:
        connection = transaction.connection
        post_id = post_codes.find(connection, post)
        if post_id is None:
            raise Refused("unknown_post")
        code = post_codes.new_code()
        post_codes.replace(connection, post_id, code, now)
        audit.record(connection, now=now, actor_id=None, act="reissue_code", facts={"post_id": post_id})
        place = districts.place(connection, post_id)
        assert place is not None
        name = districts.the_district(connection, place.district_id).name
        return Coded(post_id, place.name, place.school_name, name, place.gate, code)


def printed(store: Store, *, post_ids: Collection[int], now: datetime) -> None:
    """Note that posters of the current codes of some posts were made; only the command line comes here."""
    with store.transaction(now) as transaction:
        post_codes.note_printed(transaction.connection, post_ids, now)


def coded(store: Store, *, post: str | None = None) -> list[Coded]:
    """List the posts with their current codes: one by number, name or code, or all of them.

    Raises ``Refused("unknown_post")``.
    """
    with store.read() as connection:
        wanted = post_codes.find(connection, post) if post is not None else None
        if post is not None and wanted is None:
            raise Refused("unknown_post")
        places = [
            place for place in districts.places(connection) if wanted is None or place.post_id == wanted
        ]
        names = {
            one: districts.the_district(connection, one).name
            for one in {place.district_id for place in places}
        }
        codes = districts.current_codes(connection, [place.post_id for place in places])
    return [
        Coded(
            place.post_id,
            place.name,
            place.school_name,
            names[place.district_id],
            place.gate,
            codes[place.post_id],
        )
        for place in places
        if place.post_id in codes
    ]
