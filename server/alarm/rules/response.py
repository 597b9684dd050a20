"""The response of one person to one alarm, from being told to having left.

::

    notified ──► responding ──► on_scene ──► left
       │             │
       ├─► declined  └─► withdrawn
       └─► timed_out

*Responding* ("I am going") is the acknowledgement. Somebody who already stands there may go from being
notified straight to *on scene*. A late "I am going" after a time-out, a decline or a withdrawal is accepted
as long as the alarm is open: help that comes is never turned away. *Released* is the console's word and, like
*left*, final. Repeating a state is harmless and changes nothing: old phones send twice.
"""

from collections.abc import Mapping
from enum import StrEnum

from server.core.refused import Refused


class ResponseState(StrEnum):
    """Where one person stands with one alarm."""

    NOTIFIED = "notified"
    RESPONDING = "responding"
    ON_SCENE = "on_scene"
    LEFT = "left"
    DECLINED = "declined"
    TIMED_OUT = "timed_out"
    WITHDRAWN = "withdrawn"
    RELEASED = "released"


class Mover(StrEnum):
    """Who moves a response on."""

    PERSON = "person"
    CONSOLE = "console"
    CLOCK = "clock"


_S = ResponseState

# Asked and not out of it: such a person is busy for other alarms, and counts to what a kind asks for.
STANDING = frozenset({_S.NOTIFIED, _S.RESPONDING, _S.ON_SCENE})
# The person said that he goes: this acknowledges the alarm.
ACKNOWLEDGING = frozenset({_S.RESPONDING, _S.ON_SCENE})
# Asked and neither gone nor refused: an alarm goes on calling the silent ones.
CALLED = STANDING | {_S.TIMED_OUT}
FINAL = frozenset({_S.LEFT, _S.RELEASED})
# Out of it by somebody's word: asked anew where an alarm turns out to be more than it seemed when they were asked.
ASKED_ANEW = frozenset({_S.DECLINED, _S.WITHDRAWN, _S.LEFT, _S.RELEASED})
# After these one more is asked in the person's stead.
REPLACED = frozenset({_S.DECLINED, _S.TIMED_OUT, _S.WITHDRAWN})

_COMING = frozenset({_S.RESPONDING, _S.ON_SCENE})

MOVES: Mapping[Mover, Mapping[ResponseState, frozenset[ResponseState]]] = {
    Mover.PERSON: {
        _S.NOTIFIED: _COMING | {_S.DECLINED},
        _S.RESPONDING: frozenset({_S.ON_SCENE, _S.WITHDRAWN}),
        _S.ON_SCENE: frozenset({_S.LEFT}),
        _S.TIMED_OUT: _COMING | {_S.DECLINED},
        _S.DECLINED: _COMING,
        _S.WITHDRAWN: _COMING,
    },
    Mover.CONSOLE: {state: frozenset({_S.RELEASED}) for state in (*STANDING, *REPLACED)},
    Mover.CLOCK: {_S.NOTIFIED: frozenset({_S.TIMED_OUT})},
}


def proven(state: ResponseState, *, off_scene: bool) -> ResponseState:
    """Give what a response counts as: whoever says that he is there and is far off is still coming."""
    return ResponseState.RESPONDING if off_scene and state is ResponseState.ON_SCENE else state


def move(state: ResponseState, to: ResponseState, by: Mover) -> ResponseState:
    """Move a response on, and give its new state; moving to the state it is in changes nothing.

    Raises ``Refused``: ``response_not_possible`` (state, to).
    """
    if state != to and to not in MOVES[by].get(state, frozenset()):
        raise Refused("response_not_possible", state=state.value, to=to.value)
    return to
