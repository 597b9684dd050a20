"""All that belongs to an alarm, as rows and as clients see it.

People stand in it by number, never by name; times are written as on the wire.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from server.alarm.queries import joint_links
from server.alarm.queries.joint_links import Letter
from server.alarm.queries.reports import Reporter
from server.alarm.rules.alarm import NAMED_REPORTERS
from server.alarm.rules.escalation import Ladder
from server.alarm.rules.shapes import AlarmView, DeliveryView, JointTaskView, LetterView
from server.alarm.service import parts
from server.alarm.tables.alarms import Alarm, FurtherPlace, Response
from server.alarm.tables.joint_response import JointTask
from server.alarm.tables.standing import Aside
from server.alarm.tables.timelines import AlarmEntry
from server.core.moments import moment, moment_or_none
from server.delivery.queries import hooks
from server.delivery.queries.alarm_calls import Call

# The account, the channel and (of a room or a machine) the address.
Receiver = tuple[int | None, str, str | None]


@dataclass(frozen=True, slots=True)
class AlarmRecord:
    """An alarm's row with all that belongs to it."""

    row: Alarm
    asked: list[Response]
    reported: list[Reporter]
    climbing: list[Ladder]
    sent: list[Call]
    called_in: list[JointTask]
    elsewhere: list[FurtherPlace]
    aside: list[Aside]
    happened: list[AlarmEntry]


def written(connection: Connection, records: list[AlarmRecord], places: Mapping[int, str]) -> list[AlarmView]:
    """Write alarms as clients see them; ``places`` are names of posts."""
    letters = joint_links.deliveries(connection, [task for one in records for task in one.called_in])
    rooms = hooks.names(
        connection, {int(call.address) for one in records for call in one.sent if call.address}
    )
    return [
        {
            **parts.alarm(one.row),
            "place_name": places[one.row.post_id],
            "responses": [parts.response(answer) for answer in one.asked],
            "reporters": [parts.reporter(who) for who in one.reported[:NAMED_REPORTERS]],
            "reporter_count": len(one.reported),
            "ladders": [parts.ladder(tier) for tier in one.climbing],
            "deliveries": _deliveries(one.sent, rooms),
            "joint_tasks": [_joint_task(task, letters.get(task.id)) for task in one.called_in],
            "places": [parts.place(at, places) for at in one.elsewhere],
            "asides": [parts.aside(who) for who in one.aside],
            "timeline": [parts.entry(line) for line in one.happened],
            "timeline_count": one.row.entry_count,
        }
        for one in records
    ]


def _joint_task(row: JointTask, letter: Letter | None) -> JointTaskView:
    return {
        "delivery": _letter(letter) if letter else None,
        "id": row.id,
        "unit_id": row.unit_id,
        "name": row.name,
        "kind": row.kind,
        "part": row.part,
        "state": row.state,
        "channel": row.channel,
        "notified_at": moment_or_none(row.notified_at),
        "acknowledged_at": moment_or_none(row.acknowledged_at),
        "on_the_way_at": moment_or_none(row.on_the_way_at),
        "arrived_at": moment_or_none(row.arrived_at),
    }


def _letter(letter: Letter) -> LetterView:
    return {
        "channel": letter.channel,
        "state": letter.state,
        "reason": letter.reason,
        "at": moment(letter.at),
        "calls": letter.calls,
    }


def _deliveries(sent: Iterable[Call], rooms: Mapping[int, str]) -> list[DeliveryView]:
    """Give for each receiver and channel how the newest call went; what once arrived stays so.

    A person's several browsers count as one receiver: one of them is enough.
    """
    newest: dict[Receiver, Call] = {}
    calls: Counter[Receiver] = Counter()
    called_at: dict[Receiver, datetime] = {}
    for one in sent:
        receiver = (one.account_id, one.channel, one.address)
        before = newest.get(receiver)
        same_call = before is not None and before.created_at == one.created_at
        # What arrived may stand for a later call that did not, so the time of the newest one is kept apart.
        calls[receiver] += called_at.get(receiver) != one.created_at
        called_at[receiver] = one.created_at
        if before is None or not _says_more(before, one, same_call=same_call):
            newest[receiver] = one
    return [
        _delivery(one, rooms, calls=calls[receiver], called_at=called_at[receiver])
        for receiver, one in newest.items()
    ]


_BETTER = ("failed", "waiting", "sending", "sent", "delivered")


def _says_more(before: Call, later: Call, *, same_call: bool) -> bool:
    """Tell whether an earlier message says more of a receiver than a later one."""
    if same_call:
        return _BETTER.index(before.state) >= _BETTER.index(later.state)
    return before.delivered_at is not None and later.delivered_at is None


def _delivery(one: Call, rooms: Mapping[int, str], *, calls: int, called_at: datetime) -> DeliveryView:
    hook_id = int(one.address) if one.address else None
    return {
        "account_id": one.account_id,
        "hook_id": hook_id,
        "room": rooms.get(hook_id) if hook_id else None,
        "channel": one.channel,
        "tier": one.tier,
        "state": one.state,
        "reason": one.reason,
        "at": moment(one.delivered_at or one.sent_at or one.created_at),
        "calls": calls,
        "called_at": moment(called_at),
    }
