"""Further places of an alarm: each is told, and dispatched for, until a console chooses."""

from dataclasses import replace

from server.alarm.queries import places, posts, timelines
from server.alarm.queries.nearby import Nearby
from server.alarm.queries.posts import AlarmPost
from server.alarm.rules.alarm import AlarmLimits, Entry
from server.alarm.rules.dispatch import choose, of_tiers, on_the_spot
from server.alarm.rules.engagement import Pool
from server.alarm.rules.escalation import TIERS
from server.alarm.rules.needs import DispatchLimits
from server.alarm.rules.places import AlarmPlace
from server.alarm.rules.search import Spot
from server.alarm.service import asking, calls, dispatch
from server.alarm.tables.alarms import Alarm
from server.core.access.roles import CONSOLE
from server.core.database.transaction import Transaction
from server.core.geo import Point, distance_m
from server.core.limits import Limits
from server.delivery.rules.channels import ChannelName
from server.people.queries import accounts

_AT_ONCE = frozenset({ChannelName.SOCKET, ChannelName.PUSH})


def add(
    transaction: Transaction,
    alarm: Alarm,
    place: AlarmPlace,
    *,
    by: int | None,
    limits: Limits,
    post: AlarmPost | None = None,
    far: bool = True,
) -> None:
    """Add a place to an alarm: whoever is there is warned, its consoles are told; with full standing all tiers are.

    ``post`` is the press's own where the place is that, else the nearest one. Not ``far``: no other tiers are asked.
    """
    connection = transaction.connection
    post = post or posts.nearest(connection, alarm.district_id, place.point)
    assert post is not None
    number = places.add(
        transaction,
        alarm_id=alarm.id,
        post_id=post.id,
        station_id=post.station_id,
        school_id=post.school_id,
        account_id=by,
        latitude=place.point.latitude,
        longitude=place.point.longitude,
        accuracy_m=place.accuracy_m,
        place_from=place.place_from.value,
        at=transaction.now,
    )
    facts = {"place_id": number, "post_id": post.id}
    timelines.enter(transaction, alarm.id, act=Entry.FURTHER_PLACE, actor_id=by, facts=facts)
    there = Spot(place.point, post.id)
    ask_around(transaction, alarm, there, limits, all_tiers=far and alarm.full_standing)
    there_too = replace(alarm, station_id=post.station_id, school_id=post.school_id)
    consoles = accounts.consoles_over(connection, there_too, CONSOLE)
    calls.call(transaction, alarm, consoles, tier=3, channels=_AT_ONCE, limits=limits)


def is_far(alarm: Alarm, place: AlarmPlace, limits: Limits) -> bool:
    """Tell whether a place is not where the alarm has called people to, whatever the accuracies may let it be."""
    away_m = distance_m(place.point, Point(alarm.latitude, alarm.longitude))
    return away_m > limits[AlarmLimits].join_within_m


def warn(transaction: Transaction, alarm: Alarm, post: AlarmPost, place: AlarmPlace, limits: Limits) -> None:
    """Warn whoever is at the place of a report that joined, where that is not quite the alarm's own."""
    away_m = distance_m(place.point, Point(alarm.latitude, alarm.longitude))
    if post.id != alarm.post_id or away_m > limits[DispatchLimits].on_spot_m:
        ask_around(transaction, alarm, Spot(place.point, post.id), limits, all_tiers=False)


def ask_around(transaction: Transaction, alarm: Alarm, spot: Spot, limits: Limits, *, all_tiers: bool) -> int:
    """Call people to a place of an alarm: whoever is there, and as to one of its own all others; give how many."""
    connection, numbers = transaction.connection, limits[DispatchLimits]
    dispatch.hold_choice(transaction, alarm)
    asked = dispatch.everybody_asked(transaction, alarm.id)
    call = replace(dispatch.call_of(transaction, alarm), point=spot.point, post_id=spot.post_id)
    nearby = Nearby(
        connection,
        call,
        numbers,
        district_id=alarm.district_id,
        drill=alarm.drill,
        raisers=dispatch.raisers(transaction, alarm),
        on_the_spot=not all_tiers,
    )
    if all_tiers:
        choice = nearby.choose(lambda people: choose(people, call, asked=asked, limits=numbers))
        choice = of_tiers(choice, dispatch.tiers_now(alarm))
    else:
        choice = on_the_spot(nearby.people, call, asked=asked, limits=numbers)
    rooms = {tier: dispatch.rooms(transaction, alarm.id, tier, limits)[Pool.PENDING] for tier in TIERS}
    chosen = nearby.besides(choice, asked=asked, room=rooms)
    asking.ask(transaction, alarm, chosen, limits)
    return len(chosen.responders)
