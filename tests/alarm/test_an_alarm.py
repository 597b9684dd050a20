"""A whole alarm played at random: whatever people do, the promises hold."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import accumulate

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from server.alarm.rules.escalation import (
    TIERS,
    Answer,
    Ladder,
    Phase,
    Plan,
    Step,
    begin,
    hurried,
    judged,
    standing_of,
    taken,
    turn,
)
from server.alarm.rules.kind_steps import is_due, of_kind
from server.alarm.rules.response import ACKNOWLEDGING, Mover, ResponseState, move
from server.core.access.roles import Group
from tests.alarm.moves import tried
from tests.alarm.plans import LIMITS, RAISED, TARGETS, plans

RAISER = 1
PEOPLE = {
    2: (1, Group.STAFF),
    3: (1, Group.SECURITY),
    4: (2, Group.SECURITY),
    5: (2, Group.STAFF),
    6: (3, Group.POLICE),
    # An officer who stands at the gate.
    7: (1, Group.POLICE),
}
SAYS = [*ACKNOWLEDGING, ResponseState.DECLINED, ResponseState.WITHDRAWN, ResponseState.LEFT]


class AnAlarm(RuleBasedStateMachine):
    """People answer, fall silent and change their minds while the clock takes whatever is due."""

    move = staticmethod(move)
    standing_of = staticmethod(standing_of)
    judged = staticmethod(judged)
    taken = staticmethod(taken)
    hurried = staticmethod(hurried)
    of_kind = staticmethod(of_kind)

    def __init__(self) -> None:
        super().__init__()
        self.now = RAISED
        self.answers = {
            number: Answer(number, tier, group, ResponseState.NOTIFIED)
            for number, (tier, group) in PEOPLE.items()
        } | {RAISER: Answer(RAISER, 1, Group.STAFF, ResponseState.NOTIFIED)}
        self.reachable = set(TIERS)
        self.by_console = False
        self.met: set[int] = set()
        # What anybody ever was, and when each tier last called.
        self.ever: set[tuple[int, ResponseState]] = set()
        self.called_at = dict.fromkeys(TIERS, RAISED)
        self.steps: list[tuple[int, int]] = []
        self.ladders: dict[int, Ladder] = {}

    @initialize(plan=plans())
    def raised(self, plan: Plan) -> None:
        """Raise it: the first step of each tier is taken with it."""
        self.plan = plan
        self.ladders = {one.tier: one for one in begin(raised_at=RAISED, targets=TARGETS)}
        self.take_due()

    @rule(seconds=st.sampled_from([1, 5, 15, 29, 30, 31, 60, 179, 300, 601]))
    def time_passes(self, seconds: int) -> None:
        """Let some seconds pass; the clock wakes up late now and then."""
        self.now += timedelta(seconds=seconds)
        self.take_due()
        assert all(one.due_at is None or one.due_at > self.now for one in self.ladders.values()), (
            "left behind"
        )

    @rule(number=st.sampled_from(sorted(PEOPLE)), says=st.sampled_from(SAYS))
    def somebody_answers(self, number: int, says: ResponseState) -> None:
        """Let somebody answer, also late, as far as his state allows."""
        self.change(number, says, Mover.PERSON)

    @rule(says=st.sampled_from(SAYS))
    def the_raiser_answers(self, says: ResponseState) -> None:
        """Let the raiser, who may be under threat, say whatever he is made to say: it stops nothing."""
        before = dict(self.ladders)
        self.change(RAISER, says, Mover.PERSON)
        assert self.ladders == before

    @rule(number=st.sampled_from(sorted(PEOPLE)))
    def somebody_is_silent(self, number: int) -> None:
        """Let somebody's time to answer run out."""
        self.change(number, ResponseState.TIMED_OUT, Mover.CLOCK)

    @precondition(lambda self: not self.by_console)
    @rule()
    def the_police_console_acknowledges(self) -> None:
        """Let a station say that it has taken notice: tier 3 alone is acknowledged by it."""
        before = dict(self.ladders)
        self.by_console = True
        self.settle()
        assert {tier: self.ladders[tier] for tier in (1, 2)} == {tier: before[tier] for tier in (1, 2)}

    @rule(tier=st.sampled_from(TIERS), reachable=st.booleans())
    def phones_come_and_go(self, tier: int, reachable: bool) -> None:
        """Let a tier become reachable or not."""
        (self.reachable.add if reachable else self.reachable.discard)(tier)

    @rule(tier=st.sampled_from(TIERS))
    def all_calls_fail(self, tier: int) -> None:
        """Let it turn out that a step reached nobody: the next one is taken at once, the last one never spins."""
        before, called_at = self.ladders[tier], self.called_at[tier]
        self.ladders[tier] = self.hurried(before, self.plan, called_at=called_at, now=self.now)
        self.take_due()
        steps = self.plan[tier]
        waits = before.phase is Phase.CALLING and before.next_step < len(steps)
        if waits and self.now < called_at + timedelta(seconds=steps[before.next_step].after_s):
            assert self.ladders[tier].next_step > before.next_step
            assert self.called_at[tier] == self.now
        elif before.due_at is None or before.due_at > self.now:
            # What was due in any case, as after somebody withdrew, is taken by the clock meanwhile.
            assert self.ladders[tier] == before

    @rule(plan=plans())
    def the_kind_is_told(self, plan: Plan) -> None:
        """Let somebody tell the kind: of its steps what is due and not done is taken, nothing is done twice."""
        old, self.plan = self.plan, plan
        for tier, ladder in self.ladders.items():
            done = list(old[tier][: ladder.next_step])
            go_on = partial(self.of_kind, plan=plan, raised_at=RAISED, now=self.now, limits=LIMITS)
            after = go_on(ladder, done=done)
            while is_due(after, plan, self.now):
                assert len(done) < 20, "it goes on for ever"
                step = turn(after, plan).step
                assert not any(_does_all(one, step) for one in done), "done already"
                after = self.take(after)
                done.append(step)
                after = go_on(after, done=done)
            self.ladders[tier] = after
            past_s = (self.now - RAISED).total_seconds()
            due = [one for one, at in zip(plan[tier], _times(plan[tier]), strict=True) if at <= past_s]
            if after.phase is Phase.CALLING:
                assert all(any(_does_all(one, step) for one in done) for step in due), "due and not done"
            else:
                assert after.due_at == ladder.due_at

    def take(self, climbing: Ladder) -> Ladder:
        turn(climbing, self.plan)
        tier = climbing.tier
        self.steps.append((tier, climbing.happened))
        self.called_at[tier] = self.now
        return self.taken(climbing, self.plan, reached=tier in self.reachable, now=self.now, limits=LIMITS)

    def change(self, number: int, to: ResponseState, by: Mover) -> None:
        one = self.answers[number]
        after = tried(self.move, one.state, to, by)
        if after is None:
            return
        self.answers[number] = replace(one, state=after)
        self.ever.add((number, after))
        self.settle()

    def settle(self) -> None:
        for tier, ladder in self.ladders.items():
            standing = self.standing_of(
                tier,
                self.answers.values(),
                reporters=[RAISER],
                met=tier in self.met,
                acknowledged_by_police_console=self.by_console,
            )
            if standing.there:
                self.met.add(tier)
            self.ladders[tier] = self.judged(ladder, self.plan, standing, now=self.now, limits=LIMITS)

    def take_due(self) -> None:
        for tier, ladder in self.ladders.items():
            climbing = ladder
            while climbing.due_at is not None and climbing.due_at <= self.now:
                climbing = self.take(climbing)
            self.ladders[tier] = climbing

    @invariant()
    def an_open_alarm_has_a_next_step(self) -> None:
        """Something is due, always: later, or at this moment, as when the last to come withdraws."""
        assert any(one.due_at is not None for one in self.ladders.values())

    @invariant()
    def no_step_happens_twice(self) -> None:
        """Each (tier, number) is taken once, and none is left out."""
        assert len(set(self.steps)) == len(self.steps)
        for tier in self.ladders:
            numbers = [number for one, number in self.steps if one == tier]
            assert numbers == list(range(len(numbers)))

    @invariant()
    def each_tier_waits_for_its_own_acknowledgement(self) -> None:
        """A tier that calls no more was acknowledged by its own people, or the third by a police console."""
        for tier, ladder in self.ladders.items():
            own = {number for number in PEOPLE if self.belongs(number, tier)}
            if ladder.phase is Phase.CALLING:
                assert ladder.due_at is not None
                assert tier not in self.met
                assert not any(self.answers[number].state in ACKNOWLEDGING for number in own), "he is coming"
            elif ladder.phase is Phase.COMING:
                coming = any(self.answers[number].state in ACKNOWLEDGING for number in own)
                assert coming or (tier == 3 and self.by_console)
            else:
                meets = ACKNOWLEDGING if tier == 1 else {ResponseState.ON_SCENE}
                assert any((number, state) in self.ever for number in own for state in meets)

    def belongs(self, number: int, tier: int) -> bool:
        """Tell whether somebody counts for a tier: officers for the third, wherever they came from."""
        of_tier, group = PEOPLE[number]
        return group is Group.POLICE if tier == 3 else of_tier == tier


TestAnAlarm = AnAlarm.TestCase
TestAnAlarm.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)


@pytest.mark.hard
def test_five_thousand_alarms() -> None:
    hard = type("AnAlarmForLong", (AnAlarm.TestCase,), {})
    hard.settings = settings(max_examples=5_000, stateful_step_count=50, deadline=None)
    hard("runTest").runTest()


def _does_all(done: Step, step: Step) -> bool:
    """Tell whether a step called by all ways and everybody whom another one would."""
    sets = ("channels", "groups", "roles")
    return all(getattr(step, name) <= getattr(done, name) for name in sets) and step.more <= done.more


def _times(steps: Iterable[Step]) -> list[int]:
    return list(accumulate(step.after_s for step in steps))
