"""Raising an alarm: one path for a phone, a console, a gate device and a drill.

It runs in the transaction of whoever raises: alarm, report, timeline, responses, ladders, messages and event are
written together before anything is answered.
"""

from datetime import timedelta

from sqlalchemy import Connection

from server.alarm.queries import alarms, fresh, joint_response, open_alarms, posts, reports, standing
from server.alarm.queries import places as alarm_places
from server.alarm.rules.alarm import AlarmLimits, Entry, tiers_at
from server.alarm.rules.places import AlarmPlace, Joining, OpenAlarm, fix_place, joining, named_places
from server.alarm.rules.shapes import AlarmView
from server.alarm.rules.standing import gives_full_standing
from server.alarm.service import (
    aside_presses,
    dispatch,
    escalation,
    further_places,
    holding,
    lifting,
    presses,
    views,
)
from server.alarm.service.presses import Raising, Source
from server.alarm.tables.alarms import Alarm
from server.core.access.roles import AccountStatus
from server.core.database.transaction import Transaction
from server.core.geo import Point, box_around
from server.core.limits import Limits

# Every press is a report and an audit row. Past this many, presses of people who reported before are no
# longer told one by one: each telling carries the whole timeline, and a prank must not drown the others.
TOLD_PRESSES = 100


def raise_or_join(transaction: Transaction, press: Raising, limits: Limits) -> AlarmView:
    """Raise an alarm, or join the open one that the press belongs to; give it as it is now.

    ``recorded_only`` in it where nobody is called: a police console has put the raiser aside, or he has no standing
    and has named as many further places as he may.
    """
    places = named_places(
        fix_place(press.fix, now=transaction.now, limits=limits[AlarmLimits]),
        post=Point(press.post.latitude, press.post.longitude),
        post_names=press.post_names,
        limits=limits[AlarmLimits],
    )
    presses.wait(transaction, press)
    full = _has_standing(transaction, press)
    found, held, around = _alarm_to_join(transaction, press, places, limits, standing=full)
    joined, elsewhere = held.get(found.joins), held.get(found.own_elsewhere)
    if joined is not None:
        told = _join(transaction, press, joined, places, found, limits, standing=full)
    else:
        if elsewhere is not None and not full:
            return _also_elsewhere(transaction, press, elsewhere, places, around, limits)
        aside_presses.lift(transaction, around, by=press.raised_by)
        told = _raise(transaction, press, places, limits, full=full)
    if elsewhere is not None and told["id"] != elsewhere.id:
        _show_new_place(transaction, press, elsewhere, told)
    return told


def _has_standing(transaction: Transaction, press: Raising) -> bool:
    """Tell whether a report gives its alarm full standing; of an approved account nothing needs to be read."""
    if press.source is not Source.PHONE or press.raised_by is None:
        return True
    if press.status is not AccountStatus.PENDING:
        return press.status is AccountStatus.APPROVED
    found = standing.people(transaction.connection, None, [press.raised_by], since=transaction.now)
    return gives_full_standing(found[press.raised_by])


def _alarm_to_join(
    transaction: Transaction,
    press: Raising,
    places: tuple[AlarmPlace, ...],
    limits: Limits,
    *,
    standing: bool,
) -> tuple[Joining, dict[int | None, Alarm], list[Alarm]]:
    """Find and hold the open alarm that a press belongs to, its account's own one elsewhere, and those around.

    Those around are alarms at whose places somebody is aside whom a press of one's own lets back.
    """
    connection, numbers = transaction.connection, limits[AlarmLimits]
    account_id = press.raised_by if press.joins_own else None
    reach_m = numbers.join_within_m + numbers.coarsest_fix_m + (places[0].accuracy_m or 0)
    while True:
        rows = open_alarms.near(
            connection,
            district_id=press.post.district_id,
            account_id=account_id,
            since=transaction.now - timedelta(seconds=numbers.join_within_s),
            box=box_around(places[0].point, reach_m),
        )
        found = joining(
            _open(connection, rows, account_id),
            account_id=account_id,
            places=places,
            post_id=press.post.id,
            standing=standing,
            placeless=presses.is_placeless(press, places),
            now=transaction.now,
            drill=press.drill,
            limits=numbers,
        )
        around = set() if found.joins else aside_presses.around(transaction, press, places, limits)
        held = _hold(connection, {found.joins, found.own_elsewhere, *around})
        # It may have been resolved while this press waited for its row: then look again.
        if found.joins is None or found.joins in held:
            return found, held, [held[number] for number in sorted(around & held.keys())]


