"""The clock of an alarm: in each tier one step after the other, until somebody comes.

Each tier climbs a ladder of its own and asks for its own acknowledgement::

    calling ──► coming ──► there
       ▲           │
       └───────────┘  who had said *I am going* withdrew, declined or was released

*Calling*: nobody of the tier has acknowledged. Each step calls its people by its channels; when its time has
passed the next one follows, and the last one repeats until a human acknowledges. A step that reaches nobody, or
whose calls all turn out to have failed, is not waited for: the next one is due at once, and asks more people only
if its own ways reach none of those asked already, for nobody has had his time to answer. *Coming*: somebody
acknowledged, and nobody is on scene yet. At the tier's target, and from then on again and again, everybody is
called once more and more people are asked.
*There*: the tier's target is met for good. Only the third tier still has a step then: it reminds the
consoles of an alarm that nobody has ended. So an open alarm always has a step that is due some time.

Tier 1 stands on the spot: its acknowledgement is its being there. Tier 3 is acknowledged by police or by a
console of the police, never by anybody of the school, and is *there* with the first officer on scene.

What a ladder does next depends on who stands where (``Standing``), never on an event: judging it twice, or
late, changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from server.alarm.rules.response import ACKNOWLEDGING, ResponseState
from server.alarm.rules.shapes import WrittenStep
from server.core.access.roles import POLICE_CONSOLE, Group, Role
from server.delivery.rules.channels import ChannelName

TIERS = (1, 2, 3)


class Phase(StrEnum):
    """Where a tier stands."""

    CALLING = "calling"
    COMING = "coming"
    THERE = "there"


class Cause(StrEnum):
    """Why a step happens."""

    RAISED = "raised"
    NO_ACKNOWLEDGEMENT = "no_acknowledgement"
    REPEATED = "repeated"
    TARGET_MISSED = "target_missed"
    STILL_OPEN = "still_open"
    BY_CONSOLE = "by_console"


@dataclass(frozen=True, slots=True)
class Step:
    """One rung: whom a tier calls, how long after the step before, by which ways.

    ``groups`` are those of the tier's responders who have not answered yet; ``more`` heads of each are asked
    besides. ``roles`` are the consoles in whose scope the alarm lies.
    """

    tier: int
    after_s: int
    channels: frozenset[ChannelName]
    groups: frozenset[Group] = frozenset(Group)
    roles: frozenset[Role] = frozenset()
    more: int = 0

    def as_dict(self) -> WrittenStep:
        """Write the step as the API and the database do."""
        return {
            "tier": self.tier,
            "after_s": self.after_s,
            "channels": [one.value for one in ChannelName if one in self.channels],
            "groups": [one.value for one in Group if one in self.groups],
            "roles": [one.value for one in Role if one in self.roles],
            "more": self.more,
        }

    @classmethod
    def from_dict(cls, written: Mapping[str, Any]) -> "Step":
        """Read a step as ``as_dict`` wrote it; raises ``ValueError`` for an unknown name."""
        return cls(
            tier=written["tier"],
            after_s=written["after_s"],
            channels=frozenset(ChannelName(one) for one in written["channels"]),
            groups=frozenset(Group(one) for one in written["groups"]),
            roles=frozenset(Role(one) for one in written["roles"]),
            more=written["more"],
        )


Plan = Mapping[int, tuple[Step, ...]]

_NOW = frozenset({ChannelName.SOCKET, ChannelName.PUSH})
_AND_SMS = _NOW | {ChannelName.SMS}
_ALL = frozenset(ChannelName)

# Every district begins with these; it may change them by kind of alarm.
DEFAULT_PLAN: Plan = {
    1: (
        Step(1, 0, _NOW),
        Step(1, 30, _AND_SMS, roles=frozenset({Role.SCHOOL_ADMIN})),
        Step(1, 30, _ALL, roles=frozenset({Role.SCHOOL_ADMIN, Role.STATION_OFFICER}), more=1),
    ),
    2: (
        Step(2, 0, _NOW),
        Step(2, 30, _AND_SMS, more=1),
        Step(2, 30, _ALL, roles=frozenset({Role.STATION_OFFICER}), more=2),
    ),
    3: (
        Step(3, 0, _NOW, groups=frozenset({Group.POLICE}), roles=POLICE_CONSOLE),
        Step(3, 30, _AND_SMS, groups=frozenset({Group.POLICE}), roles=POLICE_CONSOLE, more=1),
        Step(3, 30, _ALL, groups=frozenset({Group.POLICE}), roles=POLICE_CONSOLE, more=2),
    ),
}


@dataclass(frozen=True, slots=True)
class EscalationLimits:
    """Settings of the clock."""

    repeat_s: int = 30
    again_s: int = 60
    remind_s: int = 600
    # How long a phone's SMS and a chat room rest after the first call, the second and so on; the last one stays.
    pauses_s: tuple[int, ...] = (30, 60, 120, 300)


@dataclass(frozen=True, slots=True)
class TierAnswers:
    """What a tier has: an acknowledgement of its own, and somebody on scene."""

    acknowledged: bool = False
    there: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One response as the ladder sees it; whoever does not count stops none."""

    account_id: int
    tier: int
    group: Group
    state: ResponseState
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Ladder:
    """Where one tier of an alarm stands, and when what comes next is due (``None``: nothing ever).

    ``next_step`` is the rung that follows while calling; ``happened`` counts the steps that were taken, so
    that (alarm, tier, happened) names each step once. ``skipped``: the step before reached nobody, so that
    nobody has had his time when the next one follows; it is judged when that is taken, and never kept.
    """

    tier: int
    phase: Phase
    next_step: int
    happened: int
    due_at: datetime | None
    target_at: datetime
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """A step that is taken now: which rung, why, and how many more people of each group it asks.

    ``only_if_unreached``: it asks them only where its ways reach none of those who were asked before.
    """

    step: Step
    rung: int
    cause: Cause
    more: int
    only_if_unreached: bool = False


