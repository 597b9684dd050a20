"""What an alarm's steps are once its kind is told: those of the kind that are due and were not taken in any form.

The kind is told after the press, so the first steps were those for any kind. A step of the kind counts as taken
where one that was taken *covers* it: by all its ways, to all its groups and consoles, asking as many more. What is
covered is never taken again; what is not, and whose time has come, is taken at once.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import accumulate

from server.alarm.rules.escalation import EscalationLimits, Ladder, Phase, Plan, Step


def covers(done: Step, step: Step) -> bool:
    """Tell whether one step has done all that another one would."""
    return (
        done.channels >= step.channels
        and done.groups >= step.groups
        and done.roles >= step.roles
        and done.more >= step.more
    )


def of_kind(
    ladder: Ladder,
    plan: Plan,
    done: Sequence[Step],
    *,
    raised_at: datetime,
    now: datetime,
    limits: EscalationLimits,
) -> Ladder:
    """Give a ladder as it goes on by the plan of a kind, after some steps of the same tier were ``done``.

    Times count from the raising, as if the kind had been known; what follows a step that reached nobody is due now.
    A step that a later one covers, which is due as well, is left out: nobody is called twice in a moment.
    """
    steps = plan[ladder.tier]
    due_at = [
        raised_at + timedelta(seconds=seconds) for seconds in accumulate(step.after_s for step in steps)
    ]
    due = [number for number in range(len(steps)) if due_at[number] <= now]

    def is_left(number: int) -> bool:
        later = (steps[other] for other in due if other > number)
        return not any(covers(one, steps[number]) for one in (*done, *later))

    following = next((number for number in range(len(steps)) if is_left(number)), len(steps))
    if ladder.phase is not Phase.CALLING:
        return replace(ladder, next_step=following)
    if following == len(steps):
        # Nothing is left but to repeat, and that is never hurried.
        at = now + timedelta(seconds=limits.repeat_s) if ladder.skipped else ladder.due_at
        return replace(ladder, next_step=following, due_at=at, skipped=False)
    at = now if ladder.skipped else max(now, due_at[following])
    return replace(ladder, next_step=following, due_at=at)


def is_due(ladder: Ladder, plan: Plan, now: datetime) -> bool:
    """Tell whether a step of the kind is to be taken at once; one that repeats is left to the clock."""
    calls = ladder.phase is Phase.CALLING and ladder.next_step < len(plan[ladder.tier])
    return calls and ladder.due_at is not None and ladder.due_at <= now
