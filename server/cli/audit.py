"""Commands about what cannot be changed afterwards."""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from server.domain.chain import FaultKind
from server.store import chains

WORDS = {
    FaultKind.EDITED: "was edited",
    FaultKind.REMOVED: "was removed",
    FaultKind.INSERTED: "was put in",
    FaultKind.UNLINKED: "does not follow the line before it",
    FaultKind.CUT: "and what came after it was cut off",
    FaultKind.OTHER_HEAD: "is not the end that was written down",
}


@click.group("audit")
def audit() -> None:
    """Look after what is only ever added to."""


@audit.command("verify")
@with_appcontext
def verify() -> None:
    """Verify the timeline of every alarm; prints where one was changed, and ends with 1 if any was."""
    alarms = lines = broken = 0
    with current_app.extensions["huxue"].store.read() as connection:
        for number, count, faults in chains.verify_all(connection):
            alarms, lines, broken = alarms + 1, lines + count, broken + bool(faults)
            for fault in faults:
                if fault.kind is FaultKind.ALARM_GONE:
                    click.echo(f"Alarm {number}: it is gone, but others still name it.")
                else:
                    click.echo(f"Alarm {number}: line {fault.ordinal} {WORDS[fault.kind]}.")
    if broken:
        click.echo(f"{broken:,} of {alarms:,} timelines were changed.")
        sys.exit(1)
    click.echo(f"{alarms:,} timelines with {lines:,} lines are as they were written.")
