"""Verifying the timelines of all alarms, for a person at a terminal."""

import click
from sqlalchemy import Connection

from server.alarm.queries import timeline_chain
from server.alarm.rules.timeline_chain import FaultKind

WORDS = {
    FaultKind.EDITED: "was edited",
    FaultKind.REMOVED: "was removed",
    FaultKind.INSERTED: "was put in",
    FaultKind.UNLINKED: "does not follow the line before it",
    FaultKind.CUT: "and what came after it was cut off",
    FaultKind.OTHER_HEAD: "is not the end that was written down",
}


def verify_timelines(connection: Connection) -> bool:
    """Verify the timeline of every alarm and print what was found; tell whether something was changed."""
    alarms = lines = broken = 0
    for number, count, faults in timeline_chain.verify_all(connection):
        alarms, lines, broken = alarms + 1, lines + count, broken + bool(faults)
        for fault in faults:
            if fault.kind is FaultKind.ALARM_GONE:
                click.echo(f"Alarm {number}: it is gone, but others still name it.")
            else:
                click.echo(f"Alarm {number}: line {fault.ordinal} {WORDS[fault.kind]}.")
    if broken:
        click.echo(f"{broken:,} of {alarms:,} timelines were changed.")
    else:
        click.echo(f"{alarms:,} timelines with {lines:,} lines are as they were written.")
    return broken > 0
