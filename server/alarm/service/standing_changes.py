"""What approving, suspending, confirming and a console's word change in open alarms: all of it acts at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from server.alarm.queries import alarms, open_alarms, responses, standing, timelines
from server.alarm.queries import reports as alarm_reports
from server.alarm.rules.alarm import Entry, Tier, after_response
from server.alarm.rules.merging import Answered, first_acknowledged, tiers_after
from server.alarm.rules.response import ACKNOWLEDGING, STANDING, ResponseState, proven
from server.alarm.rules.standing import AlarmPerson, Doubt, doubt_about, gives_full_standing
from server.alarm.service import calls, dispatch, escalation, holding, shortages, views
from server.alarm.tables.alarms import Alarm, Response
from server.core.access.roles import Group
from server.core.database.transaction import Transaction
from server.core.limits import Limits


def of_accounts(transaction: Transaction, account_ids: Iterable[int], limits: Limits) -> None:
    """Judge the standing of some accounts anew in every open alarm that they reported or were asked to, and tell."""
    connection = transaction.connection
    taking_part: defaultdict[int, list[int]] = defaultdict(list)
    for account_id in account_ids:
        for number in open_alarms.of_account(connection, account_id):
            taking_part[number].append(account_id)
    # All rows before any choice of people, and in the order of their numbers, as everybody locks several.
    held = [number for number in sorted(taking_part) if alarms.by_id(connection, number, lock=True)]
    for number in held:
        changed = False
        for account_id in taking_part[number]:
            alarm = alarms.row_now(transaction, number)
            if alarm.state == alarms.OPEN:
                changed = of_one(transaction, alarm, account_id, limits) or changed
        if changed:
            views.publish(transaction, alarms.row_now(transaction, number))


def of_one(transaction: Transaction, alarm: Alarm, account_id: int, limits: Limits) -> bool:
    """Judge the standing of an account anew in an alarm that is held; tell whether anything changed."""
    connection = transaction.connection
    found = standing.people(connection, alarm.id, [account_id], since=alarm.raised_at)
    changed = _as_responder(transaction, alarm, account_id, doubt_about(found[account_id]), limits)
    return _as_reporter(transaction, alarm, account_id, found[account_id], limits) or changed


def _as_reporter(
    transaction: Transaction, alarm: Alarm, account_id: int, person: AlarmPerson, limits: Limits
) -> bool:
    reports = alarm_reports.of_alarm(transaction, alarm.id)
    mine = next((one for one in reports if one.account_id == account_id), None)
    if alarm.full_standing or mine is None or not gives_full_standing(person):
        return False
    first = FirstOfStanding(account_id, alarm.source, hushes=alarm.covert and mine.covert)
    give_full_standing(transaction, alarm, limits, first)
    return True


@dataclass(frozen=True, slots=True)
class FirstOfStanding:
    """The first report of somebody with standing: whose, from where, whether covert.

    ``anew``: it came after others had been asked, and answered, for reports without standing.
    """

    account_id: int | None
    source: str
    hushes: bool
    anew: bool = False


def give_full_standing(
    transaction: Transaction, alarm: Alarm, limits: Limits, first: FirstOfStanding
) -> Alarm:
    """Let an alarm call neighbours like any other, since somebody with standing reported it; give its row.

    He is its raiser from then on, and it is covert if his report was: nobody without standing hushes it.
    """
    if alarm.full_standing:
        return alarm
    number = alarm.id
    lifted = replace(
        alarm,
        full_standing=True,
        covert=first.hushes,
        raised_by=first.account_id,
        source=first.source,
    )
    alarms.change(
        transaction,
        number,
        full_standing=lifted.full_standing,
        covert=lifted.covert,
        raised_by=lifted.raised_by,
        source=lifted.source,
    )
    facts = {"account_id": first.account_id, **({"anew": True} if first.anew else {})}
    timelines.enter(transaction, number, act=Entry.FULL_STANDING, actor_id=None, facts=facts)
    free = holding.release(transaction, lifted, limits, why="full_standing")
    if alarm.covert and not first.hushes:
        _call_aloud(transaction, free, limits)
    return free


def _call_aloud(transaction: Transaction, alarm: Alarm, limits: Limits) -> None:
    """Call whoever is on the spot of an alarm that was covert until now by all ways that its steps have used."""
    spared = [
        row.account_id
        for row in responses.of_alarm(transaction, alarm.id)
        if row.tier == calls.ON_THE_SPOT and row.state in escalation.NOT_ANSWERED
    ]
    calls.call_newly_asked(transaction, alarm, spared, tier=calls.ON_THE_SPOT, limits=limits)


def _as_responder(
    transaction: Transaction, alarm: Alarm, account_id: int, doubt: Doubt | None, limits: Limits
) -> bool:
    mine = responses.of_person(transaction, alarm.id, account_id)
    if mine is None or mine.doubt == doubt:
        return False
    lost, gained = mine.doubt is None, doubt is None
    responses.change(transaction, [mine], doubt=doubt.value if doubt else None)
    facts = {"account_id": account_id, "doubt": doubt.value if doubt else None}
    timelines.enter(transaction, alarm.id, act=Entry.STANDING, actor_id=None, facts=facts)
    if gained:
        _gained(transaction, alarm, replace(mine, doubt=None), limits)
    if lost:
        _lost(transaction, alarm, mine, limits)
    escalation.settle(transaction, alarm.id, limits)
    return True


def _gained(transaction: Transaction, alarm: Alarm, mine: Response, limits: Limits) -> None:
    state = proven(ResponseState(mine.state), off_scene=mine.off_scene_m is not None)
    if state in STANDING:
        shortages.fill_shortage(transaction, alarm.id, tier=mine.tier, group=mine.group)
    meet(transaction, alarm, mine, state)
    if state in ACKNOWLEDGING:
        holding.release(transaction, alarm, limits, why="answered")


def _lost(transaction: Transaction, alarm: Alarm, mine: Response, limits: Limits) -> None:
    """Take back what somebody met, let others who count have met it since, and ask one in his stead."""
    take_back(transaction, alarm, {mine.account_id})
    if ResponseState(mine.state) in STANDING:
        dispatch.ask_instead(transaction, alarm, [mine], limits)


def take_back(
    transaction: Transaction, alarm: Alarm, gone: Collection[int], *, consoles_too: bool = False
) -> None:
    """Take back what some have met, who count no more by now, and let others who count have met it since.

    ``consoles_too``: what consoles acknowledged before counts no more either.
    """
    number = alarm.id
    tiers = [
        Tier(one.tier, one.target_s, one.due_at, None, None) if one.met_by in gone else one
        for one in map(Tier.from_dict, alarm.tiers)
    ]
    answers = [answered(row) for row in responses.of_alarm(transaction, number) if row.doubt is None]
    reporters = {row.account_id for row in alarm_reports.of_alarm(transaction, number)}
    met = tiers_after(tiers, answers, reporters=reporters, raised_at=alarm.raised_at)
    alarms.change_later(transaction, number, tiers=[one.as_dict() for one in met])
    if alarm.acknowledged_by in gone or (consoles_too and alarm.acknowledged_by is not None):
        consoles = timelines.acknowledgements(transaction, [number])
        said = next(((one.at, one.actor_id) for one in consoles if one.actor_id is not None), None)
        first = first_acknowledged(answers, at_console=said, reporters=reporters, raised_at=alarm.raised_at)
        at, by = first or (None, None)
        alarms.change_later(transaction, number, acknowledged_at=at, acknowledged_by=by)


def meet(transaction: Transaction, alarm: Alarm, one: Response, state: ResponseState) -> None:
    """Mark the targets that the answer of somebody who counts meets, and the alarm as acknowledged by him."""
    reports = alarm_reports.of_alarm(transaction, alarm.id)
    reporters = {alarm.raised_by, *(row.account_id for row in reports)}
    tiers = after_response(
        [Tier.from_dict(tier) for tier in alarm.tiers],
        account_id=one.account_id,
        responder_tier=one.tier,
        group=Group(one.group),
        state=state,
        reporters=reporters,
        now=transaction.now,
    )
    alarms.change_later(transaction, alarm.id, tiers=[tier.as_dict() for tier in tiers])
    if alarm.acknowledged_at is None and state in ACKNOWLEDGING and one.account_id not in reporters:
        alarms.change_later(
            transaction,
            alarm.id,
            acknowledged_at=transaction.now,
            acknowledged_by=one.account_id,
        )


def answered(row: Response) -> Answered:
    """Give a response as the targets see it: whoever said from far off that he is there has not come yet."""
    off_scene = row.off_scene_m is not None
    return Answered(
        row.account_id,
        row.tier,
        Group(row.group),
        proven(ResponseState(row.state), off_scene=off_scene),
        row.responded_at,
        None if off_scene else row.on_scene_at,
    )
