"""What the steps of an escalation must be before a district keeps them."""

from collections.abc import Iterable

from server.alarm.rules.escalation import TIERS, Step
from server.core.refused import Refused

SHORTEST_WAIT_S, LONGEST_WAIT_S, MOST_STEPS = 5, 900, 8


def check_plan(steps: Iterable[Step]) -> None:
    """Let a plan pass, or raise ``Refused``: ``plan_incomplete`` (tier, why).

    Why is ``no_steps``, ``too_many_steps``, ``first_waits`` (the first step comes with the alarm itself),
    ``wait`` (another one waits 5 to 900 s), ``nobody`` or ``no_channel``.
    """
    given = list(steps)
    for tier in TIERS:
        of_tier = [one for one in given if one.tier == tier]
        why = (
            "no_steps"
            if not of_tier
            else "too_many_steps"
            if len(of_tier) > MOST_STEPS
            else "first_waits"
            if of_tier[0].after_s
            else next((wrong for one in of_tier[1:] if (wrong := _wrong_wait(one))), None)
            or next((wrong for one in of_tier if (wrong := _empty(one))), None)
        )
        if why:
            raise Refused("plan_incomplete", tier=tier, why=why)


def _wrong_wait(step: Step) -> str | None:
    return None if SHORTEST_WAIT_S <= step.after_s <= LONGEST_WAIT_S else "wait"


def _empty(step: Step) -> str | None:
    if not step.groups and not step.roles:
        return "nobody"
    return None if step.channels else "no_channel"
