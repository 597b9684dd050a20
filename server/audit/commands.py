"""Commands about what cannot be changed afterwards."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import Connection

from server.alarm.queries import timeline_chain
from server.alarm.rules.timeline_chain import FaultKind
from server.audit.queries import seals
from server.audit.rules import LogGap, Seal, SealFault, fault_of_end

WORDS = {
    FaultKind.EDITED: "was edited",
    FaultKind.REMOVED: "was removed",
    FaultKind.INSERTED: "was put in",
    FaultKind.UNLINKED: "does not follow the line before it",
    FaultKind.CUT: "and what came after it was cut off",
    FaultKind.OTHER_HEAD: "is not the end that was written down",
}

SEAL_WORDS = {
    SealFault.CHANGED: "the rows that it binds were changed",
    SealFault.MISSING: "the seal before it is gone",
    SealFault.CUT: "it is gone, and what came after it",
    SealFault.OTHER: "it is not the one that was written down",
}

GAP_WORDS = {
    LogGap.NO_ROWS: "it is empty, although there are accounts or alarms",
    LogGap.UNSEALED: "rows that are more than an hour older than its newest row have no seal",
}

UNREADABLE = (
    "A row holds what was never written there (no JSON, or no time): it was changed, and what comes after it "
    "was not verified."
)


@click.group("audit")
def audit() -> None:
    """Look after what is only ever added to."""


@audit.command("verify")
@with_appcontext
@click.option(
    "--seal",
    "kept",
    metavar="NUMBER:HASH",
    help="A seal of the audit log that was written down elsewhere: it must still be there.",
)
@click.option(
    "--anchor",
    "anchors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with what HUXUE_SEAL_URL was sent, a body or NUMBER:HASH a line: all of them must still be there.",
)
def verify(kept: str | None, anchors: Path | None) -> None:
    """Verify the timeline of every alarm and the seals of the audit log; ends with 1 if anything was changed."""
    try:
        with current_app.extensions["huxue"].store.read() as connection:
            timelines_broken = _verify_timelines(connection)
            seals_broken = _verify_seals(connection, _kept(kept, anchors))
    except (TypeError, ValueError) as why:
        raise click.ClickException(UNREADABLE) from why
    if timelines_broken or seals_broken:
        sys.exit(1)


def _verify_timelines(connection: Connection) -> bool:
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


def _kept(seal: str | None, anchors: Path | None) -> list[tuple[int, str]]:
    """Read the seals that were kept elsewhere: number and hash of each."""
    kept = [_written(seal, "--seal")] if seal is not None else []
    if anchors is not None:
        lines = [line.strip() for line in anchors.read_text(encoding="utf-8").splitlines() if line.strip()]
        kept += [_written(line, "--anchor") for line in lines]
        if not lines:
            raise click.BadParameter("the file holds no seal", param_hint="--anchor")
    return kept


def _written(text: str, option: str) -> tuple[int, str]:
    if text.startswith("{"):
        try:
            body = json.loads(text)
            return int(body["number"]), str(body["hash"])
        except (ValueError, KeyError, TypeError) as why:
            raise click.BadParameter("a line is no body that was sent", param_hint=option) from why
    number, _, written = text.partition(":")
    if not number.isdecimal() or not written:
        raise click.BadParameter("a seal is NUMBER:HASH", param_hint=option)
    return int(number), written


def _faults_of_kept(found: list[Seal], kept: list[tuple[int, str]]) -> Iterator[str]:
    for number, written in kept:
        if fault := fault_of_end(found, number=number, written=written):
            yield f"Audit log: seal {number}: {SEAL_WORDS[fault]}."


def _verify_seals(connection: Connection, kept: list[tuple[int, str]]) -> bool:
    found: list[Seal] = []
    rows, broken = 0, False
    for one, fault in seals.verify(connection):
        found.append(one)
        rows += one.rows
        if fault is not None:
            broken = True
            click.echo(f"Audit log: seal {one.number} (rows up to {one.last_id}): {SEAL_WORDS[fault]}.")
    for said in _faults_of_kept(found, kept):
        broken = True
        click.echo(said)
    if gap := seals.gap(connection):
        broken = True
        click.echo(f"Audit log: {GAP_WORDS[gap]}.")
    if broken:
        click.echo("The audit log was changed.")
    else:
        click.echo(
            f"{rows:,} rows of the audit log are as they were sealed, {seals.unsealed(connection):,} wait."
        )
    if found:
        click.echo(f"First seal that is trusted: {found[0].number}:{found[0].hash}")
        click.echo(f"Newest seal, to be written down elsewhere: {found[-1].number}:{found[-1].hash}")
    return broken
