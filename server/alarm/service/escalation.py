"""Taking the steps of an alarm's tiers: whoever holds the alarm's row takes all that is due, each once."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial

from server.alarm.queries import alarms, ladders, reports, responses, timelines
from server.alarm.rules.alarm import Entry, Tier
from server.alarm.rules.escalation import (
    Answer,
    Cause,
    EscalationLimits,
    Ladder,
    Phase,
    Plan,
    Step,
    Turn,
    begin,
    hurried,
    judged,
    reopened,
    standing_of,
    taken,
    turn,
)
from server.alarm.rules.holding import HoldLimits, first_look
from server.alarm.rules.kind_steps import is_due, of_kind
from server.alarm.rules.response import ResponseState, proven
from server.alarm.service import calls, dispatch
from server.alarm.tables.alarms import Alarm, Response
from server.core.access.roles import POLICE_CONSOLE, Group
from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.delivery.rules.channels import ChannelName
from server.people.queries import accounts

NOT_ANSWERED = frozenset({ResponseState.NOTIFIED.value, ResponseState.TIMED_OUT.value})
_POLICE = frozenset(role.value for role in POLICE_CONSOLE)


def start(transaction: Transaction, alarm: Alarm, limits: Limits) -> None:
    """Begin the ladders of an alarm that was just raised, and take the first step of each tier."""
    targets = {tier.tier: tier.due_at for tier in map(Tier.from_dict, alarm.tiers)}
    begun = begin(raised_at=transaction.now, targets=targets)
    if alarm.held_until is not None:
        due_at = first_look(alarm.held_until, raised_at=transaction.now, limits=limits[HoldLimits])
        begun = tuple(
            replace(one, due_at=due_at) if one.tier == dispatch.NEIGHBOURS else one for one in begun
        )
    ladders.begin(transaction, alarm.id, begun)
    _take_due(transaction, alarm, begun, limits)


def take_due(transaction: Transaction, alarm: Alarm, limits: Limits) -> int:
    """Take every step of an open alarm that is due, and those that follow at once; give how many."""
    return _take_due(transaction, alarm, _ladders_now(transaction, alarm), limits)


def _take_due(transaction: Transaction, alarm: Alarm, standing: Iterable[Ladder], limits: Limits) -> int:
    plan = ladders.plan_now(transaction, alarm.district_id, alarm.kind)
    due = [one for one in standing if _is_due(one, transaction.now) and not _held(alarm, one)]
    _prepare(transaction, alarm, [(one.tier, turn(one, plan)) for one in due], limits)
    count = 0
    for one in due:
        climbing, steps = _climb(transaction, alarm, one, plan, limits)
        if steps:
            ladders.keep(transaction, alarm.id, climbing)
        count += steps
    return count


def _climb(
    transaction: Transaction, alarm: Alarm, one: Ladder, plan: Plan, limits: Limits
) -> tuple[Ladder, int]:
    """Take what is due of a tier, and what follows at once; give the ladder after it, and how many steps."""
    climbing, count = one, 0
    while _is_due(climbing, transaction.now) and not _held(alarm, climbing):
        climbing = _take(transaction, alarm, climbing, turn(climbing, plan), plan, limits)
        count += 1
    return climbing, count


def do_not_wait(transaction: Transaction, alarm: Alarm, tiers: Iterable[int], limits: Limits) -> int:
    """Take the next step of some tiers now, because a console says so, and what is due; give how many were due."""
    plan = ladders.plan_now(transaction, alarm.district_id, alarm.kind)
    asked = set(tiers)
    for one in ladders.of_alarm(transaction, alarm.id):
        if one.tier in asked:
            due = replace(one, due_at=transaction.now)
            after = _take(transaction, alarm, due, turn(due, plan, by_console=True), plan, limits)
            if one.phase is Phase.THERE:
                after = replace(after, due_at=one.due_at)
            else:
                after, _steps = _climb(transaction, alarm, after, plan, limits)
            ladders.keep(transaction, alarm.id, after)
    return take_due(transaction, alarm, limits)


def go_on_by_kind(transaction: Transaction, alarm: Alarm, before: str | None, limits: Limits) -> None:
    """Go on by the steps of the kind that an alarm has now, and take those that are due and were not taken before.

    ``before`` is the kind whose steps it followed until now.
    """
    now = transaction.now
    old, plan = (ladders.plan_now(transaction, alarm.district_id, kind) for kind in (before, alarm.kind))
    for one in ladders.of_alarm(transaction, alarm.id):
        if old[one.tier] == plan[one.tier] or _held(alarm, one):
            continue
        done = list(old[one.tier][: one.next_step])
        go_on = partial(
            of_kind, plan=plan, raised_at=alarm.raised_at, now=now, limits=limits[EscalationLimits]
        )
        after = go_on(one, done=done)
        while is_due(after, plan, now):
            step = turn(after, plan)
            after = _take(transaction, alarm, after, step, plan, limits)
            done.append(step.step)
            after = go_on(after, done=done)
        ladders.keep(transaction, alarm.id, after)


def _is_due(one: Ladder, now: datetime) -> bool:
    return one.due_at is not None and one.due_at <= now


def _held(alarm: Alarm, one: Ladder) -> bool:
    """Tell whether a tier's people are held back: then it takes no step."""
    return one.tier == dispatch.NEIGHBOURS and alarm.held_until is not None


def hurry(transaction: Transaction, alarm: Alarm) -> None:
    """Let the next step be due at once in each tier whose last one has called in vain; the clock takes it."""
    for one in _ladders_now(transaction, alarm):
        if one.skipped:
            ladders.keep(transaction, alarm.id, one)


