"""Writing a response's new state down, with its times and its line of the timeline."""

from server.alarm.queries import responses, timelines
from server.alarm.rules.alarm import Entry
from server.alarm.rules.response import FINAL, REPLACED, ResponseState
from server.alarm.tables.alarms import Response
from server.core.access.roles import CONSOLE, Actor
from server.core.database.transaction import Transaction


def move(
    transaction: Transaction,
    one: Response,
    to: ResponseState,
    actor_id: int,
    *,
    off_scene_m: float | None = None,
) -> None:
    """Write a response's new state, its times, and its line of the timeline."""
    now = transaction.now
    ended = to in FINAL or to in REPLACED
    answers = one.responded_at is None and to != ResponseState.RELEASED
    responses.change(
        transaction,
        [one],
        state=to.value,
        answer_due_at=None,
        ended_at=now if ended else None,
        off_scene_m=off_scene_m,
        responded_at=now if answers else one.responded_at,
        on_scene_at=now if to == ResponseState.ON_SCENE else one.on_scene_at,
    )
    facts: dict[str, object] = {"response_id": one.id, "account_id": one.account_id, "tier": one.tier}
    if off_scene_m is not None:
        facts["off_scene_m"] = off_scene_m
    timelines.enter(
        transaction,
        one.alarm_id,
        act=Entry(to.value),
        actor_id=actor_id,
        facts=facts,
    )


def at_console(actor: Actor) -> dict[str, bool | str]:
    """Give what a line of the timeline says of a console that wrote it: nobody else's line can say so."""
    return {"at_console": True, "role": actor.role} if actor.role in CONSOLE else {}
