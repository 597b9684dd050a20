"""What the state machines of alarms share: which moves are accepted, said anew, and how they run with a broken rule."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from server.alarm.rules.response import Mover, ResponseState
from server.core.refused import Refused

S = ResponseState
_MAY_STILL_COME = {S.RESPONDING, S.ON_SCENE}
ACCEPTED = {
    Mover.PERSON: {
        S.NOTIFIED: _MAY_STILL_COME | {S.DECLINED},
        S.TIMED_OUT: _MAY_STILL_COME | {S.DECLINED},
        S.DECLINED: _MAY_STILL_COME,
        S.WITHDRAWN: _MAY_STILL_COME,
        S.RESPONDING: {S.ON_SCENE, S.WITHDRAWN},
        S.ON_SCENE: {S.LEFT},
    },
    Mover.CLOCK: {S.NOTIFIED: {S.TIMED_OUT}},
}


def tried(
    move: Callable[[ResponseState, ResponseState, Mover], ResponseState],
    state: ResponseState,
    to: ResponseState,
    by: Mover,
) -> ResponseState | None:
    """Try a move: the new state, ``None`` where it is rightly refused; a late *I am going* never may be."""
    accepted = to == state or to in ACCEPTED[by].get(state, set())
    try:
        after = move(state, to, by)
    except Refused:
        assert not accepted, f"{by} was refused {state} -> {to}"
        return None
    assert accepted, f"{by} was let go {state} -> {to}"
    assert after == to
    return after


def run_mutant(machine: type[RuleBasedStateMachine], broken: dict[str, Callable[..., Any]]) -> None:
    """Run a machine in which some rules are broken, the same examples each time; it should fail."""
    mutant = type("Mutant", (machine,), {name: staticmethod(made) for name, made in broken.items()})
    quick = settings(
        max_examples=2_000,
        stateful_step_count=30,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(mutant, settings=quick)
