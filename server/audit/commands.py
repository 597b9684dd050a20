"""Commands about what cannot be changed afterwards."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import Connection, Table

from server.audit.queries import seals
from server.audit.rules import LogGap, Seal, SealFault, fault_of_end

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
        here = current_app.extensions["huxue"]
        with here.store.read() as connection:
            changed = [check(connection) for check in here.areas.audit_checks()]
            changed.append(_verify_seals(connection, _kept(kept, anchors), here.areas.evidence()))
    except (TypeError, ValueError) as why:
        raise click.ClickException(UNREADABLE) from why
    if any(changed):
        sys.exit(1)


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


def _verify_seals(connection: Connection, kept: list[tuple[int, str]], evidence: Sequence[Table]) -> bool:
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
    if gap := seals.gap(connection, evidence):
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


COMMANDS = (audit,)