def _open(connection: Connection, rows: list[Alarm], account_id: int | None) -> list[OpenAlarm]:
    """Make the open alarms of their rows; of the account's own ones with their further places."""
    own = [row.id for row in rows if account_id is not None and row.raised_by == account_id]
    further = alarm_places.of_alarms(connection, own) if own else []
    return [
        OpenAlarm(
            alarm_id=row.id,
            raised_by=row.raised_by,
            raised_at=row.raised_at,
            drill=row.drill,
            places=(
                alarm_places.place_of(row),
                *(alarm_places.place_of(one) for one in further if one.alarm_id == row.id),
            ),
            post_id=row.post_id,
            full_standing=row.full_standing,
        )
        for row in rows
    ]


def _hold(connection: Connection, numbers: set[int | None]) -> dict[int | None, Alarm]:
    """Hold alarms in the order of their numbers, as everybody holds several; give those that still go on."""
    rows = [alarms.by_id(connection, number, lock=True) for number in sorted(filter(None, numbers))]
    return {row.id: row for row in rows if row is not None and row.state == alarms.OPEN}


def _raise(
    transaction: Transaction, press: Raising, places: tuple[AlarmPlace, ...], limits: Limits, *, full: bool
) -> AlarmView:
    connection, now, post = transaction.connection, transaction.now, press.post
    row = alarms.add(
        connection,
        district_id=post.district_id,
        station_id=post.station_id,
        school_id=post.school_id,
        drill=press.drill,
        full_standing=full,
        post_id=post.id,
        version=0,
        state=alarms.OPEN,
        kind=press.kind.value if press.kind else None,
        kind_settled=press.kind is not None,
        source=press.source.value,
        raised_at=now,
        claimed_at=press.claimed_at or now,
        raised_by=press.raised_by,
        session_state=press.session_state.value,
        covert=press.hushes,
        latitude=places[0].point.latitude,
        longitude=places[0].point.longitude,
        accuracy_m=places[0].accuracy_m,
        place_from=places[0].place_from.value,
        tiers=[tier.as_dict() for tier in tiers_at(now, limits[AlarmLimits])],
        shortages=[],
        held_until=holding.until(transaction, post, limits, full_standing=full),
    )
    fresh.begin(transaction, row)
    posts.name_known(transaction, post)
    row = presses.report(transaction, press, row, full=full)
    presses.enter_raised(transaction, press, row)
    dispatch.ask_first(transaction, row, limits)
    escalation.start(transaction, row, limits)
    for place in places[1:]:
        further_places.add(transaction, row, place, by=press.raised_by, limits=limits)
    joint_response.call_planned(transaction, row, limits)
    presses.record(transaction, press, row.id, joined=False)
    return views.publish(transaction, row)


