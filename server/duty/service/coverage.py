"""The coverage of each post: worked out and told whenever it changes."""

from collections.abc import Iterable, Mapping
from functools import partial

from server.calendar.rules import ShiftKey
from server.core import json_text
from server.core.access.rooms import post_room
from server.core.database.event_circles import Circle
from server.core.database.short_events import SHORT
from server.core.database.transaction import Transaction
from server.core.event_names import EventName, rooms_for_post
from server.core.json_text import JsonText, with_one_more
from server.core.limits import Limits
from server.duty.queries import coverage
from server.duty.rules.coverage import Seat
from server.duty.rules.post_news import changes
from server.duty.service.lines import Change, NewLine, lines_now
from server.places.queries import districts
from server.places.queries.districts import Place


def publish(
    transaction: Transaction,
    places: Iterable[Place],
    limits: Limits,
    *,
    changed: Mapping[int, Change] | None = None,
) -> None:
    """Keep and tell the lines of posts where they differ from the kept ones.

    ``changed`` is, by post, what of it this transaction changed, for those of which it is known. Who hears a line
    without a seat (any more) hears who is there no more than somebody does who is not believed to stand there.
    """
    known = changed or {}
    in_order = sorted(places, key=lambda place: place.post_id)
    coverage.lock(transaction.connection, [place.post_id for place in in_order])
    kept: list[tuple[int, int, JsonText]] = []
    for new in lines_now(transaction, in_order, limits, known):
        line, post_id = new.now.line, new.place.post_id
        if line is not new.before:
            text = JsonText(json_text.write(line))
            kept.append((post_id, line["version"], text))
            _tell(transaction, new, text, known[post_id].also if post_id in known else ())
    coverage.keep(transaction.connection, kept)


def _tell(transaction: Transaction, new: NewLine, text: JsonText, also: Iterable[int]) -> None:
    hand, room = new.now, post_room(new.place.post_id)
    transaction.publish(
        EventName.COVERAGE_CHANGED,
        with_one_more(text, SHORT, changes(hand.line, new.before)),
        rooms_for_post(**new.place.scope),
        circles=(
            Circle(room, hand.seeing),
            Circle(room, hand.not_seeing.union(also) - hand.seeing, reduced=True),
        ),
    )


def publish_at_the_end(
    transaction: Transaction, post_id: int, limits: Limits, *, also: int | None = None
) -> None:
    """Tell a post's new coverage once before the commit, however many check-ins share the transaction."""
    hearing = frozenset() if also is None else frozenset({also})
    _change(transaction, post_id, limits, Change(is_all=False, also=hearing))


def add_at_the_end(
    transaction: Transaction, post_id: int, limits: Limits, *, shift: ShiftKey, seat: Seat
) -> None:
    """Tell a post's new coverage, as ``publish_at_the_end`` does, of which is known that somebody came to it."""
    _change(transaction, post_id, limits, Change(came=((shift, seat),)))


_CHANGES = "what changed at posts"


def _change(transaction: Transaction, post_id: int, limits: Limits, change: Change) -> None:
    known: dict[int, Change] = transaction.once(_CHANGES, dict)
    before = known.get(post_id, Change())
    # A new value: a savepoint that is undone gives the old one back.
    transaction.keep(_CHANGES, {**known, post_id: before.and_then(change)})
    transaction.at_the_end(("coverage", 0), partial(_publish_changes, limits=limits))


def _publish_changes(transaction: Transaction, *, limits: Limits) -> None:
    known: dict[int, Change] = transaction.once(_CHANGES, dict)
    publish(transaction, districts.places_in(transaction, known).values(), limits, changed=known)