def begin(*, raised_at: datetime, targets: Mapping[int, datetime]) -> tuple[Ladder, ...]:
    """Begin the ladders of a new alarm: the first step of each tier is due with the raising itself."""
    return tuple(Ladder(tier, Phase.CALLING, 0, 0, raised_at, targets[tier]) for tier in TIERS)


def standing_of(
    tier: int,
    answers: Iterable[Answer],
    *,
    reporters: Iterable[int | None],
    met: bool,
    acknowledged_by_police_console: bool,
) -> TierAnswers:
    """Tell what a tier has. Those who reported the alarm acknowledge nothing.

    ``met`` is whether somebody who counts has met the tier's target: it stays so when he leaves, not when he counts
    no more.
    """
    known = set(reporters)
    of_tier = [one for one in answers if _belongs(one, tier) and one.counts and one.account_id not in known]
    acknowledged = any(one.state in ACKNOWLEDGING for one in of_tier)
    if tier == 1:
        return TierAnswers(acknowledged, met or acknowledged)
    there = met or any(one.state == ResponseState.ON_SCENE for one in of_tier)
    if tier == 3:
        acknowledged = acknowledged or acknowledged_by_police_console
    return TierAnswers(acknowledged or there, there)


def turn(ladder: Ladder, plan: Plan, *, by_console: bool = False) -> Turn:
    """Give the step that a ladder takes when it is due, or when a console does not wait."""
    steps = plan[ladder.tier]
    last = len(steps) - 1
    if ladder.phase is Phase.CALLING:
        rung = min(ladder.next_step, last)
        cause = Cause.RAISED if ladder.happened == 0 else Cause.NO_ACKNOWLEDGEMENT
        cause = Cause.REPEATED if ladder.next_step > last else cause
        more = steps[rung].more if cause is not Cause.REPEATED else 0
    elif ladder.phase is Phase.COMING:
        rung, cause, more = last, Cause.TARGET_MISSED, max(1, steps[last].more)
    else:
        rung, cause, more = last, Cause.STILL_OPEN, 0
    if by_console:
        cause, more = Cause.BY_CONSOLE, max(1, more)
    return Turn(steps[rung], rung, cause, more, only_if_unreached=ladder.skipped)


def taken(ladder: Ladder, plan: Plan, *, reached: bool, now: datetime, limits: EscalationLimits) -> Ladder:
    """Give the ladder after a step was taken; a step that reached nobody makes the next one due at once."""
    happened = ladder.happened + 1
    if ladder.phase is not Phase.CALLING:
        wait_s = limits.again_s if ladder.phase is Phase.COMING else limits.remind_s
        return replace(ladder, happened=happened, due_at=now + timedelta(seconds=wait_s))
    steps = plan[ladder.tier]
    following = min(ladder.next_step + 1, len(steps))
    skipped = following < len(steps) and not reached
    wait_s = limits.repeat_s
    if following < len(steps):
        wait_s = 0 if skipped else steps[following].after_s
    due_at = now + timedelta(seconds=wait_s)
    return replace(ladder, next_step=following, happened=happened, due_at=due_at, skipped=skipped)


def hurried(ladder: Ladder, plan: Plan, *, called_at: datetime, now: datetime) -> Ladder:
    """Give the ladder once all calls of its last step, of ``called_at``, turned out to have failed: no more waiting.

    The step that repeats keeps its time: what reaches nobody now is not tried in a hurry.
    """
    if (
        ladder.phase is not Phase.CALLING
        or ladder.due_at is None
        or ladder.next_step >= len(plan[ladder.tier])
    ):
        return ladder
    if now >= called_at + timedelta(seconds=plan[ladder.tier][ladder.next_step].after_s):
        return ladder
    return replace(ladder, due_at=min(ladder.due_at, now), skipped=True)


def judged(
    ladder: Ladder, plan: Plan, standing: TierAnswers, *, now: datetime, limits: EscalationLimits
) -> Ladder:
    """Move a ladder to the phase that its standing asks for; nothing changes where it is in it already."""
    phase = Phase.THERE if standing.there else Phase.COMING if standing.acknowledged else Phase.CALLING
    if phase is ladder.phase or ladder.phase is Phase.THERE:
        return ladder
    if phase is Phase.THERE:
        reminder = now + timedelta(seconds=limits.remind_s)
        return replace(ladder, phase=phase, due_at=reminder if ladder.tier == TIERS[-1] else None)
    if phase is Phase.COMING:
        due_at = max(ladder.target_at, now + timedelta(seconds=limits.again_s))
        return replace(ladder, phase=phase, due_at=due_at)
    steps = plan[ladder.tier]
    climbed = ladder.next_step >= len(steps)
    wait_s = limits.repeat_s if climbed else steps[ladder.next_step].after_s
    return replace(ladder, phase=phase, due_at=now + timedelta(seconds=wait_s))


def reopened(
    ladder: Ladder, plan: Plan, standing: TierAnswers, *, now: datetime, limits: EscalationLimits
) -> Ladder:
    """Give a ladder whose target was met by somebody who counts no more: it calls at once, unless another one comes."""
    if ladder.phase is not Phase.THERE or standing.there:
        return ladder
    calling = replace(ladder, phase=Phase.CALLING, due_at=now)
    return judged(calling, plan, standing, now=now, limits=limits)


def _belongs(one: Answer, tier: int) -> bool:
    # An officer counts for the police wherever he came from: see ``alarm.after_response``.
    return one.group == Group.POLICE if tier == 3 else one.tier == tier