def _ladders_now(transaction: Transaction, alarm: Alarm) -> list[Ladder]:
    """Read an alarm's ladders, with what became of the calls of their last steps."""
    plan = ladders.plan_now(transaction, alarm.district_id, alarm.kind)
    in_vain = ladders.undelivered_calls(transaction, alarm.id)
    return [
        hurried(one, plan, called_at=in_vain[one.tier], now=transaction.now) if one.tier in in_vain else one
        for one in ladders.of_alarm(transaction, alarm.id)
    ]


def settle(transaction: Transaction, alarm_id: int, limits: Limits) -> None:
    """Move the ladders of an open alarm to where its answers put them; to be called after any of them changed."""
    alarm = alarms.row_now(transaction, alarm_id)
    plan = ladders.plan_now(transaction, alarm.district_id, alarm.kind)
    answers = [_answer(row) for row in responses.of_alarm(transaction, alarm_id)]
    reporters = [row.account_id for row in reports.of_alarm(transaction, alarm_id)]
    met = {tier["tier"]: tier["met_at"] is not None for tier in alarm.tiers}
    by_console = any(
        line.facts.get("role") in _POLICE for line in timelines.acknowledgements(transaction, [alarm_id])
    )
    for one in ladders.of_alarm(transaction, alarm_id):
        if _held(alarm, one):
            # Its time is the next look at whether they still are; it is settled when they are called.
            continue
        standing = standing_of(
            one.tier,
            answers,
            reporters=reporters,
            met=met[one.tier],
            acknowledged_by_police_console=by_console,
        )
        again = reopened(one, plan, standing, now=transaction.now, limits=limits[EscalationLimits])
        after = judged(again, plan, standing, now=transaction.now, limits=limits[EscalationLimits])
        if after is not one:
            ladders.keep(transaction, alarm_id, after)


def _take(
    transaction: Transaction, alarm: Alarm, one: Ladder, step: Turn, plan: Plan, limits: Limits
) -> Ladder:
    """Take one step: ask more people, call whoever has not answered, note it; give the ladder after it."""
    now = transaction.now
    waiting = _waiting(transaction, alarm, one.tier, step.step)
    consoles = _consoles(transaction, alarm, step.step)
    call = partial(calls.call, transaction, alarm, tier=one.tier, channels=step.step.channels, limits=limits)
    called = call([*waiting, *consoles], rooms=True, at_once=step.cause is Cause.BY_CONSOLE)
    asked: list[int] = []
    if not step.only_if_unreached or called.people.isdisjoint(waiting):
        asked = _ask_more(transaction, alarm, one.tier, step, limits)
    joined = call(asked)
    _note(transaction, alarm, one, step, called=called, joined=joined, asked=len(asked))
    reached = called.reached or joined.reached
    return taken(one, plan, reached=reached, now=now, limits=limits[EscalationLimits])


def _prepare(
    transaction: Transaction, alarm: Alarm, steps: Collection[tuple[int, Turn]], limits: Limits
) -> None:
    """Read by which ways those can be reached whom the next steps of several tiers are about to call."""
    people: set[int] = set()
    channels: set[ChannelName] = set()
    for tier, step in steps:
        people.update(_waiting(transaction, alarm, tier, step.step), _consoles(transaction, alarm, step.step))
        channels |= step.step.channels
    calls.prepare(transaction, people, channels, limits)


def _waiting(transaction: Transaction, alarm: Alarm, tier: int, step: Step) -> list[int]:
    """Give those of a tier whom a step calls: who has not answered yet."""
    return [
        row.account_id
        for row in responses.of_alarm(transaction, alarm.id)
        if row.tier == tier and row.state in NOT_ANSWERED and Group(row.group) in step.groups
    ]


def _consoles(transaction: Transaction, alarm: Alarm, step: Step) -> list[int]:
    """Give the consoles that a step calls; they are read once for the steps of all tiers."""
    return transaction.once(
        ("consoles", alarm.station_id, alarm.school_id, step.roles),
        lambda: accounts.consoles_over(transaction.connection, alarm, step.roles),
    )


def _ask_more(transaction: Transaction, alarm: Alarm, tier: int, step: Turn, limits: Limits) -> list[int]:
    return dispatch.ask_more(
        transaction,
        alarm,
        tier=tier,
        groups=step.step.groups,
        heads=step.more,
        bounded=step.cause is not Cause.BY_CONSOLE,
        limits=limits,
    )


def _note(
    transaction: Transaction,
    alarm: Alarm,
    one: Ladder,
    step: Turn,
    *,
    called: calls.Called,
    joined: calls.Called,
    asked: int,
) -> None:
    now = transaction.now
    reached = called.receivers + joined.receivers
    ladders.add_step(
        transaction,
        alarm_id=alarm.id,
        tier=one.tier,
        number=one.happened,
        rung=step.rung,
        cause=step.cause.value,
        due_at=one.due_at or now,
        taken_at=now,
        reached=reached,
    )
    facts = {
        "tier": one.tier,
        "step": step.rung + 1,
        "cause": step.cause.value,
        "channels": [name for name in step.step.as_dict()["channels"] if name not in called.quiet],
        "reached": reached,
        "resting": called.resting + joined.resting,
        "asked": asked,
    }
    timelines.enter(transaction, alarm.id, act=Entry.CALLED, actor_id=None, facts=facts)


def _answer(row: Response) -> Answer:
    state = proven(ResponseState(row.state), off_scene=row.off_scene_m is not None)
    return Answer(row.account_id, row.tier, Group(row.group), state, counts=row.doubt is None)
