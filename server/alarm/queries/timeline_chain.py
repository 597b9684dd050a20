"""Verifying the chains of timelines against the alarms' rows and the audit log."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from server.alarm.queries.alarms import RESOLVED
from server.alarm.rules.timeline_chain import (
    Anchor,
    Fault,
    FaultKind,
    TimelineEntry,
    faults_of,
    faults_of_end,
)
from server.alarm.tables.alarms import alarm
from server.alarm.tables.timelines import alarm_entry
from server.core.audit import audit_row

# Audit rows that carry the head of an alarm's chain: the end of an alarm, and of a double that was merged.
ANCHORING = ("resolve_alarm", "merge_alarms")
# Audit rows that name an alarm which must still be there.
NAMING = ("raise_alarm", "join_alarm", *ANCHORING)
AT_ONCE = 200


def faults_in(connection: Connection, alarm_id: int) -> list[Fault]:
    """Verify the chain of one alarm."""
    ended_at = connection.execute(select(alarm.c.resolved_at).where(alarm.c.id == alarm_id)).scalar()
    # The end of an alarm is audited at its very time, which has an index.
    anchors = _anchors(connection, audit_row.c.at == ended_at)
    return next((faults for _number, _count, faults in _verified(connection, [alarm_id], anchors)), [])


def verify_all(connection: Connection) -> Iterator[tuple[int, int, list[Fault]]]:
    """Verify every alarm, a batch at a time: its number, how many lines were read, and what is wrong.

    Alarms that the audit log names but that are gone, and lines of alarms that are gone, come too.
    """
    numbers = set(connection.execute(select(alarm.c.id)).scalars())
    named = set(connection.execute(select(alarm_entry.c.alarm_id).distinct()).scalars())
    facts = connection.execute(select(audit_row.c.facts).where(audit_row.c.act.in_(NAMING))).scalars()
    named |= {one["alarm_id"] for one in facts if "alarm_id" in one}
    ordered, anchors = sorted(numbers), _anchors(connection)
    for start in range(0, len(ordered), AT_ONCE):
        yield from _verified(connection, ordered[start : start + AT_ONCE], anchors)
    for gone in sorted(named - numbers):
        yield gone, 0, [Fault(0, FaultKind.ALARM_GONE)]


def _verified(
    connection: Connection, alarm_ids: list[int], anchors: Mapping[int, list[Anchor]]
) -> Iterator[tuple[int, int, list[Fault]]]:
    lines: defaultdict[int, list[TimelineEntry]] = defaultdict(list)
    entries = (
        select(alarm_entry)
        .where(alarm_entry.c.alarm_id.in_(alarm_ids))
        .order_by(alarm_entry.c.alarm_id, alarm_entry.c.ordinal, alarm_entry.c.id)
    )
    for row in connection.execute(entries).mappings():
        lines[row["alarm_id"]].append(_line(row))
    columns = (alarm.c.id, alarm.c.entry_count, alarm.c.head, alarm.c.state, alarm.c.outcome, alarm.c.finding)
    ends = select(*columns).where(alarm.c.id.in_(alarm_ids))
    for number, count, head, state, outcome, finding in connection.execute(ends.order_by(alarm.c.id)):
        kept = Anchor(count, head)
        # A row that says of an alarm which a line ended that it goes on has no outcome, whatever else it says.
        ended_as = outcome if state == RESOLVED else None
        yield (
            number,
            len(lines[number]),
            [
                *faults_of(number, lines[number], kept=kept, anchors=anchors.get(number, ())),
                *faults_of_end(lines[number], outcome=ended_as, finding=finding),
            ],
        )


def _anchors(connection: Connection, *where: ColumnElement[bool]) -> Mapping[int, list[Anchor]]:
    """Read the heads that the audit log has, by alarm."""
    found: defaultdict[int, list[Anchor]] = defaultdict(list)
    query = select(audit_row.c.facts).where(audit_row.c.act.in_(ANCHORING), *where).order_by(audit_row.c.id)
    for facts in connection.execute(query).scalars():
        if "head" in facts:
            found[facts["alarm_id"]].append(Anchor(facts["entries"], facts["head"]))
    return found


def _line(row: Any) -> TimelineEntry:
    return TimelineEntry(
        ordinal=row["ordinal"],
        at=row["at"],
        actor_id=row["actor_id"],
        act=row["act"],
        facts=row["facts"],
        previous_hash=row["previous_hash"],
        hash=row["hash"],
    )
