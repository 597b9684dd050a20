"""The links that units are sent: made anew for each call, and how the message with each of them went."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe

from sqlalchemy import Connection, func, insert, select

from server.alarm.queries import posts
from server.alarm.rules.joint_response import JointLimits
from server.alarm.tables.alarms import Alarm
from server.alarm.tables.joint_response import JointTask, joint_link
from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.delivery import tables as delivery_tables
from server.delivery.queries import alarm_calls, messages
from server.delivery.queries.messages import JOINT_TASK, Draft
from server.delivery.rules.bodies import JointTaskBody
from server.people.queries.sessions import hashed

# 144 bits: far beyond guessing, and 24 characters of the 70 that one SMS holds.
TOKEN_BYTES = 18
_add_link = insert(joint_link)


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A message with a link that a unit is to get: for which task, where, and the how manieth it is."""

    task: JointTask
    telephone: str | None
    call: int


def next_letter(connection: Connection, task: JointTask, telephone: str | None) -> NewLetter:
    """Make the letter that follows those which a unit has got for its task."""
    return NewLetter(task, telephone, _calls(connection, [task.id]).get(task.id, 0) + 1)


def send(transaction: Transaction, alarm: Alarm, letters: Iterable[NewLetter], limits: Limits) -> None:
    """Make links for the tasks of units to which some way leads, and put down the messages with them."""
    now, expires_at = transaction.now, transaction.now + limits[JointLimits].link_lasts
    links, drafts = [], []
    for letter in letters:
        if letter.task.channel is None:
            continue
        token = token_urlsafe(TOKEN_BYTES)
        link = {"token_hash": hashed(token), "task_id": letter.task.id}
        links.append(link | {"created_at": now, "expires_at": expires_at})
        drafts.append(_draft(transaction, alarm, letter, token=token, expires_at=expires_at))
    if links:
        transaction.connection.execute(_add_link, links)
        alarm_calls.put_together(transaction, drafts)


def _draft(
    transaction: Transaction, alarm: Alarm, letter: NewLetter, *, token: str, expires_at: datetime
) -> Draft:
    task = letter.task
    facts: JointTaskBody = {
        "kind": alarm.kind,
        "drill": alarm.drill,
        "place": posts.full_name(transaction, alarm.post_id),
        "part": task.part,
        "unit": task.name,
        "token": token,
    }
    return Draft(
        channel=task.channel or "",
        purpose=JOINT_TASK,
        address=f"unit:{task.unit_id}",
        telephone=letter.telephone,
        # Its own number each time: a gateway drops what it has had before.
        reference=_reference(task.id, letter.call),
        body=json.dumps(facts, ensure_ascii=False),
        expires_at=expires_at,
        alarm_id=alarm.id,
        drill=alarm.drill,
    )


@dataclass(frozen=True, slots=True)
class Letter:
    """How the newest message with a unit's link went, when that was, and how many there were."""

    channel: str
    state: str
    reason: str | None
    at: datetime
    calls: int


def deliveries(connection: Connection, tasks: Iterable[JointTask]) -> dict[int, Letter]:
    """Read how the newest message to each unit went, by its task."""
    alarm_ids = {task.alarm_id for task in tasks}
    found: dict[int, Letter] = {}
    for one in messages.of_purpose(connection, JOINT_TASK, alarm_ids) if alarm_ids else []:
        task_id = _task_of(one.reference)
        before = found.get(task_id)
        found[task_id] = Letter(
            channel=one.channel,
            state=one.state,
            reason=one.reason,
            at=one.delivered_at or one.sent_at or one.created_at,
            calls=before.calls + 1 if before else 1,
        )
    return found


def references_of(connection: Connection, task_ids: list[int]) -> list[str]:
    """Give under which references the messages of some tasks stand."""
    return list(_references(connection, task_ids))


def _reference(task_id: int, call: int) -> str:
    return f"joint:{task_id}" if call == 1 else f"joint:{task_id}:{call}"


def _task_of(reference: str) -> int:
    return int(reference.split(":")[1])


def _references(connection: Connection, task_ids: list[int]) -> dict[str, int]:
    """Give under which references units were sent their links, with their tasks."""
    calls = _calls(connection, task_ids)
    return {_reference(task, call): task for task in calls for call in range(1, calls[task] + 1)}


def _calls(connection: Connection, task_ids: list[int]) -> dict[int, int]:
    """Count how often units were sent their link."""
    query = (
        select(joint_link.c.task_id, func.count().label("calls"))
        .where(joint_link.c.task_id.in_(task_ids))
        .group_by(joint_link.c.task_id)
    )
    return {row.task_id: row.calls for row in connection.execute(query)}


@dataclass(frozen=True, slots=True)
class ListedLetter:
    """A message to a unit that stands on the demo's list."""

    body: str
    created_at: datetime


def listed(connection: Connection, now: datetime, most: int) -> list[ListedLetter]:
    """Read the newest messages to units that stand on the demo's list."""
    message = delivery_tables.message
    query = (
        select(message.c.body, message.c.created_at)
        .where(
            message.c.purpose == JOINT_TASK,
            message.c.channel == "demo",
            message.c.body.is_not(None),
            message.c.expires_at > now,
        )
        .order_by(message.c.id.desc())
        .limit(most)
    )
    return [ListedLetter(**row) for row in connection.execute(query).mappings()]