def _join(
    transaction: Transaction,
    press: Raising,
    joined: Alarm,
    places: tuple[AlarmPlace, ...],
    found: Joining,
    limits: Limits,
    *,
    standing: bool,
) -> AlarmView:
    connection, number, post = transaction.connection, joined.id, press.post
    known = reports.is_known(connection, number, account_id=press.raised_by, post_id=post.id)
    joined = presses.report(transaction, press, joined, full=standing)
    presses.record(transaction, press, number, joined=True)
    aside = aside_presses.press(transaction, joined, press.raised_by)
    full = standing and not aside.aside
    across = (
        not found.new
        and not presses.is_placeless(press, places)
        and alarm_places.is_across(connection, joined, post)
    )
    named = places[:1] if across else found.new
    new = named if full else _told_places(transaction, press, joined, named, aside, limits)
    lifts = full and not joined.full_standing
    quiet = known and not lifts and reports.count(connection, number) > TOLD_PRESSES
    if not new and (quiet or aside.again):
        transaction.write_collected()
        again = views.view(connection, number)
        return _recorded_only(again) if aside.aside else again
    facts = {"session_state": press.session_state.value, "post_id": press.post.id, **press.facts}
    if press.source is Source.DEVICE:
        facts["source"] = press.source.value
    if aside.aside:
        facts["aside"] = True
    presses.enter(transaction, press, number, Entry.FURTHER_REPORT, facts)
    if lifts:
        joined = lifting.lift(transaction, press, joined, limits)
    for place in new:
        here = post if place == places[0] else None
        far = not across or (full and further_places.is_far(joined, place, limits))
        further_places.add(transaction, joined, place, by=press.raised_by, limits=limits, post=here, far=far)
    if not known and not aside.aside:
        further_places.warn(transaction, joined, post, places[0], limits)
    told = views.publish(transaction, joined)
    return _recorded_only(told) if aside.aside else told


def _recorded_only(told: AlarmView) -> AlarmView:
    return {**told, "recorded_only": True}


def _told_places(
    transaction: Transaction,
    press: Raising,
    alarm: Alarm,
    places: tuple[AlarmPlace, ...],
    aside: aside_presses.AsidePress,
    limits: Limits,
) -> tuple[AlarmPlace, ...]:
    """Give those of the new places of a raiser without standing whose people are warned: none of one aside."""
    if not places or aside.aside:
        return ()
    named = alarm_places.count_named_by(transaction.connection, alarm.id, press.raised_by)
    return places[: max(0, limits[AlarmLimits].further_places - named)]


def _also_elsewhere(
    transaction: Transaction,
    press: Raising,
    alarm: Alarm,
    places: tuple[AlarmPlace, ...],
    around: list[Alarm],
    limits: Limits,
) -> AlarmView:
    """Add places to the open alarm of a raiser without standing: their people are warned, it stays one alarm.

    Of somebody aside there, and beyond so many places, the press is recorded only: places are easily made up.
    """
    connection, number = transaction.connection, alarm.id
    alarm = presses.report(transaction, press, alarm, full=False)
    presses.record(transaction, press, number, joined=True)
    aside = aside_presses.press(transaction, alarm, press.raised_by, elsewhere=True)
    if not aside.aside:
        aside_presses.lift(transaction, around, by=press.raised_by)
    new = _told_places(transaction, press, alarm, places, aside, limits)
    if not new and (aside.again or reports.count(connection, number) > TOLD_PRESSES):
        transaction.write_collected()
        return _recorded_only(views.view(connection, number))
    facts = {"session_state": press.session_state.value, "post_id": press.post.id, **press.facts}
    if aside.aside:
        facts["aside"] = True
    presses.enter(transaction, press, number, Entry.FURTHER_REPORT, facts)
    for place in new:
        here = press.post if place == places[0] else None
        further_places.add(transaction, alarm, place, by=press.raised_by, limits=limits, post=here)
    told = views.publish(transaction, alarm)
    return told if new else _recorded_only(told)


def _show_new_place(transaction: Transaction, press: Raising, first: Alarm, told: AlarmView) -> None:
    """Show those who go to a raiser's first alarm where he has pressed again."""
    facts: dict[str, object] = {
        "other": told["id"],
        "post_id": told["post_id"],
        "latitude": told["latitude"],
        "longitude": told["longitude"],
    }
    presses.enter(transaction, press, first.id, Entry.PRESSED_ELSEWHERE, facts)
    views.publish(transaction, first)
