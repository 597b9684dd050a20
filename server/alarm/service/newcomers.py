"""Calling whoever begins his duty on the spot of an alarm that goes on: he is warned like all who stood there before.

It is done once before the commit, however many check-ins share it. Where no alarm is open near one of their posts that
costs one statement. What goes wrong with it undoes no check-in: the steps of the alarm ask whoever came as well.
"""

import logging
from collections.abc import Collection, Mapping

from server.alarm.queries import alarms, open_alarms
from server.alarm.rules.needs import DispatchLimits
from server.alarm.rules.search import Spot
from server.alarm.service import further_places, views
from server.core.database.transaction import Transaction
from server.core.faults import named, without_values
from server.core.geo import Point, distance_m
from server.core.limits import Limits
from server.duty.facts import DutyBegun
from server.places.queries.districts import Place

logger = logging.getLogger("huxue.store")


def come(transaction: Transaction, fact: DutyBegun) -> None:
    """Look before the commit whether an alarm goes on where somebody has begun his duty."""
    key = ("newcomers", fact.place.district_id)
    posts: dict[int, Place] = transaction.once(key, dict)
    posts[fact.place.post_id] = fact.place
    # Before the coverage of posts: whoever works on an alarm locks its row first.
    transaction.at_the_end(("alarms", fact.place.district_id), lambda one: _call(one, posts, fact.limits))


def _call(transaction: Transaction, posts: Mapping[int, Place], limits: Limits) -> None:
    reach_m = limits[DispatchLimits].on_spot_m
    district_id = next(iter(posts.values())).district_id
    spots: dict[int, list[Spot]] = {}
    for row in open_alarms.spots(transaction.connection, district_id):
        spot = Spot(Point(row.latitude, row.longitude), row.post_id)
        if any(_is_there(place, spot, reach_m) for place in posts.values()):
            spots.setdefault(row.alarm_id, []).append(spot)
    if not spots:
        return
    try:
        with transaction.savepoint():
            _call_to(transaction, spots, limits)
    except Exception as failure:
        what, numbers = named(failure), sorted(spots)
        logger.error("alarms %s: newcomers not called: %s", numbers, what, exc_info=without_values(failure))


def _call_to(transaction: Transaction, spots: Mapping[int, Collection[Spot]], limits: Limits) -> None:
    """Call to each alarm who is new at its spots; all rows are held, in their order, before any choice of people."""
    connection = transaction.connection
    held = [alarms.by_id(connection, number, lock=True) for number in sorted(spots)]
    for alarm in held:
        if alarm is None or alarm.state != alarms.OPEN:
            continue
        asked = [
            further_places.ask_around(transaction, alarm, spot, limits, all_tiers=False)
            for spot in spots[alarm.id]
        ]
        if any(asked):
            views.publish(transaction, alarm)


def _is_there(place: Place, spot: Spot, reach_m: float) -> bool:
    """Tell whether somebody at a post, as far as its fence, may be on the spot."""
    return (
        place.post_id == spot.post_id or distance_m(place.point, spot.point) <= reach_m + place.fence_radius_m
    )
