"""Who of those asked stands on the spot, once an alarm has got other places: that of any of them is the spot."""

from collections.abc import Mapping
from dataclasses import replace

from server.alarm.queries import alarms, places, responses
from server.alarm.queries.nearby import Nearby, people_on_duty
from server.alarm.rules.dispatch import on_the_spot
from server.alarm.rules.needs import DispatchLimits
from server.alarm.rules.response import FINAL, ResponseState
from server.alarm.rules.search import Responder, Search, Why
from server.alarm.service import dispatch
from server.alarm.tables.alarms import Alarm, FurtherPlace
from server.core.database.transaction import Transaction
from server.core.geo import Point
from server.core.limits import Limits

ON_THE_SPOT, NEIGHBOURS = 1, 2
SILENT = frozenset({ResponseState.NOTIFIED, ResponseState.TIMED_OUT})


def measure_anew(transaction: Transaction, alarm_id: int, limits: Limits) -> None:
    """Tell everybody asked how far and which way an alarm is, now that it is at another place.

    Whoever stands on its spot is of the first tier. Who was called for standing on the spot, does not stand there any
    more and has not answered is a neighbour. Somebody of whom nobody knows where he is keeps what he was told.
    """
    connection, numbers = transaction.connection, limits[DispatchLimits]
    alarm = alarms.row_now(transaction, alarm_id)
    people = people_on_duty(connection, alarm.district_id, drill=alarm.drill)
    search = Search(people, dispatch.call_of(transaction, alarm), (), numbers)
    index_of = {int(number): index for index, number in enumerate(people.account_ids)}
    there = _there(transaction, alarm_id, limits)
    for row in responses.of_alarm(transaction, alarm_id):
        if row.account_id not in index_of or ResponseState(row.state) in FINAL:
            continue
        one = search.responder(index_of[row.account_id], row.tier, Why(row.why))
        responses.change(transaction, [row], distance_m=one.distance_m, bearing_deg=one.bearing_deg)
        silent = ResponseState(row.state) in SILENT
        if row.tier == ON_THE_SPOT and silent and row.account_id not in there:
            responses.change(transaction, [row], tier=NEIGHBOURS, why=Why.NEAREST.value)
    _be_of_the_first_tier(transaction, alarm_id, there)


def keep_on_the_spot(transaction: Transaction, alarm_id: int, limits: Limits) -> None:
    """Let whoever stands at one of an alarm's places be of its first tier, with his distance to that place.

    Police of the third tier stay in it: their own acknowledgement is waited for. Who came from elsewhere stays what
    he was: he is there because he was called.
    """
    _be_of_the_first_tier(transaction, alarm_id, _there(transaction, alarm_id, limits))


def _be_of_the_first_tier(transaction: Transaction, alarm_id: int, there: Mapping[int, Responder]) -> None:
    for row in responses.of_alarm(transaction, alarm_id):
        one = there.get(row.account_id)
        if one is None or not _stood_there(one, ResponseState(row.state)):
            continue
        responses.change(transaction, [row], distance_m=one.distance_m, bearing_deg=one.bearing_deg)
        if row.tier == NEIGHBOURS:
            responses.change(
                transaction,
                [row],
                tier=ON_THE_SPOT,
                why=one.why.value,
                from_post_id=one.from_post_id,
            )


def _stood_there(one: Responder, state: ResponseState) -> bool:
    """Tell whether somebody near a place stood there before he was called, as far as anybody can tell."""
    if state in FINAL or state is ResponseState.ON_SCENE:
        return False
    return one.why is Why.ON_POST or state is not ResponseState.RESPONDING


def _there(transaction: Transaction, alarm_id: int, limits: Limits) -> dict[int, Responder]:
    """Find who stands at the places of an alarm, each at the one that is nearest to him."""
    connection, numbers = transaction.connection, limits[DispatchLimits]
    alarm = alarms.row_now(transaction, alarm_id)
    dispatch.hold_choice(transaction, alarm)
    there: dict[int, Responder] = {}
    spots: list[Alarm | FurtherPlace] = [alarm, *places.of_alarms(connection, [alarm_id])]
    for place in spots:
        call = replace(
            dispatch.call_of(transaction, alarm),
            point=Point(place.latitude, place.longitude),
            post_id=place.post_id,
        )
        nearby = Nearby(
            connection, call, numbers, district_id=alarm.district_id, drill=alarm.drill, on_the_spot=True
        )
        found = on_the_spot(nearby.people, call, asked=(), limits=numbers)
        found = nearby.besides(found, asked=(), room={ON_THE_SPOT: numbers.most_called})
        for one in found.responders:
            known = there.get(one.account_id)
            if known is None or one.distance_m < known.distance_m:
                there[one.account_id] = one
    return there
